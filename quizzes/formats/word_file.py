"""The parts of a .docx that a list of questions needs: paragraphs and tables with marked letters, numbers, pictures."""

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from people.imports import legacy
from quizzes.formats import archive, markup, maths, pictures
from quizzes.formats.markup import Node
from quizzes.formats.maths import lowered, raised
from quizzes.formats.result import BadFile, Place, Read
from quizzes.formats.word_signs import UNKNOWN, coloured, sign

PICTURE = "\ufffc"
"""Stands in the text where a picture stood."""
BOLD, UNDER, COLOUR, LIGHT, STRIKE = 1, 2, 4, 8, 16


@dataclass
class Text:
    """Letters with the marks of each; `pictures` in the order of their signs."""

    letters: list[str] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    def add(self, text: str, mark: int = 0) -> None:
        """More letters with one mark."""
        self.letters += text
        self.marks += [mark] * len(text)

    def __str__(self) -> str:
        return "".join(self.letters)

    def cut(self, start: int, end: int | None = None) -> "Text":
        """A part of it."""
        before = self.letters[:start].count(PICTURE)
        made = Text(self.letters[start:end], self.marks[start:end])
        made.pictures = self.pictures[before : before + made.letters.count(PICTURE)]
        return made

    def lines(self) -> list["Text"]:
        """Its lines."""
        made, start = [], 0
        for place, letter in enumerate(self.letters):
            if letter == "\n":
                made.append(self.cut(start, place))
                start = place + 1
        return [*made, self.cut(start)]


@dataclass
class Paragraph:
    """A paragraph: `number` from 1 as Word counts them through the whole text; `label` is its automatic number."""

    number: int
    text: Text
    label: str = ""


@dataclass
class Table:
    """Rows of cells, each cell a list of paragraphs."""

    number: int
    rows: list[list[list[Paragraph]]]


