"""A lesson's file: front matter and blocks, read with the line of every fault and written back."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from courses.packs import richtext
from courses.packs.checks import CODE, SLUG
from courses.packs.files import Problems, climbs
from courses.packs.inline import BadText

CALLOUTS = ("mistake", "warning", "tip", "note")
LAYOUTS = ("records", "compare", "plain")
_FENCE = re.compile(r"::: ?([a-z]+)(?: (.+))?")
_KEY = re.compile(r"([a-z]+):(?: (.*))?")
_RULE = re.compile(r"-{3,}:?")
FRONT = ("title", "slug", "minutes", "question", "summary")
_KEYS = {
    "figure": ({"alt": 500}, {"caption": 300}),
    "table": ({}, {"caption": 300}),
    "callout": ({}, {"title": 200}),
    "example": ({"title": 200}, {}),
    "definition": ({"term": 200}, {}),
    "checklist": ({"title": 200}, {}),
    "steps": ({"title": 200}, {}),
    "practice": ({}, {}),
}
"""Keys of each block: those that must stand in it and those that may, with their longest texts."""


@dataclass
class Block:
    """One block of a lesson. Texts are rich text HTML under `html` and `items`."""

    kind: str
    data: dict[str, Any]
    line: int = 0

    @property
    def shape(self) -> tuple[str, ...]:
        """What must be the same in every language."""
        if self.kind == "figure":
            return self.kind, re.sub(r"\.(vi|en)(?=\.[a-z]+$)", "", self.data["file"])
        return self.kind, *(str(self.data[key]) for key in ("kind", "layout", "code") if key in self.data)


@dataclass
class LessonText:
    """A lesson in one language."""

    title: str = ""
    slug: str = ""
    minutes: int = 0
    question: str = ""
    summary: str = ""
    blocks: list[Block] = field(default_factory=list)


def parse(content: str, path: str, problems: Problems) -> LessonText:
    """The lesson in `content`; faults go to `problems` with their lines."""

    def fault(line: int, message: str) -> None:
        problems.add(path, line, message)

    lines = content.split("\n")
    for number, line in enumerate(lines, 1):
        if line.endswith(" "):
            fault(number, _("A space stands at the end of this line."))
    if not content.endswith("\n") or content.endswith("\n\n"):
        fault(len(lines), _("The file must end with one line end."))
    lesson, start = _front(lines, fault)
    lesson.blocks = _blocks(lines, start, fault)
    return lesson


def _front(lines: list[str], fault: richtext.Fault) -> tuple[LessonText, int]:
    lesson = LessonText()
    if lines[0] != "---" or "---" not in lines[1:]:
        fault(1, _("A lesson begins with front matter between two lines “---”."))
        return lesson, 0
    end = lines.index("---", 1)
    values = _header(
        lines[1:end], 2, {"title": 255, "slug": 60, "minutes": 4}, {"question": 300, "summary": 600}, fault
    )
    lesson.title, lesson.slug = values.get("title", ""), values.get("slug", "")
    lesson.question, lesson.summary = values.get("question", ""), values.get("summary", "")
    line = 2 + next((at for at, text in enumerate(lines[1:end]) if text.startswith("minutes:")), 0)
    if re.fullmatch(r"[1-9]\d{0,2}", values.get("minutes", "")):
        lesson.minutes = int(values["minutes"])
    elif "minutes" in values:
        fault(
            line,
            _("“%(key)s” must be a whole number from %(least)s to %(most)s.")
            % {"key": "minutes", "least": 1, "most": 999},
        )
    if lesson.slug and not SLUG.fullmatch(lesson.slug):
        fault(2, _("“%(value)s” is not written as a %(key)s is.") % {"value": lesson.slug, "key": "slug"})
    return lesson, end + 1


def _header(
    lines: list[str], first: int, required: dict[str, int], optional: dict[str, int], fault: richtext.Fault
) -> dict[str, str]:
    """Values of lines `key: text`; the text is taken as it stands, without quotes."""
    values: dict[str, str] = {}
    limits = {**required, **optional}
    for number, line in enumerate(lines, first):
        found = _KEY.fullmatch(line)
        if not found:
            fault(number, _("Here stand lines of “key: text” only."))
            continue
        key, text = found[1], (found[2] or "").strip(" ")
        if key not in limits:
            fault(
                number,
                _("“%(key)s” is not a key that is known here. Known: %(known)s.")
                % {"key": key, "known": ", ".join(limits) or "–"},
            )
        elif key in values:
            fault(number, _("“%(key)s” stands twice.") % {"key": key})
        elif not text:
            fault(number, _("“%(key)s” is empty.") % {"key": key})
        elif len(text) > limits[key]:
            fault(
                number,
                _("“%(key)s” has %(count)s characters; at most %(most)s are taken.")
                % {"key": key, "count": len(text), "most": limits[key]},
            )
        values.setdefault(key, text)
    for key in required:
        if key not in values:
            fault(first - 1, _("“%(key)s” is missing.") % {"key": key})
    return values


def _blocks(lines: list[str], start: int, fault: richtext.Fault) -> list[Block]:
    blocks: list[Block] = []
    at = start
    while at < len(lines):
        if not lines[at]:
            at += 1
        elif lines[at].startswith(":::"):
            end = next((index for index in range(at + 1, len(lines)) if lines[index].startswith(":::")), len(lines))
            closed = end < len(lines) and lines[end] == ":::"
            if not closed:
                fault(at + 1, _("This block is not closed by a line “:::”; blocks hold no other blocks."))
            block = _fenced(lines[at], lines[at + 1 : end], at + 1, fault)
            if block:
                blocks.append(block)
            at = end + 1 if closed else end
        else:
            end = next((index for index in range(at, len(lines)) if lines[index].startswith(":::")), len(lines))
            pieces = richtext.parse(lines[at:end], at + 1, fault)
            blocks.append(Block("text", {"html": richtext.html(pieces)}, at + 1))
            at = end
    return blocks


def _fenced(fence: str, body: list[str], number: int, fault: richtext.Fault) -> Block | None:
    found = _FENCE.fullmatch(fence)
    if not found or found[1] not in _KEYS:
        fault(
            number,
            _("“%(fence)s” is not a block that is known. Known: %(known)s.")
            % {"fence": fence, "known": ", ".join(_KEYS)},
        )
        return None
    kind, argument = found[1], (found[2] or "").strip()
    required, optional = _KEYS[kind]
    limits = {**required, **optional}
    count = 0
    while count < len(body) and _KEY.fullmatch(body[count]):
        count += 1
    values = _header(body[:count], number + 1, required, optional, fault)
    data: dict[str, Any] = {key: values.get(key, "") for key in limits}
    data |= _BODIES[kind](_Source(argument, body[count:], number, number + 1 + count, fault))
    return Block(kind, data, number)


@dataclass(frozen=True)
class _Source:
    """What stands in a fenced block below its keys."""

    argument: str
    body: list[str]
    fence: int
    first: int
    fault: richtext.Fault

    def choice(self, known: tuple[str, ...]) -> str:
        """The fence's argument, one of `known`."""
        if self.argument in known:
            return self.argument
        self.fault(
            self.fence,
            _("“%(value)s” is not known. Write one of: %(known)s.")
            % {"value": self.argument, "known": ", ".join(known)},
        )
        return known[0]

    def no_argument(self) -> None:
        """Nothing stands behind the name of the block."""
        if self.argument:
            self.fault(self.fence, _("Nothing stands after the name of this block."))

    def no_body(self) -> None:
        """Nothing stands below the keys."""
        for number, line in enumerate(self.body, self.first):
            if line:
                self.fault(number, _("This line has no place in this block."))


