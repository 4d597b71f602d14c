"""The question import of Brightspace (D2L): a CSV whose rows name what they hold, `NewQuestion,MC` beginning each."""

import csv
import io
import re
from collections.abc import Callable

from people.imports.delimited import separator_of
from quizzes.formats.build import Maker, Option, difficulty, number, take_percents, truth
from quizzes.formats.encodings import decode
from quizzes.formats.prose import from_html, line, squeeze
from quizzes.formats.result import BadFile, Item, Place, Read

_LEVELS = {"1": "recall", "2": "recall", "3": "apply", "4": "analyse", "5": "analyse"}
"""Brightspace counts from 1 (easiest) to 10; what lies above is hard too."""


def looks(text: str) -> bool:
    """Whether a text file is one: rows of comments apart, it begins with a new question."""
    lines = (
        line.strip(' "\t')
        for line in text.splitlines()
        if line.strip(' "\t,;') and not line.lstrip(' "').startswith("//")
    )
    return bool(re.match(r"NewQuestion\"?\s*[,;\t]", next(lines, ""), re.IGNORECASE))


def read(content: bytes, language: str) -> Read:
    """The questions of such a file. Raises BadFile."""
    text, encoding = decode(content)
    found = Read("brightspace")
    found.note("encoding_taken", encoding=encoding)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    sample = "\n".join(line for line in text.split("\n") if not line.lstrip(' "').startswith("//"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(sample))
    question: _Question | None = None
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if not any(row) or row[0].startswith("//"):
                continue
            if row[0].lower() == "newquestion":
                _finish(question, found, language)
                question = _Question(row, reader.line_num)
            elif question is not None:
                question.rows.append(row)
            else:
                found.leave("before_first", Place("row", reader.line_num), text=", ".join(row)[:60])
    except csv.Error as error:
        raise BadFile("broken", error="csv") from error
    _finish(question, found, language)
    return found


def _finish(question: "_Question | None", found: Read, language: str) -> None:
    if question is not None:
        found.add(question.made(Maker(language)))


class _Question:
    def __init__(self, row: list[str], number_: int) -> None:
        self.kind = row[1].upper() if len(row) > 1 else ""
        self.item = Item({}, Place("row", number_))
        self.rows: list[list[str]] = []
        self.maker = Maker()

    def made(self, maker: Maker) -> Item:
        """The question."""
        self.maker = maker
        item = self.item
        item.name = self._first("id")
        level = self._first("difficulty")
        item.difficulty = _LEVELS.get(level, "analyse" if level.isdigit() else difficulty(level))
        points = number(self._first("points") or "1")
        if isinstance(points, int) and points > 1:
            item.node["points"] = points
        elif points not in (None, 0, 1):
            item.note("points_not_whole", points=str(points))
        if self._first("image"):
            item.leave("picture_elsewhere", name=self._first("image")[:80])
        if self._first("hint"):
            item.leave("hints", count=sum(row[0].lower() == "hint" for row in self.rows))
        stem = self._text(self._first("questiontext"), "HTML" in self._row("questiontext")[2:])
        if not stem and self._first("title"):
            item.note("stem_from_title")
            stem = line(self._first("title"))
        if not stem:
            item.fault("no_stem")
        make = _KINDS.get(self.kind)
        if make is None:
            item.leave("type", type=f"Brightspace {self.kind[:20]}")
            item.node |= {"type": "", "stem": maker.say(stem)}
            return item
        make(self, stem)
        feedback = self._row("feedback")
        maker.explain(item, self._text(self._first("feedback"), "HTML" in feedback[2:]))
        return item

    # --- Rows -----------------------------------------------------------------------------

    def _row(self, name: str) -> list[str]:
        return next((row for row in self.rows if row[0].lower() == name), [name])

    def _first(self, name: str) -> str:
        row = self._row(name)
        return row[1] if len(row) > 1 else ""

    def _all(self, *names: str) -> list[list[str]]:
        """Rows of one of `names`, with five cells at least."""
        return [row + [""] * (5 - len(row)) for row in self.rows if row[0].lower() in names]

    def _text(self, words: str, html: bool) -> str:
        if not html:
            return squeeze(words)
        prose = from_html(words)
        for address, _alt in prose.pictures:
            self.item.leave("picture_elsewhere", name=address[:80])
        for part in prose.left:
            self.item.leave("part", part=part)
        return prose.text

    def _worth(self, row: list[str]) -> float:
        worth = number(row[1])
        if worth is None:
            self.item.fault("bad_number", text=row[1][:40])
        return float(worth or 0)

    def _options(self) -> tuple[list[Option], list[float]]:
        """Options with what each earns: `Option, percent, words, HTML?, feedback, HTML?`."""
        options, worths = [], []
        for row in self._all("option"):
            worths.append(self._worth(row))
            told = self._text(row[4], "HTML" in row[5:])
            options.append(Option(self._text(row[2], row[3].upper() == "HTML"), False, told))
        if not options:
            self.item.fault("no_options")
        return options, worths

    # --- Kinds ----------------------------------------------------------------------------

    def single(self, stem: str) -> None:
        """The option that earns most."""
        options, worths = self._options()
        best = max(worths, default=0)
        for option, worth in zip(options, worths, strict=True):
            option.right = worth == best > 0
        if any(0 < worth < best for worth in worths):
            self.item.leave("weights")
        if sum(option.right for option in options) > 1:
            self.item.fault("several_marked", letters=str(sum(option.right for option in options)))
        self.maker.choice(self.item, stem, options)

    def several(self, stem: str) -> None:
        """Those marked 1; how they are scored stands in a row of its own."""
        options, worths = self._options()
        for option, worth in zip(options, worths, strict=True):
            option.right = worth > 0
        self.maker.choice(self.item, stem, options, multiple=sum(option.right for option in options) != 1)
        if self.item.node.get("type") != "multiple":
            return
        scoring = self._first("scoring").lower().replace(" ", "")
        if scoring in ("", "allornothing"):
            self.item.node["scoring"] = "all"
        elif scoring == "correctanswers":
            # Every option judged rightly earns, whether ticked or left alone.
            self.item.leave("scoring_stricter")
            self.item.node["scoring"] = "balanced"
        elif scoring != "rightminuswrong":
            right = sum(option.right for option in options)
            take_percents(self.item, [100 / max(right, 1) if option.right else 0 for option in options])

    def truth(self, stem: str) -> None:
        """`TRUE,100,feedback` and `FALSE,0,feedback`."""
        rows = self._all("true", "false")
        right = [row for row in rows if self._worth(row) > 0]
        if len(right) != 1:
            self.item.fault("no_key")
        self.maker.truefalse(self.item, stem, bool(right) and truth(right[0][0]) is True)
        told = {"right" if row in right else "wrong": self._text(row[2], row[3].upper() == "HTML") for row in rows}
        feedback = {name: self.maker.say(words) for name, words in told.items() if words}
        if feedback:
            self.item.node["feedback"] = feedback

    def short(self, stem: str) -> None:
        """`Answer,100,words,regexp`."""
        rows = self._all("answer")
        if len(self._all("inputbox")) > 1:
            self.item.leave("type", type="Brightspace SA: InputBox")
            self.item.node |= {"type": "", "stem": self.maker.say(stem)}
            return
        if any(row[3].lower() == "regexp" for row in rows):
            self.item.fault("bad_answer", answer=next(row[2] for row in rows if row[3].lower() == "regexp")[:40])
        if any(row[3].lower() == "sensitive" for row in rows):
            self.item.leave("case_sensitive")
        answers = [(row[2].replace("*", "\\*"), self._worth(row), "") for row in rows if self._worth(row) > 0]
        if not any(share >= 100 for _text, share, _feedback in answers):
            self.item.fault("no_key")
        self.maker.short(self.item, stem, answers)

    def matching(self, stem: str) -> None:
        """`Choice,1,…` and `Match,1,…` with the same number belong together."""
        choices = {row[1]: self._text(row[2], row[3].upper() == "HTML") for row in self._all("choice")}
        matches = [(row[1], self._text(row[2], row[3].upper() == "HTML")) for row in self._all("match")]
        pairs = [(words, choices[name]) for name, words in matches if name in choices]
        if not pairs:
            self.item.fault("no_key")
        if self._first("scoring").lower().replace(" ", "") == "allornone":
            self.item.leave("scoring_parts")
        used = {name for name, _words in matches}
        self.maker.matching(self.item, stem, pairs, [words for name, words in choices.items() if name not in used])

    def ordering(self, stem: str) -> None:
        """`Item,words,HTML?,feedback,HTML?` in their order."""
        rows = self._all("item")
        told = sum(bool(row[3]) for row in rows)
        if told:
            self.item.leave("feedback", count=told)
        self.maker.ordering(self.item, stem, [self._text(row[1], row[2].upper() == "HTML") for row in rows])

    def essay(self, stem: str) -> None:
        """A text that people grade."""
        if self._first("initialtext"):
            self.item.leave("part", part="template")
        if self._first("answerkey"):
            self.item.leave("grader_info")
        self.maker.essay(self.item, stem)


_KINDS: dict[str, Callable[[_Question, str], None]] = {
    "MC": _Question.single, "MS": _Question.several, "TF": _Question.truth, "SA": _Question.short,
    "M": _Question.matching, "O": _Question.ordering, "WR": _Question.essay,
}  # fmt: skip