class Document:
    """Reads the main part of a .docx. Raises BadFile."""

    def __init__(self, content: bytes, found: Read) -> None:
        self.found = found
        self.zip = archive.Archive(content)
        main = self._main()
        self.folder = posixpath.dirname(main)
        self.targets = self._relations(main)
        self.styles = _Styles(self._part("styles.xml"))
        self.numbers = _Numbers(self._part("numbering.xml"))
        self.count = 0
        self.fonts: set[str] = set()
        root = markup.parse(self.zip.read(main), main)
        body = next((node for node in root.children if node.tag == "body"), None)
        if body is None:
            raise BadFile("not_word")
        self.blocks = list(self._blocks(body))
        self._around()
        for font in sorted(self.fonts):
            found.note("old_font", font=font)

    def _around(self) -> None:
        """Words at the head and foot of pages are no part of the questions; that they are there is said."""
        for name in self.zip.names:
            if re.fullmatch(r"(?:header|footer)\d*\.xml", posixpath.basename(name)) and self.zip.size(name) < 200_000:
                words = " ".join(node.text() for node in markup.parse(self.zip.read(name), name).deep("t")).strip()
                if len(words) > 3:
                    self.found.leave("page_head", text=words[:60])

    def _main(self) -> str:
        for name in ("word/document.xml", *self.zip.names):
            if name in self.zip and posixpath.basename(name) in ("document.xml", "document2.xml"):
                return name
        raise BadFile("not_word")

    def _relations(self, main: str) -> dict[str, str]:
        name = f"{posixpath.dirname(main)}/_rels/{posixpath.basename(main)}.rels".lstrip("/")
        if name not in self.zip:
            return {}
        made = {}
        for node in markup.parse(self.zip.read(name), name).all("Relationship"):
            if node.get("TargetMode").lower() != "external":
                target = node.get("Target")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(self.folder, target)
                made[node.get("Id")] = posixpath.normpath(path)
        return made

    def _part(self, name: str) -> Node | None:
        path = f"{self.folder}/{name}".lstrip("/")
        return markup.parse(self.zip.read(path), path) if path in self.zip else None

    # --- Blocks ---------------------------------------------------------------------------

    def _blocks(self, node: Node) -> Iterator[Paragraph | Table]:
        for child in node.children:
            if child.tag == "p":
                yield self._paragraph(child)
            elif child.tag == "tbl":
                yield self._table(child)
            elif child.tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "AlternateContent"):
                yield from self._blocks(_choice(child))

    def _table(self, node: Node) -> Table:
        number = self.count + 1
        rows = []
        for row in node.deep("tr") if any(c.tag in ("sdt", "ins") for c in node.children) else node.all("tr"):
            cells = [cell for child in row.children for cell in ([child] if child.tag == "tc" else child.deep("tc"))]
            rows.append([list(self._flat(cell)) for cell in cells])
        return Table(number, rows)

    def _flat(self, cell: Node) -> Iterator[Paragraph]:
        """Paragraphs of a cell; those of a table within it too."""
        for block in self._blocks(cell):
            if isinstance(block, Paragraph):
                yield block
            else:
                for row in block.rows:
                    for paragraphs in row:
                        yield from paragraphs

    def _paragraph(self, node: Node) -> Paragraph:
        self.count += 1
        properties = node.first("pPr")
        style = _value(properties, "pStyle")
        numbering = properties.first("numPr") if properties is not None else None
        number, level = _value(numbering, "numId"), _value(numbering, "ilvl")
        if not number:
            number, own_level = self.styles.numbering(style)
            level = level or own_level
        text = Text()
        self._inline(node, text, style)
        label = self.numbers.label(number, level) if number and str(text).strip() else ""
        return Paragraph(self.count, text, label)

    # --- Letters --------------------------------------------------------------------------

    def _inline(self, node: Node, text: Text, style: str) -> None:
        for child in node.children:
            if child.tag == "r":
                self._run(child, text, style)
            elif child.tag in ("oMath", "oMathPara"):
                text.add(maths.linear(child))
            elif child.tag in ("del", "moveFrom", "pPr", "rPr", "commentRangeStart", "proofErr", "bookmarkStart"):
                continue
            else:
                self._inline(_choice(child), text, style)

    def _run(self, run: Node, text: Text, style: str) -> None:
        properties = run.first("rPr")
        mark = self.styles.marks(style, properties)
        font = self.styles.font(style, properties)
        if _on(properties, "vanish"):
            return
        upright = _value(properties, "vertAlign")
        for child in run.children:
            if child.tag == "t":
                self._words(child.text(), text, mark, font, upright)
            elif child.tag == "tab":
                text.add("\t", mark)
            elif child.tag in ("br", "cr"):
                text.add("\n", mark)
            elif child.tag == "noBreakHyphen":
                text.add("-", mark)
            elif child.tag == "sym":
                self._words(sign(child.get("char")), text, mark, font, upright)
            elif child.tag in ("drawing", "pict", "object", "AlternateContent"):
                self._drawing(_choice(child), text, style)
            elif child.tag in ("footnoteReference", "endnoteReference"):
                self.found.leave("part", Place("paragraph", self.count), part="footnote")

    def _words(self, words: str, text: Text, mark: int, font: str, upright: str) -> None:
        if font.startswith((".vn", "vni")):
            self.fonts.add(".Vn (TCVN3)" if font.startswith(".vn") else "VNI")
            words = legacy.from_tcvn3(words) if font.startswith(".vn") else legacy.from_vni(words)
            words = words.upper() if font.startswith(".vn") and font.endswith("h") else words
        # Signs of symbol fonts, and letters of a Mac whose accents stand apart.
        words = unicodedata.normalize("NFC", re.sub("[\uf000-\uf0ff]", lambda found: sign(f"{ord(found[0]):X}"), words))
        if UNKNOWN in words:
            self.found.leave("part", Place("paragraph", self.count), part="symbol")
        if upright in ("superscript", "subscript") and words.strip():
            words = raised(words) if upright == "superscript" else lowered(words)
        text.add(words, mark)

    def _drawing(self, node: Node, text: Text, style: str) -> None:
        shown = False
        for part in [node, *node.deep("blip", "imagedata", "txbxContent", "OLEObject", "chart")]:
            if part.tag in ("blip", "imagedata"):
                shown = self._picture(part.get("embed") or part.get("id") or part.get("pict"), text) or shown
            elif part.tag == "txbxContent":
                for block in self._blocks(part):
                    if isinstance(block, Paragraph):
                        text.add("\n")
                        text.add(str(block.text))
                shown = True
            elif part.tag == "chart":
                self.found.leave("part", Place("paragraph", self.count), part="chart")
                shown = True
        if not shown and node.tag in ("drawing", "pict", "object"):
            self.found.leave("part", Place("paragraph", self.count), part="drawing")

    def _picture(self, key: str, text: Text) -> bool:
        path = self.targets.get(key, "")
        if path not in self.zip:
            self.found.leave("picture_missing", Place("paragraph", self.count), name=pictures.told(path or key))
            return True
        taken = pictures.taken(self.zip.read(path))
        if taken is None:
            self.found.leave("picture_kind", Place("paragraph", self.count), name=pictures.told(path))
            # A formula drawn by MathType leaves a mark where it stood.
            text.add("[…]")
            return True
        text.add(PICTURE)
        text.pictures.append(self.found.picture(*taken))
        return True


def _choice(node: Node) -> Node:
    """Of content in two forms the newer one."""
    if node.tag != "AlternateContent":
        return node
    return node.first("Choice") or node.first("Fallback") or node


def _value(node: Node | None, name: str) -> str:
    found = node.first(name) if node is not None else None
    return found.get("val") if found is not None else ""