def _figure(source: _Source) -> dict[str, Any]:
    source.no_body()
    if climbs(source.argument):
        source.fault(source.fence, _("This path leads out of the pack."))
    elif not re.fullmatch(r"media/[^/\\]+\.[a-z]+", source.argument):
        source.fault(source.fence, _("A figure names its file: ::: figure media/name.vi.svg"))
    return {"file": source.argument}


def _table(source: _Source) -> dict[str, Any]:
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(source.body, source.first):
        if not (line.startswith("| ") and line.endswith(" |")):
            source.fault(number, _("A row of a table begins with “| ” and ends with “ |”."))
        else:
            rows.append((number, [cell.strip(" ") for cell in line[1:-1].split("|")]))
    data: dict[str, Any] = {"layout": source.choice(LAYOUTS), "heads": [], "numbers": [], "rows": []}
    if len(rows) < 3 or not all(_RULE.fullmatch(cell) for cell in rows[1][1]):
        source.fault(
            source.first,
            _("A table has a row of headings, a row of rules (“---” or “---:”) and at least one row more."),
        )
        return data
    width = len(rows[0][1])
    for number, cells in rows:
        if len(cells) != width:
            source.fault(
                number,
                _("This row has %(found)s cells, the first one %(width)s.") % {"found": len(cells), "width": width},
            )
        if any("**" in cell for cell in cells):
            source.fault(number, _("Cells of a table hold plain text, without bold or links."))
    data["heads"] = rows[0][1]
    data["numbers"] = [cell.endswith(":") for cell in rows[1][1]]
    data["rows"] = [cells for _line, cells in rows[2:]]
    return data


