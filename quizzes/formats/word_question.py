"""One question out of lines of marked text: stem, options, and which of them is marked as right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quizzes.formats.build import Maker, Option, difficulty, folded, number, truth
from quizzes.formats.prose import squeeze
from quizzes.formats.result import Item, Place, Read
from quizzes.formats.word_file import BOLD, COLOUR, LIGHT, PICTURE, UNDER, Text
from quizzes.formats.word_keys import letters_of
from quizzes.formats.word_patterns import (
    ABOUT,
    ANSWER,
    BEHIND,
    CHOSEN,
    EXPLAIN,
    MARKER,
    OPTION_START,
    RANGE,
    RIGHT,
    SEVERAL,
)
from quizzes.formats.word_special import ASKS_TRUTH, gaps, of_grid, truths, without_letters
from quizzes.formats.word_tables import Grid, pairs_told
from quizzes.formats.word_truths import marked, truths_of

_MOST = 0.6
"""The share of an option's letters that must carry a mark for the option to be marked."""
_NAMES = {BOLD: "bold", UNDER: "underlined", COLOUR: "coloured", LIGHT: "highlighted"}


@dataclass
class Found:
    """An option as it stands in the document."""

    letter: str
    text: Text
    letter_mark: int = 0
    starred: bool = False
    whole: str = ""
    """Its words with what stands behind them: `(đúng)`."""


def options_in(text: Text, count: int, *, upper: bool | None) -> list[tuple[int, int, re.Match[str]]]:
    """Where options begin in a line, as (start, end of the marker, match), in the order of the alphabet.

    `count` options came before; `upper` says how their letters are written.
    """
    words = str(text)
    first = OPTION_START.match(words)
    if first is None or first["letter"].upper() != chr(ord("A") + count):
        return []
    if upper is not None and first["letter"].isupper() != upper:
        return []
    big = first["letter"].isupper()
    found = [(first.start(), first.end(), first)]
    while True:
        letter = chr(ord("A" if big else "a") + count + len(found))
        later = re.compile(rf"(?:(?<=\t)|(?<=\s)|(?<=[;.]))[(]?{MARKER.replace('[A-Ja-j]', letter)}\s*(?=\S|$)")
        after = later.search(words, found[-1][1])
        if after is None:
            return found
        found.append((after.start(), after.end(), after))


