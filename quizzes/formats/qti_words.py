"""The words, pictures and declarations of a QTI item."""

from collections.abc import Callable

from quizzes.formats import pictures
from quizzes.formats.build import OWN, Maker
from quizzes.formats.markup import Node
from quizzes.formats.prose import Prose, from_node, line
from quizzes.formats.qti_answers import Declared
from quizzes.formats.result import Item as Found, Place, Read

INTERACTIONS = frozenset(
    "choiceInteraction orderInteraction associateInteraction matchInteraction gapMatchInteraction inlineChoiceInteraction "  # noqa: E501
    "textEntryInteraction extendedTextInteraction hottextInteraction hotspotInteraction selectPointInteraction "
    "graphicOrderInteraction graphicAssociateInteraction graphicGapMatchInteraction positionObjectInteraction "
    "sliderInteraction mediaInteraction drawingInteraction uploadInteraction endAttemptInteraction customInteraction "
    "portableCustomInteraction".split()
)
INLINE = ("textEntryInteraction", "inlineChoiceInteraction")
_ASIDE = (
    "feedbackBlock",
    "feedbackInline",
    "modalFeedback",
    "templateBlock",
    "templateInline",
    "rubricBlock",
    "catalogInfo",
)
MARK = "\u2402"
Picture = Callable[[str], tuple[bytes, str] | None]


class Base:
    """An `assessmentItem` that is being read, as far as its words go."""

    def __init__(self, root: Node, file: str, found: Read, maker: Maker, picture: Picture) -> None:
        self.root = root
        self.found = found
        self.maker = maker
        self.picture = picture
        self.file = file
        self.item = Found({}, Place("line", root.line, file), name=root.get("identifier"))
        self.own: dict[str, str] = {}
        self.declared = {node.get("identifier"): Declared(node, root) for node in root.all("responseDeclaration")}
        body = root.first("itemBody")
        self.body = body if body is not None else Node("itemBody", {}, root.line)
        self.interactions = [node for node in self.body.walk() if node.tag in INTERACTIONS]

    def refuse(self, what: str) -> None:
        """Name a kind that is not taken."""
        self.item.leave("type", type=f"QTI {what}")
        self.item.node |= {"type": "", "stem": self.maker.say(self.words(self.body))}

    def prose(self, node: Node, skip: tuple[str, ...] = ()) -> Prose:
        """The words of an element, with what they cannot hold named."""
        prose = from_node(node, (*skip, *_ASIDE))
        for part in prose.left:
            self.item.leave("part", Place("line", node.line, self.file), part=part)
        return prose

    def words(self, node: Node, *, option: str = "") -> str:
        """The words; pictures are kept for the question, named for an option."""
        prose = self.prose(node, tuple(INTERACTIONS))
        for address, alt in prose.pictures:
            if option:
                self.item.leave("picture_in_option", letter=option[:40])
                if not prose.text and alt:
                    prose.text = alt
            else:
                self.figure(address, alt)
        return prose.text

    def stem(self, interaction: Node) -> str:
        """What stands around the interaction, and its prompt."""
        prompt = interaction.first("prompt")
        around = self.words(self.body)
        asked = self.words(prompt) if prompt is not None else ""
        stem = "\n".join(part for part in (around, asked) if part)
        if not stem and self.root.get("title"):
            self.item.note("stem_from_title")
            stem = line(self.root.get("title"))
        if not stem:
            self.item.fault("no_stem")
        return stem

    def figure(self, address: str, alt: str) -> None:
        """Keep a picture for the question, or name why not."""
        found = self.picture(address)
        if found is None:
            self.item.leave("picture_missing", name=address[:60])
        elif not found[1]:
            self.item.leave("picture_kind", name=pictures.told(address))
        else:
            self.maker.figure(self.item, self.found.picture(found[0], found[1]), alt)

    def in_parts(self, interaction: Node) -> None:
        """Say that lines which must be right together in the file earn their shares here; our own files mean shares."""
        if self.declared_of(interaction).exact and not self.root.get("label").startswith(OWN):
            self.item.leave("scoring_parts")

    def declared_of(self, interaction: Node) -> Declared:
        """The declaration of its response."""
        return self.declared.get(interaction.get("responseIdentifier")) or Declared(Node("responseDeclaration", {}, 0))
