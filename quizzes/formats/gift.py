"""GIFT, Moodle's format for typing questions: docs.moodle.org/en/GIFT_format."""

import re
from dataclasses import dataclass, field

from quizzes.formats import embedded
from quizzes.formats.build import Maker, Option, number, take_percents, take_tags
from quizzes.formats.encodings import decode
from quizzes.formats.prose import from_html, squeeze
from quizzes.formats.result import Item, Place, Read

_ESCAPES = {f"\\{sign}": chr(0xE100 + index) for index, sign in enumerate('~=#{}:\\n<>[]"')}
_BACK = {hidden: "\n" if escape == "\\n" else escape[1] for escape, hidden in _ESCAPES.items()}
_HTML = re.compile(r"<(p|br|b|i|u|strong|em|ul|ol|li|div|span|img|table|sub|sup|code|pre|a)\b|&(nbsp|lt|gt|amp|quot);")
_WEIGHT = re.compile(r"\s*%(-?\d+(?:[.,]\d+)?)%")
_TRUE = re.compile(r"\s*(T|TRUE|F|FALSE|ĐÚNG|SAI)\s*(#.*)?", re.IGNORECASE | re.DOTALL)
GAP = "_____"


def looks(text: str) -> bool:
    """Whether a text file seems to be GIFT."""
    if re.search(r"(?m)^\s*\$CATEGORY:", text):
        return True
    return bool(re.search(r"(?s)(?<!\\)\{[^{}]*(?<!\\)\}", text)) and bool(
        re.search(r"(?m)^\s*(::|\$CATEGORY:|//)", text) or re.search(r"(?s)\{\s*([=~#>]|T\b|F\b|TRUE|FALSE|\})", text)
    )


@dataclass
class _Block:
    """The text of one question, escapes hidden, with what its comments told."""

    line: int
    category: str
    text: str = ""
    comments: list[str] = field(default_factory=list)


def read(content: bytes, language: str) -> Read:
    """The questions of a GIFT file. Raises BadFile."""
    text, encoding = decode(content)
    found = Read("gift")
    found.note("encoding_taken", encoding=encoding)
    for block in _blocks(re.sub(r"[\ue100-\ue1ff]", "", text)):
        _Question(block, found, Maker(language)).read()
    return found


def _hide(text: str) -> str:
    return re.sub(r"\\([~=#{}:\\n<>\[\]\"])", lambda match: _ESCAPES[match[0]], text)


def _raw(text: str) -> str:
    """With its escapes as they were typed."""
    return "".join(f"\\{'n' if _BACK[char] == chr(10) else _BACK[char]}" if char in _BACK else char for char in text)


def _shown(text: str) -> str:
    return "".join(_BACK.get(char, char) for char in text)


def _blocks(text: str) -> list[_Block]:
    """Questions are parted by empty lines; within braces only a line that plainly begins another question parts."""
    blocks: list[_Block] = []
    category = ""
    comments: list[str] = []
    current: _Block | None = None
    depth = 0
    blank = True
    for number_, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line.startswith("//"):
            comments.append(line)
            continue
        if line.upper().startswith("$CATEGORY:") and depth <= 0:
            category, current, comments = line[10:].strip(), None, []
            continue
        if not line:
            blank = True
            if depth <= 0:
                current = None
            elif current is not None:
                current.text += "\n"
            continue
        hidden = _hide(line)
        if current is not None and depth > 0 and blank and hidden.startswith("::"):
            current, depth = None, 0
        if current is None:
            current = _Block(number_, category, comments=comments)
            comments, depth = [], 0
            blocks.append(current)
        current.text += hidden + "\n"
        depth += hidden.count("{") - hidden.count("}")
        blank = False
    return blocks


