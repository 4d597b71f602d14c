"""Words and pictures of QTI 1.2: materials as text, with what they cannot hold named."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from quizzes.formats import pictures, qti_old_rules as processing
from quizzes.formats.build import Maker
from quizzes.formats.markup import Node
from quizzes.formats.moodle_texts import decoded
from quizzes.formats.prose import from_html, from_node, squeeze
from quizzes.formats.result import Item, Place, Read

Picture = Callable[[str], tuple[bytes, str] | None]
_HTML = re.compile(r"<\s*/?\s*[A-Za-z][^<>]*>|&(?:#\d+|[A-Za-z]+);")
_TAGS = re.compile(r"</\w+>|<(?:p|br|img|div)\b")
_HOLDERS = frozenset({"material", "material_ref", "mat_extension", "matbreak"})


@dataclass(frozen=True)
class Context:
    """What all items of a document share."""

    file: str
    found: Read
    maker: Maker
    picture: Picture
    shared: frozenset[str] = frozenset()
    passages: dict[str, str] = field(default_factory=dict)


class Words:
    """An item that is being read, as far as its words go."""

    def __init__(self, item: Item, context: Context) -> None:
        self.item = item
        self.context = context
        self.maker = context.maker

    def words(self, node: Node, *, skip: Sequence[str] = (), option: str = "") -> str:
        """The words of materials below, one to a line; pictures are kept for the question, named for an option."""
        pieces = []
        for part in materials(node, skip):
            if part.tag == "matimage":
                self._figure(part.get("uri"), part.text() if part.get("embedded") else "", "", option)
            elif part.tag in ("mataudio", "matvideo", "matapplet", "matapplication"):
                self.item.leave("part", Place("line", part.line, self.context.file), part=part.tag[3:])
            else:
                pieces.append(self.text(part, option))
        return squeeze("\n".join(piece for piece in pieces if piece))

    def text(self, node: Node, option: str) -> str:
        """The words of one material."""
        raw = node.text()
        form = (node.get("texttype") or node.get("type")).lower()
        if node.children:
            prose = from_node(node)
        elif "html" in form or "rtf" in form or (_HTML if form in ("", "smart_text") else _TAGS).search(raw):
            prose = from_html(raw)
        else:
            return squeeze(raw)
        for address, alt in prose.pictures:
            self._figure(address, "", alt, option)
        for part in prose.left:
            self.item.leave("part", Place("line", node.line, self.context.file), part=part)
        return prose.text

    def _figure(self, address: str, content: str, alt: str, option: str) -> None:
        inline = re.match(r"data:image/[\w.+-]+;base64,(.*)", address, re.DOTALL)
        raw = decoded(inline[1] if inline else content) if inline or content else None
        found = (pictures.taken(raw) or (b"", "")) if raw else self.context.picture(address)
        if option:
            self.item.leave("picture_in_option", letter=option[:40])
        elif found is None:
            self.item.leave("picture_missing", name=address[-60:])
        elif not found[1]:
            self.item.leave("picture_kind", name=pictures.told(address))
        else:
            self.maker.figure(self.item, self.context.found.picture(found[0], found[1]), alt)


_ANSWERS = r"\d+_fb$"
"""Canvas names what is told of one answer by the answer's number."""


class Told(Words):
    """An item that is being read, with its rules and what they tell the taker."""

    def __init__(self, node: Node, item: Item, context: Context) -> None:
        super().__init__(item, context)
        self.node = node
        self.rules = processing.rules(node)
        self.right = processing.scoring(self.rules)

    def _said(self, idents: Sequence[str]) -> str:
        known = [node for node in self.node.all("itemfeedback") if node.get("ident") in idents]
        return squeeze("\n".join(self.words(node, skip=("hint",)) for node in known))

    def said_of(self, name: str, value: str) -> str:
        """What is told of one answer alone."""
        alone = [rule for rule in self.rules if rule.values == [(name, value)] and rule not in self.right]
        told = [ident for rule in alone for ident in rule.told if ident not in ("correct", "incorrect")]
        return self._said(told)

    def feedback(self) -> None:
        """What is told of a right answer, of a wrong one, and always."""
        right = [ident for rule in self.right for ident in rule.told if not re.match(rf"{_ANSWERS}", ident)]
        wrong = [ident for rule in self.rules if rule.empty and rule not in self.right for ident in rule.told]
        always = [ident for ident in wrong if re.search(r"general_fb|^general$|solution|explanation", ident)]
        texts = {
            "right": self._said(list(dict.fromkeys(right))),
            "wrong": self._said([ident for ident in dict.fromkeys(wrong) if ident not in always]),
        }
        feedback = {name: self.maker.say(text) for name, text in texts.items() if text}
        if feedback and self.item.node.get("type"):
            self.item.node["feedback"] = feedback
        general = self._said(always)
        if general:
            self.maker.explain(self.item, general)
        if self.node.deep("hint"):
            self.item.leave("hints", count=len(self.node.deep("hint")))


def materials(node: Node, skip: Sequence[str], also: Sequence[str] = ()) -> list[Node]:
    """Texts and media below in order; elements named `skip` are passed over, `_rights` for Blackboard's right sides."""
    made: list[Node] = []
    for child in node.children:
        if child.tag in also:
            made.append(child)
        elif child.tag in skip or ("_rights" in skip and child.get("class") in ("RIGHT_MATCH_BLOCK", "RESPONSE_BLOCK")):
            continue
        elif child.tag.startswith("mat") and child.tag not in _HOLDERS:
            made.append(child)
        else:
            made += materials(child, skip, also)
    return made