def _prose(source: _Source) -> dict[str, Any]:
    pieces = richtext.parse(source.body, source.first, source.fault)
    if not pieces:
        source.fault(source.fence, _("This block is empty."))
    if any(piece.kind in ("h2", "h3") for piece in pieces):
        source.fault(source.first, _("Headings do not stand inside a block."))
    return {"html": richtext.html(pieces)}


def _callout(source: _Source) -> dict[str, Any]:
    return {"kind": source.choice(CALLOUTS), **_prose(source)}


def _example(source: _Source) -> dict[str, Any]:
    source.no_argument()
    return _prose(source)


def _definition(source: _Source) -> dict[str, Any]:
    source.no_argument()
    pieces = richtext.parse(source.body, source.first, source.fault)
    if len(pieces) != 1 or pieces[0].kind != "p":
        source.fault(source.first, _("This must be a single paragraph."))
    return {"html": richtext.html(pieces)}


def _items(source: _Source, kind: str, mark: str) -> dict[str, Any]:
    source.no_argument()
    pieces = richtext.parse(source.body, source.first, source.fault)
    if not pieces or any(piece.kind != kind for piece in pieces):
        source.fault(source.first, _("This block is a list of lines that begin with “%(mark)s”.") % {"mark": mark})
    return {"items": [richtext.line_html(piece.runs) for piece in pieces]}


def _checklist(source: _Source) -> dict[str, Any]:
    return _items(source, "ul", "- ")


def _steps(source: _Source) -> dict[str, Any]:
    return _items(source, "ol", "1. ")


def _practice(source: _Source) -> dict[str, Any]:
    source.no_body()
    if not CODE.fullmatch(source.argument) or len(source.argument) > 40:
        source.fault(source.fence, _("A practice block names its question: ::: practice CODE-P01"))
    return {"code": source.argument}


_BODIES = {
    "figure": _figure,
    "table": _table,
    "callout": _callout,
    "example": _example,
    "definition": _definition,
    "checklist": _checklist,
    "steps": _steps,
    "practice": _practice,
}


def write(lesson: LessonText) -> str:
    """The lesson's file in its one spelling. Raises BadText for what Markdown here cannot say."""
    front = [f"{key}: {getattr(lesson, key)}" for key in FRONT if getattr(lesson, key)]
    parts = ["\n".join(["---", *front, "---"])]
    for block in lesson.blocks:
        if block.kind == "text":
            parts.append("\n".join(richtext.write(richtext.from_html(block.data["html"]))))
        else:
            parts.append("\n".join(_written(block)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _written(block: Block) -> list[str]:
    data = block.data
    argument = {"figure": "file", "table": "layout", "callout": "kind", "practice": "code"}.get(block.kind)
    lines = [f"::: {block.kind} {data[argument]}" if argument else f"::: {block.kind}"]
    required, optional = _KEYS[block.kind]
    header = [f"{key}: {_one_line(data[key])}" for key in (*required, *optional) if data[key]]
    lines += header
    if block.kind == "table":
        lines += _table_lines(data)
    elif "items" in data:
        for number, item in enumerate(data["items"], 1):
            mark = "- " if block.kind == "checklist" else f"{number}. "
            lines.append(mark + richtext.line_from_html(item))
    elif "html" in data:
        body = richtext.write(richtext.from_html(data["html"]))
        # A first paragraph that reads like a key is kept apart by an empty line.
        if body and _KEY.fullmatch(body[0]):
            lines.append("")
        lines += body
    return [*lines, ":::"]


def _table_lines(data: dict[str, Any]) -> list[str]:
    def line(cells: list[str]) -> str:
        for cell in cells:
            if "|" in cell:
                raise BadText(_("A cell of a table holds “|”. Write it otherwise."))
        return f"| {' | '.join(_one_line(cell) for cell in cells)} |"

    rules = ["---:" if number else "---" for number in data["numbers"]]
    return [line(data["heads"]), line(rules), *(line(row) for row in data["rows"])]


def _one_line(text: str) -> str:
    """`text` without line breaks and doubled spaces; no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