@dataclass
class Question:
    """Takes lines until the next question begins."""

    number: int
    place: Place
    found: Read
    stem: list[Text] = field(default_factory=list)
    options: list[Found] = field(default_factory=list)
    answers: list[tuple[str, Place]] = field(default_factory=list)
    explanation: list[str] | None = None
    listed: int = 0
    gap: bool = False
    kind: str = ""
    """What its part of the paper asks: truths, short, essay; empty for choices."""
    group: int = 0
    grid: Grid | None = None

    def __post_init__(self) -> None:
        self.item = Item({}, self.place, name=str(self.number) if self.number else "")

    def blank(self) -> None:
        """An empty line."""
        self.gap = True

    @property
    def asks_pairs(self) -> bool:
        """Whether two columns wait for what belongs together."""
        return self.grid is not None and bool(self.grid.lefts) and not self.answers

    def is_over(self, text: Text) -> bool:
        """Where questions carry no numbers: whether this line begins another one."""
        words = str(text)
        told = bool(options_in(text, len(self.options), upper=None) or ANSWER.fullmatch(words) or EXPLAIN.match(words))
        return not told and not ABOUT.fullmatch(words) and bool(self.options or self.answers)

    def take(self, text: Text, place: Place, *, of_table: bool = False) -> None:
        """One more line."""
        words = str(text)
        gap, self.gap = self.gap, False
        if of_table:
            self._append(text)
            return
        explained = EXPLAIN.match(words)
        about = ABOUT.fullmatch(words)
        answer = ANSWER.fullmatch(words)
        if explained:
            self.explanation = [words[explained.end() :]]
        elif about and self._about(folded(about["what"]), about["said"].strip()):
            return
        elif answer and (said := (answer["said"] or answer["letters"] or answer["arrow"] or "").strip()):
            self.answers.append((said, place))
        elif (self.asks_pairs and pairs_told(words)) or (self.options and len(truths_of(words)) == len(self.options)):
            self.answers.append((words.strip(), place))
        elif self.explanation is not None:
            self.explanation.append(("\n" if gap else "") + words)
            chosen = CHOSEN.search(words)
            if chosen and self.options:
                self.answers.append((chosen[1].upper(), place))
        elif not self._options(text) and (words.strip() or text.pictures):
            self._append(text)

    def _append(self, text: Text) -> None:
        listed = re.match(r"\s*(\d{1,2})[.)]", str(text))
        self.listed = int(listed[1]) if listed else self.listed
        if not self.options:
            self.stem.append(text)
            return
        last = self.options[-1].text
        last.add("\n")
        last.letters += text.letters
        last.marks += text.marks
        last.pictures += text.pictures

    def _about(self, what: str, said: str) -> bool:
        if what in ("chu de", "chuyen de", "topic"):
            self.item.category = said
        elif what in ("muc do", "do kho", "difficulty", "level") and difficulty(said):
            self.item.difficulty = difficulty(said)
        elif what in ("diem", "point", "points") and said.isascii() and said.isdigit():
            self.item.node["points"] = int(said[:6])
        elif what.startswith("ma") or what == "code":
            self.item.name = said
        elif what in ("the", "tag", "tags"):
            self.item.tags += [tag.strip() for tag in said.split(",") if tag.strip()]
        else:
            return False
        return True

    def _options(self, text: Text) -> bool:
        upper = self.options[0].letter.isupper() if self.options else None
        places = options_in(text, len(self.options), upper=upper)
        if not places and self.options and not upper and options_in(text, 0, upper=True):
            # Small letters were a list within the stem: the options come now, in capitals.
            for option in self.options:
                line = Text()
                line.add(f"{option.letter}) ")
                line.letters += option.text.letters
                line.marks += option.text.marks
                line.pictures += option.text.pictures
                self.stem.append(line)
            self.options = []
            places = options_in(text, 0, upper=True)
        if not places:
            return self._inline(text)
        for index, (start, end, match) in enumerate(places):
            stop = places[index + 1][0] if index + 1 < len(places) else None
            mark = text.marks[match.start("letter")]
            starred = bool(match["star"] or match["after"] or match["late"])
            self._add(Found(match["letter"], text.cut(end, stop), mark, starred))
            assert start <= end
        return True

    def _add(self, option: Found) -> None:
        words = option.whole = str(option.text)
        behind = BEHIND.search(words)
        if behind:
            self.answers.append((behind[1], self.place))
            option.text = option.text.cut(0, behind.start())
        elif right := RIGHT.search(words):
            option.starred = True
            option.text = option.text.cut(0, right.start())
        elif re.search(r"\S\s*\*+\s*$", words) or re.match(r"\s*\*", words):
            option.starred = True
            stripped = len(words) - len(words.lstrip(" \t*"))
            option.text = option.text.cut(stripped, len(words.rstrip(" \t*")))
        self.options.append(option)

    def _inline(self, text: Text) -> bool:
        """Stem and options in one line: `Câu 1. … A. … B. … C. … D. …`."""
        if self.options:
            return False
        for match in re.finditer(r"(?<=[\s?:.])\*?A[.)]\s*(?=\S)", str(text)):
            rest = text.cut(match.start())
            if match.start() > 3 and len(options_in(rest, 0, upper=True)) >= 3:
                self.stem.append(text.cut(0, match.start()))
                return self._options(rest)
        return False

    # --- In the end -----------------------------------------------------------------------

    def finish(self, maker: Maker, keys: Sequence[str] | None) -> None:
        """Make the question, its faults noted. `keys` come from a table or list apart."""
        item = self.item
        self._bare_options()
        self._behind_stem()
        stem, shown = self._words(self.stem)
        if shown:
            maker.figure(item, shown[0])
            if len(shown) > 1:
                item.leave("more_pictures", count=len(shown) - 1)
        if self.explanation is not None:
            maker.explain(item, squeeze("\n".join(self.explanation).replace(PICTURE, " ")))
        if not stem and not shown:
            item.fault("no_stem")
        if not stem and shown:
            stem = "Xem hình." if maker.language == "vi" else "See the figure."
        said = [*(words for words, _place in self.answers), *(keys or ())]
        if self.grid is not None:
            of_grid(maker, item, stem, self.grid, said)
        elif self.options and self._truths(maker, stem, said):
            return
        elif self.options:
            self._choice(maker, stem, keys)
        else:
            self._open(maker, stem, keys)

    def _bare_options(self) -> None:
        if not self.options:
            self.stem, found = without_letters(self.stem)
            self.options = [Found(chr(ord("A") + at), text, 0, right) for at, (text, right) in enumerate(found[:10])]

    def _behind_stem(self) -> None:
        """An answer behind the question: `… (Đáp án: B)`."""
        behind = BEHIND.search(str(self.stem[-1])) if self.stem and self.options else None
        if behind:
            self.answers.append((behind[1].upper(), self.place))
            self.stem[-1] = self.stem[-1].cut(0, behind.start())

    def _truths(self, maker: Maker, stem: str, said: Sequence[str]) -> bool:
        """Statements that are true or false each; marks tell which are true."""
        texts = [squeeze(str(option.text).replace(PICTURE, " ")) for option in self.options]
        ways = [self._with(bit) for bit in (LIGHT, COLOUR, UNDER, BOLD)]
        ways.insert(0, [option.letter.upper() for option in self.options if option.starred])
        letters = next((way for way in ways if way), None)
        small = self.options[0].letter.islower()
        sure = (self.kind == "truths" and small) or (bool(ASKS_TRUTH.search(stem)) and small and not said)
        if all(marked(option.whole) for option in self.options):
            texts = [squeeze(option.whole.replace(PICTURE, " ")) for option in self.options]
        return truths(maker, self.item, stem, texts, said, letters, sure=sure)

    @staticmethod
    def _words(lines: Sequence[Text]) -> tuple[str, list[str]]:
        text = squeeze("\n".join(str(line) for line in lines).replace(PICTURE, " "))
        return text, [name for line in lines for name in line.pictures]

    def _choice(self, maker: Maker, stem: str, keys: Sequence[str] | None) -> None:
        item = self.item
        marked = self._marked(keys)
        options = []
        for option in self.options:
            text = squeeze(str(option.text).replace(PICTURE, " "))
            if option.text.pictures and text:
                item.leave("picture_in_option", letter=option.letter)
            elif option.text.pictures:
                item.fault("option_is_picture", letter=option.letter)
            elif not text:
                item.fault("option_empty", letter=option.letter)
            options.append(Option(text, option.letter.upper() in marked))
        # `choice` notes that no key was found, unless a conflict was noted here.
        if not marked and any(said.kind == "fault" for said in item.said):
            maker.other(item, "single", stem)
            return
        maker.choice(item, stem, options)

    def _marked(self, keys: Sequence[str] | None) -> list[str]:
        """The letters of the right options. Ways of marking that say different things are a fault."""
        ways = self._ways(keys)
        if not ways:
            return []
        item = self.item
        first = next(iter(ways.values()))
        if any(letters != first for letters in ways.values()):
            told = "; ".join(f"{way}: {', '.join(letters)}" for way, letters in ways.items())
            item.fault("two_keys", marks=told, ways=[[way, letters] for way, letters in ways.items()])
            return []
        known = {option.letter.upper() for option in self.options}
        for letter in first:
            if letter not in known:
                item.fault("no_such_option", letter=letter)
        told_apart = {"answer", "table"} & set(ways)
        stem = " ".join(str(line) for line in self.stem)
        if len(first) > 1 and not told_apart and not SEVERAL.search(stem):
            item.fault("several_marked", letters=", ".join(first))
            return []
        return [letter for letter in first if letter in known]

    def _ways(self, keys: Sequence[str] | None) -> dict[str, list[str]]:
        ways: dict[str, list[str]] = {}
        for said, place in self.answers:
            listed = re.fullmatch(r"[A-Ha-h](\s*(?:[,;&]|và|and|\s)\s*[A-Ha-h])*\.?", said)
            letters = letters_of(said) if listed or re.fullmatch(r"[A-H]{2,6}\.?", said) else []
            if letters in ([], ["S"], ["Đ"]):
                letters = self._by_words(said)
            if not letters:
                self.item.fault("bad_answer", place, answer=said[:40])
            elif ways.get("answer", letters) != letters:
                self.item.fault("two_keys", place, marks=f"{', '.join(ways['answer'])} / {', '.join(letters)}", ways=[])
            else:
                ways["answer"] = letters
        if keys:
            if keys in (["Đ"], ["S"]):
                ways["table"] = self._by_words("Đúng" if keys == ["Đ"] else "Sai")
            elif all(re.fullmatch("[A-H]", letter) for letter in keys):
                ways["table"] = list(keys)
            else:
                self.item.fault("bad_answer", answer=", ".join(keys)[:40])
        starred = [option.letter.upper() for option in self.options if option.starred]
        if starred and len(starred) < len(self.options):
            ways["star"] = starred
        for bit, name in (
            (LIGHT, _NAMES[LIGHT]),
            (COLOUR, _NAMES[COLOUR]),
            (UNDER, _NAMES[UNDER]),
            (BOLD, _NAMES[BOLD]),
        ):
            letters = self._with(bit)
            if letters:
                ways[name] = letters
        return ways

    def _by_words(self, said: str) -> list[str]:
        """The letter of the option whose words an answer repeats."""
        plain = re.sub(r"^\s*[A-Ha-h]\s*[.):]\s*", "", said)
        same = [option.letter.upper() for option in self.options if folded(str(option.text)) == folded(plain)]
        if len(same) == 1 and folded(plain):
            return same
        led = re.match(r"\s*([A-H])\s*[.):]\s+\S", said)
        if led:
            return [led[1]]
        meant = truth(plain)
        return [o.letter.upper() for o in self.options if meant is not None and truth(str(o.text)) is meant]

    def _with(self, bit: int) -> list[str]:
        """Options that carry a mark, on their letter or on most of their words, where not all do."""
        by_letter = [option.letter.upper() for option in self.options if option.letter_mark & bit]
        by_text = [option.letter.upper() for option in self.options if _mostly(option.text, bit)]
        for letters in (by_text, by_letter):
            if letters and len(letters) < len(self.options):
                return letters
        return []

    def _open(self, maker: Maker, stem: str, keys: Sequence[str] | None) -> None:
        """A question without options: true/false, a number, a few words."""
        item = self.item
        said = [words for words, _place in self.answers] or (
            ["Đúng" if keys == ["Đ"] else "Sai"] if keys in (["Đ"], ["S"]) else list(keys or ())
        )
        behind = marked(stem) if not said else None
        if behind is not None:
            maker.truefalse(item, *behind)
            return
        if not said and self.kind == "essay":
            maker.essay(item, stem)
            return
        if gaps(maker, item, stem, said):
            return
        if not said:
            item.fault("no_options")
            maker.other(item, "single", stem)
            return
        meant = (
            truth(said[0])
            if re.fullmatch(r"(đúng|sai|true|false|đ|s|t|f)\.?", said[0].strip(), re.IGNORECASE)
            else None
        )
        if meant is not None and len(said) == 1:
            asked = re.sub(r"\s*(?:\(\s*(?:Đúng|Đ)\s*/\s*(?:Sai|S)\s*\??\s*\)|\b(?:Đ/S|Đúng/Sai)\s*\??)\s*$", "", stem)
            maker.truefalse(item, asked, meant)
            return
        told = RANGE.fullmatch(said[0])
        value = number(told["value"]) if told else None
        off = number(told["off"]) if told and told["off"] else 0
        if told and value is not None and off is not None and len(said) == 1 and not re.match(r"[\d,.]", told["unit"]):
            maker.numeric(item, stem, value, off, (told["unit"].strip() or told["before"] or ""))
            return
        words = [part.strip() for one in said for part in re.split(r"\s*\|\s*|\s+hoặc\s+", one) if part.strip()]
        maker.short(item, stem, [(part, 100, "") for part in words])


def _mostly(text: Text, bit: int) -> bool:
    letters = [mark for letter, mark in zip(text.letters, text.marks, strict=True) if not letter.isspace()]
    return bool(letters) and sum(bool(mark & bit) for mark in letters) >= _MOST * len(letters)