def _on(node: Node | None, name: str) -> bool:
    found = node.first(name) if node is not None else None
    return found is not None and found.get("val", "1").lower() not in ("0", "false", "off", "none")


class _Styles:
    """What styles say of letters and of numbers, along the chain of those they are based on."""

    def __init__(self, root: Node | None) -> None:
        self.known: dict[str, Node] = {}
        self.default = ""
        self.base: Node | None = None
        for style in root.all("style") if root is not None else ():
            self.known[style.get("styleId")] = style
            if style.get("type") == "paragraph" and style.get("default") in ("1", "true"):
                self.default = style.get("styleId")
        defaults = root.first("docDefaults") if root is not None else None
        for node in defaults.deep("rPr") if defaults is not None else ():
            self.base = node

    def _chain(self, style: str) -> list[Node]:
        chain: list[Node] = []
        style = style or self.default
        while style in self.known and len(chain) < 20:
            chain.append(self.known[style])
            style = _value(self.known[style], "basedOn")
        return chain

    def numbering(self, style: str) -> tuple[str, str]:
        """Number list and level that a style brings along."""
        for node in self._chain(style):
            properties = node.first("pPr")
            numbering = properties.first("numPr") if properties is not None else None
            if numbering is not None:
                return _value(numbering, "numId"), _value(numbering, "ilvl")
        return "", ""

    def _properties(self, style: str, own: Node | None) -> list[Node]:
        found = [own] if own is not None else []
        chains = [*(self._chain(_value(own, "rStyle")) if _value(own, "rStyle") else ()), *self._chain(style)]
        found += [node for node in (one.first("rPr") for one in chains) if node is not None]
        return found

    def marks(self, style: str, own: Node | None) -> int:
        """Bold, underlined, coloured, highlighted: by whoever says so first, from the run to its styles."""
        mark = 0
        properties = self._properties(style, own)
        for name, bit in (("b", BOLD), ("u", UNDER), ("strike", STRIKE)):
            told = next((node for node in properties if node.first(name) is not None), None)
            mark |= bit if _on(told, name) else 0
        colour = next((_value(node, "color") for node in properties if node.first("color") is not None), "")
        mark |= COLOUR if coloured(colour) else 0
        light = next((_value(node, "highlight") for node in properties if node.first("highlight") is not None), "")
        shade = next((node.first("shd") for node in properties if node.first("shd") is not None), None)
        filled = shade is not None and shade.get("fill").lower() not in ("", "auto", "ffffff")
        return mark | (LIGHT if light not in ("", "none", "white") or filled else 0)

    def font(self, style: str, own: Node | None) -> str:
        """The font's name in small letters."""
        for node in [*self._properties(style, own), *([self.base] if self.base is not None else [])]:
            fonts = node.first("rFonts")
            if fonts is not None and (fonts.get("ascii") or fonts.get("hAnsi")):
                return (fonts.get("ascii") or fonts.get("hAnsi")).lower()
        return ""


class _Numbers:
    """Automatic numbers as Word would show them: `Câu 3:`, `B.`, `c)`."""

    def __init__(self, root: Node | None) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.lists: dict[str, str] = {}
        self.at: dict[tuple[str, int], int] = {}
        if root is None:
            return
        for abstract in root.all("abstractNum"):
            levels = {}
            for level in abstract.all("lvl"):
                start = _value(level, "start")
                levels[_whole(level.get("ilvl"))] = (
                    _value(level, "numFmt"), _value(level, "lvlText"), _whole(start) if start else 1,
                )  # fmt: skip
            self.levels[abstract.get("abstractNumId")] = levels
        for one in root.all("num"):
            self.lists[one.get("numId")] = _value(one, "abstractNumId")
            for override in one.all("lvlOverride"):
                start = _value(override, "startOverride")
                if start:
                    self.at[one.get("numId"), _whole(override.get("ilvl"))] = _whole(start) - 1

    def label(self, number: str, level_text: str) -> str:
        """The next label of a list at a level; empty for bullets."""
        level = _whole(level_text)
        levels = self.levels.get(self.lists.get(number, ""), {})
        if number == "0" or level not in levels:
            return ""
        form, pattern, start = levels[level]
        self.at[number, level] = self.at.get((number, level), start - 1) + 1
        for deeper in [place for place in self.at if place[0] == number and place[1] > level]:
            del self.at[deeper]
        if form in ("bullet", "none"):
            return ""
        label = pattern
        for place in range(level + 1):
            kind, _pattern, first = levels.get(place, ("decimal", "", 1))
            label = label.replace(f"%{place + 1}", _written(self.at.get((number, place), first), kind))
        return label


def _whole(text: str) -> int:
    return int(text[:6]) if text.isascii() and text.isdigit() else 0


def _written(value: int, form: str) -> str:
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (max(value, 1) - 1) % 26)
        return letter if form == "upperLetter" else letter.lower()
    return str(value)