class _Question:
    def __init__(self, block: _Block, found: Read, maker: Maker) -> None:
        self.found = found
        self.maker = maker
        self.block = block
        self.html = ""
        self.item = Item({}, Place("line", block.line), category=_category(block.category))

    def read(self) -> None:
        text, item = self.block.text.strip(), self.item
        named = re.match(r"::(.*?)::", text, re.DOTALL)
        if named:
            item.name = squeeze(_shown(named[1]))
            text = text[named.end() :].strip()
        self._comments()
        text = self._format(text)
        if embedded.parts(_raw(text))[1]:
            self._cloze(_raw(text))
            return
        start = text.find("{")
        if start < 0:
            if "}" in text:
                item.fault("gift_braces")
                self.found.add(item)
            else:
                self.found.leave("description", item.place, name=squeeze(_shown(text))[:60])
            return
        end = text.find("}", start)
        if end < 0:
            item.fault("gift_braces")
            end = len(text)
        before, answers, after = text[:start], text[start + 1 : end].strip(), text[end + 1 :].strip().removesuffix('";')
        if "{" in after and "}" in after:
            item.fault("gift_two_answers")
        stem = self._text(before)
        if self._is_gap(after):
            stem = self._text(f"{before.rstrip()} {GAP} {after}")
        if not stem:
            item.fault("no_stem")
        self.found.add(item)
        self._answers(stem, answers)

    def _cloze(self, text: str) -> None:
        """Embedded answers, which some type into GIFT."""
        item, language = self.item, self.maker.language
        words, found = embedded.parts(text)
        gaps = []
        for place, gap in enumerate(found, 1):
            node = gap.node(f"g{place}", language)
            if node is None:
                item.fault("gap_several" if gap.kind == "several" else "gap_no_key", number=place)
            else:
                gaps.append(node)
            for code, facts in gap.lost():
                item.leave(code, **facts)
        self.found.add(item)
        asked = "Điền vào chỗ trống." if language == "vi" else "Fill in the gaps."
        self.maker.other(item, "cloze", asked, text=self.maker.say(self._text(words)), gaps=gaps)

    @staticmethod
    def _is_gap(after: str) -> bool:
        return bool(re.search(r"[\w<]", after)) and after not in (".", '";')

    def _comments(self) -> None:
        words = " ".join(self.block.comments)
        tags = [_shown(_hide(tag)) for tag in re.findall(r"\[tag:((?:[^\]\\]|\\.)+)\]", words)]
        known = re.findall(r"\[id:((?:[^\]\\]|\\.)+)\]", words)
        if known:
            self.item.name = _shown(_hide(known[-1])).strip()
        take_tags(self.item, tags)

    def _format(self, text: str) -> str:
        told = re.match(r"\[(html|moodle|plain|markdown)\]", text)
        self.html = told[1] if told else ""
        return text[told.end() :] if told else text

    def _text(self, text: str) -> str:
        """Words as they are kept; HTML becomes text, its pictures are named."""
        told = re.match(r"\s*\[(html|moodle|plain|markdown)\]", text)
        kind = told[1] if told else self.html
        shown = _shown(text[told.end() :] if told else text)
        if kind == "html" or (kind in ("", "moodle") and _HTML.search(shown)):
            prose = from_html(shown)
            for address, _alt in prose.pictures:
                self.item.leave("picture_elsewhere", name=address[:60])
            for part in prose.left:
                self.item.leave("part", part=part)
            return prose.text
        return squeeze(shown)

    def _answers(self, stem: str, text: str) -> None:
        item, make = self.item, self.maker
        text, _marks, general = text.partition("####")
        if general.strip():
            make.explain(item, self._text(general))
        text = text.strip()
        told = _TRUE.fullmatch(text)
        if not text:
            make.essay(item, stem)
        elif told:
            make.truefalse(item, stem, told[1].upper() in ("T", "TRUE", "ĐÚNG"))
            # The first is told to whoever is wrong, the second to whoever is right.
            said = [self._text(part) for part in (told[2] or "").split("#")[1:]]
            feedback = {name: make.say(words) for name, words in zip(("wrong", "right"), said, strict=False) if words}
            if feedback:
                item.node["feedback"] = feedback
        elif text.startswith("#"):
            self._numeric(stem, text[1:])
        elif re.match(r">\s*\d*", text) and "\n" in text:
            _options, *rows = text.split("\n")
            make.ordering(item, stem, [self._text(row) for row in rows if row.strip()])
        else:
            self._list(stem, text)

    def _list(self, stem: str, text: str) -> None:
        pieces = re.split(r"([=~])", text)
        if pieces[0].strip():
            self.item.fault("gift_answers", text=squeeze(_shown(pieces[0]))[:60])
        answers = [(mark, body) for mark, body in zip(pieces[1::2], pieces[2::2], strict=True) if body.strip()]
        if not answers:
            self.item.fault("gift_answers", text=squeeze(_shown(text))[:60])
            self.maker.other(self.item, "single", stem)
        elif all(mark == "=" and "->" in body for mark, body in answers):
            self._matching(stem, [body for _mark, body in answers])
        elif all(mark == "=" for mark, _body in answers) and len(answers) >= 1:
            self._short(stem, [body for _mark, body in answers])
        else:
            self._choice(stem, answers)

    def _matching(self, stem: str, bodies: list[str]) -> None:
        pairs, extra = [], []
        for body in bodies:
            left, _arrow, right = body.partition("->")
            if self._text(left):
                pairs.append((self._text(left), self._text(right)))
            else:
                extra.append(self._text(right))
        self.maker.matching(self.item, stem, pairs, extra)

    def _weighed(self, body: str) -> tuple[float | None, str, str]:
        """Weight in percent, words and feedback of an answer."""
        weight = _WEIGHT.match(body)
        text, _mark, feedback = (body[weight.end() :] if weight else body).partition("#")
        return float(weight[1].replace(",", ".")) if weight else None, text, self._text(feedback)

    def _short(self, stem: str, bodies: list[str]) -> None:
        answers = [self._weighed(body) for body in bodies]
        self.maker.short(
            self.item,
            stem,
            [(self._text(text), 100 if weight is None else weight, feedback) for weight, text, feedback in answers],
        )

    def _choice(self, stem: str, answers: list[tuple[str, str]]) -> None:
        options: list[Option] = []
        weights: list[float] = []
        for mark, body in answers:
            weight, text, feedback = self._weighed(body)
            weights.append(weight if weight is not None else 100 if mark == "=" else 0)
            options.append(Option(self._text(text), False, feedback))
        full = max(weights)
        single = full >= 99.9 and sum(weight >= 99.9 for weight in weights) == 1
        for option, weight in zip(options, weights, strict=True):
            option.right = weight >= 99.9 if single else weight > 0
        if single and any(0 < weight < 99.9 for weight in weights):
            self.item.leave("weights")
        self.maker.choice(self.item, stem, options)
        if self.item.node.get("type") == "multiple" and self.item.node.get("scoring", "weights") == "weights":
            take_percents(self.item, weights)

    def _numeric(self, stem: str, text: str) -> None:
        rows = [self._weighed(row) for row in re.split(r"[=~]", text) if row.strip()]
        wrong = next((said for _weight, value, said in rows if not value.strip() and said), "")
        rows = [row for row in rows if row[1].strip() and (row[0] is None or row[0] > 0)]
        # That with the most credit is the right one, wherever it stands.
        best = max(rows, key=lambda row: 100 if row[0] is None else row[0], default=(None, "", ""))
        if len(rows) > 1:
            self.item.leave("more_numbers", count=len(rows) - 1)
        if other := sum(bool(row[2]) for row in rows if row is not best):
            self.item.leave("feedback", count=other)
        _weight, value, right = best
        feedback = {name: self.maker.say(said) for name, said in (("right", right), ("wrong", wrong)) if said}
        if feedback:
            self.item.node["feedback"] = feedback
        answer, tolerance = _range(_shown(value))
        if answer is None or tolerance is None:
            self.item.fault("bad_number", text=squeeze(_shown(value))[:40])
            answer = tolerance = 0
        unit = next((tag[10:] for tag in self.item.tags if tag.startswith("nscl-unit:")), "")
        self.item.tags = [tag for tag in self.item.tags if not tag.startswith("nscl-unit:")]
        self.maker.numeric(self.item, stem, answer, tolerance, unit)


def _range(text: str) -> tuple[float | None, float | None]:
    """A number and its tolerance: `5:0.1` or `4.9..5.1`."""
    if ".." in text:
        low, high = (number(part) for part in text.split("..", 1))
        if low is None or high is None:
            return None, None
        return number(format((low + high) / 2, ".12g")), number(format(abs(high - low) / 2, ".12g"))
    value, _colon, tolerance = text.partition(":")
    return number(value), number(tolerance) if tolerance.strip() else 0


def _category(path: str) -> str:
    """The last part of a category's path; Moodle's own roots say nothing."""
    parts = [part.strip() for part in re.split(r"(?<!/)/(?!/)", path) if part.strip()]
    parts = [part.replace("//", "/") for part in parts if not part.startswith("$") and part != "top"]
    return parts[-1] if parts else ""
