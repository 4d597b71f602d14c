"""One QTI item as a question of ours. Tags and attributes come in the names of QTI 2."""

import re
from collections.abc import Callable
from typing import Any

from quizzes.formats import pictures, qti_answers
from quizzes.formats.build import OWN, Maker, Option, level, number, take_tags
from quizzes.formats.markup import Node
from quizzes.formats.prose import Prose, from_node, line, squeeze
from quizzes.formats.qti_answers import Declared
from quizzes.formats.result import Item as Found, Json, Place, Read

INTERACTIONS = frozenset(
    "choiceInteraction orderInteraction associateInteraction matchInteraction gapMatchInteraction inlineChoiceInteraction "  # noqa: E501
    "textEntryInteraction extendedTextInteraction hottextInteraction hotspotInteraction selectPointInteraction "
    "graphicOrderInteraction graphicAssociateInteraction graphicGapMatchInteraction positionObjectInteraction "
    "sliderInteraction mediaInteraction drawingInteraction uploadInteraction endAttemptInteraction customInteraction "
    "portableCustomInteraction".split()
)
_INLINE = ("textEntryInteraction", "inlineChoiceInteraction")
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


class Item:
    """Reads one `assessmentItem`."""

    def __init__(self, root: Node, file: str, found: Read, maker: Maker, picture: Picture) -> None:
        self.root = root
        self.found = found
        self.maker = maker
        self.picture = picture
        self.file = file
        self.item = Found({}, Place("line", root.line, file), name=root.get("identifier"))
        self.declared = {node.get("identifier"): Declared(node) for node in root.all("responseDeclaration")}
        body = root.first("itemBody")
        self.body = body if body is not None else Node("itemBody", {}, root.line)
        self.interactions = [node for node in self.body.walk() if node.tag in INTERACTIONS]

    def read(self) -> None:
        """Make the question and add it."""
        item = self.item
        self.found.add(item)
        self._about()
        for node in self.root.all("modalFeedback"):
            self._feedback(node)
        if self.root.all("templateDeclaration"):
            self._refuse("template")
            return
        if self.root.get("adaptive") == "true":
            self._refuse("adaptive")
            return
        kinds = {node.tag for node in self.interactions}
        if not self.interactions:
            item.leave("description", name=line(self.root.get("title"))[:60])
            item.node["type"] = ""
        elif len(self.interactions) > 1 and kinds <= set(_INLINE):
            self._cloze()
        elif len(self.interactions) > 1:
            self._refuse("several")
        else:
            make = _KINDS.get(self.interactions[0].tag)
            if make is None:
                self._refuse(self.interactions[0].tag)
            else:
                make(self, self.interactions[0])
        if item.node.get("stem"):
            spoken = [name for name, text in item.node["stem"].items() if text]
            item.node = level(item.node, spoken or [self.maker.language])

    def _refuse(self, what: str) -> None:
        self.item.leave("type", type=f"QTI {what}")
        self.item.node |= {"type": "", "stem": self.maker.say(self._words(self.body))}

    def _about(self) -> None:
        told = self.root.get("label")
        tags = [tag.strip() for tag in told.split("|")] if told.startswith(OWN) else []
        take_tags(
            self.item,
            [tag for tag in tags if tag.startswith(OWN) and not tag.startswith((f"{OWN}topic=", f"{OWN}type="))],
        )
        self.own = {name: value for name, _equals, value in (tag.removeprefix(OWN).partition("=") for tag in tags)}
        self.item.category = self.own.get("topic", "").replace("¦", "|")
        most = next(
            (node for node in self.root.all("outcomeDeclaration") if node.get("identifier") == "MAXSCORE"), None
        )
        if most is not None and "points" not in self.item.node:
            points = number(most.text())
            if isinstance(points, int) and points > 1:
                self.item.node["points"] = points

    def _feedback(self, node: Node) -> None:
        words = self._words(node)
        name = node.get("identifier")
        if not words:
            return
        if name == "nscl-explanation" or node.get("outcomeIdentifier") in ("SOLUTION", "EXPLANATION"):
            self.maker.explain(self.item, words)
        elif name in ("nscl-right", "nscl-part", "nscl-wrong"):
            self.item.node.setdefault("feedback", {})[name[5:]] = self.maker.say(words)
        elif name.lower() in ("correct", "right"):
            self.item.node.setdefault("feedback", {}).setdefault("right", self.maker.say(words))
        elif name.lower() in ("incorrect", "wrong"):
            self.item.node.setdefault("feedback", {}).setdefault("wrong", self.maker.say(words))
        elif not self._of_option(name, words):
            self.item.leave("feedback", count=1)

    def _of_option(self, name: str, words: str) -> bool:
        """Keep what is told of one option, by the option's identifier."""
        known = {node.get("identifier") for node in self.body.deep("simpleChoice")}
        if name in known and name not in getattr(self, "told", {}):
            self.told = {**getattr(self, "told", {}), name: words}
            return True
        return False

    # --- Words ----------------------------------------------------------------------------

    def _prose(self, node: Node, skip: tuple[str, ...] = ()) -> Prose:
        prose = from_node(node, (*skip, *_ASIDE))
        for part in prose.left:
            self.item.leave("part", Place("line", node.line, self.file), part=part)
        return prose

    def _words(self, node: Node, *, option: str = "") -> str:
        prose = self._prose(node, tuple(INTERACTIONS))
        for address, alt in prose.pictures:
            if option:
                self.item.leave("picture_in_option", letter=option[:40])
                if not prose.text and alt:
                    prose.text = alt
            else:
                self._figure(address, alt)
        return prose.text

    def _stem(self, interaction: Node) -> str:
        """What stands around the interaction, and its prompt."""
        prompt = interaction.first("prompt")
        around = self._words(self.body)
        asked = self._words(prompt) if prompt is not None else ""
        stem = "\n".join(part for part in (around, asked) if part)
        if not stem and self.root.get("title"):
            self.item.note("stem_from_title")
            stem = line(self.root.get("title"))
        if not stem:
            self.item.fault("no_stem")
        return stem

    def _figure(self, address: str, alt: str) -> None:
        found = self.picture(address)
        if found is None:
            self.item.leave("picture_missing", name=address[:60])
        elif not found[1]:
            self.item.leave("picture_kind", name=pictures.told(address))
        else:
            self.maker.figure(self.item, self.found.picture(found[0], found[1]), alt)

    def _declared(self, interaction: Node) -> Declared:
        return self.declared.get(interaction.get("responseIdentifier")) or Declared(Node("responseDeclaration", {}, 0))

    # --- Kinds ----------------------------------------------------------------------------

    def choice(self, node: Node) -> None:
        """Single or multiple choice, or hot text."""
        declared = self._declared(node)
        choices = node.deep("simpleChoice", "hottext")
        stem = (
            self._prose(self.body, tuple(INTERACTIONS - {"hottextInteraction"})).text
            if node.tag == "hottextInteraction"
            else self._stem(node)
        )
        right = declared.right()
        options = []
        for choice in choices:
            name = choice.get("identifier")
            inline = choice.deep("feedbackInline", "feedbackBlock")
            told = "\n".join(from_node(part).text for part in inline) or getattr(self, "told", {}).get(name, "")
            options.append(Option(self._words(choice, option=name), name in right, told))
        most = number(node.get("maxChoices") or "1")
        multiple = declared.cardinality == "multiple" and most != 1
        if self.own.get("type") == "truefalse" and len(options) == 2 and any(right):
            self.maker.truefalse(self.item, stem, bool(options[0].right))
            return
        self.maker.choice(self.item, stem, options, multiple=multiple and len(right) != 1)
        if self.item.node.get("type") == "multiple" and self.item.node.get("scoring", "weights") == "weights":
            scoring = declared.scoring([choice.get("identifier") for choice in choices])
            if scoring == "weights":
                self._weigh(declared, choices)
            elif scoring and self.root.first("responseProcessing") is not None:
                self.item.node["scoring"] = scoring

    def _weigh(self, declared: Declared, choices: list[Node]) -> None:
        self.item.node["scoring"] = "weights"
        best = sum(value for value in declared.mapped.values() if value > 0) or 1
        for option, choice in zip(self.item.node["options"], choices, strict=False):
            weight = round(100 * declared.mapped.get(choice.get("identifier"), declared.default) / best)
            if weight:
                option["weight"] = weight

    def order(self, node: Node) -> None:
        """Items in the order of the right answer."""
        texts = {choice.get("identifier"): self._words(choice, option="") for choice in node.deep("simpleChoice")}
        right = self._declared(node).correct
        if sorted(right) != sorted(texts):
            self.item.fault("no_key")
            right = list(texts)
        self.maker.ordering(self.item, self._stem(node), [texts[name] for name in right if name in texts])

    def match(self, node: Node) -> None:
        """Pairs; where a right side takes several left ones and all have one, categories if the item says so."""
        sets = node.all("simpleMatchSet")
        sides = [
            {one.get("identifier"): self._words(one, option=one.get("identifier")) for one in side.children}
            for side in sets[:2]
        ]
        pairs = [pair for pair in (value.split() for value in self._declared(node).right()) if len(pair) == 2]
        if len(sides) < 2 or not pairs:
            self.item.fault("no_key")
            self.maker.other(self.item, "matching", self._stem(node), pairs=[])
            return
        lefts, rights = sides
        pairs = [pair if pair[0] in lefts else [pair[1], pair[0]] for pair in pairs]
        pairs = [pair for pair in pairs if pair[0] in lefts and pair[1] in rights]
        if self.own.get("type") == "categories":
            self._categories(node, lefts, rights, dict(pairs))
            return
        if len({left for left, _right in pairs}) < len(pairs):
            self._refuse("match n:n")
            return
        told = dict(pairs)
        made = [(words, rights[told[name]]) for name, words in lefts.items() if name in told]
        if len(made) < len(lefts):
            self.item.leave("unmatched", count=len(lefts) - len(made))
        used = set(told.values())
        self.maker.matching(
            self.item, self._stem(node), made, [words for name, words in rights.items() if name not in used]
        )

    def _categories(self, node: Node, lefts: dict[str, str], rights: dict[str, str], told: dict[str, str]) -> None:
        names = {name: f"c{place}" for place, name in enumerate(rights, 1)}
        categories = [{"id": names[name], **self.maker.say(words)} for name, words in rights.items()]
        items = [{**self.maker.say(words), "in": names[told[name]]} for name, words in lefts.items() if name in told]
        self.maker.other(self.item, "categories", self._stem(node), categories=categories, items=items)

    def associate(self, node: Node) -> None:
        """Pairs out of one set."""
        texts = {
            one.get("identifier"): self._words(one, option=one.get("identifier"))
            for one in node.deep("simpleAssociableChoice")
        }
        pairs = [tuple(value.split()) for value in self._declared(node).right()]
        made = [(texts[pair[0]], texts[pair[1]]) for pair in pairs if len(pair) == 2 and set(pair) <= set(texts)]
        used = {name for pair in pairs for name in pair}
        self.maker.matching(
            self.item, self._stem(node), made, [words for name, words in texts.items() if name not in used]
        )

    def essay(self, node: Node) -> None:
        """A text that people grade; a declared right answer makes it a short one."""
        self._manual(node, "essay")

    def upload(self, node: Node) -> None:
        """A file that people grade."""
        self._manual(node, "file")

    def _manual(self, node: Node, kind: str) -> None:
        rubric = []
        for block in self.body.deep("rubricBlock"):
            for row in from_node(block).text.split("\n"):
                worth = re.fullmatch(r"(.+) \((\d{1,3})\)", row)
                if worth:
                    rubric.append((worth[1], int(worth[2])))
        self.maker.essay(self.item, self._stem(node), rubric, kind)
        limits = [self.own.get("least", ""), self.own.get("most", "")]
        if kind == "essay" and all(limit.isascii() and limit.isdigit() for limit in limits):
            self.item.node["words"] = {"least": int(limits[0]), "most": int(limits[1])}

    def entry(self, node: Node) -> None:
        """One gap on its own: a number, or a few words."""
        if self.own.get("type") == "cloze":
            self._cloze()
            return
        declared = self._declared(node)
        stem = self._gapped([("_____", node)]) if from_node(self.body).text else self._stem(node)
        if not stem:
            self.item.fault("no_stem")
        numeric = qti_answers.numeric(self.root, declared, node.get("responseIdentifier"))
        if numeric is not None:
            told = self.own.get("unit", "").replace("¦", "|")
            self.maker.numeric(self.item, re.sub(r"\s*_____\s*$", "", stem), *numeric, told)
            return
        answers = declared.accepted()
        if not answers:
            self.item.fault("no_key")
        self.maker.short(self.item, re.sub(r"\s*_____\s*$", "", stem), [(text, share, "") for text, share in answers])

    def one_choice(self, node: Node) -> None:
        """One gap with choices: a single choice."""
        if self.own.get("type") == "cloze":
            self._cloze()
            return
        right = self._declared(node).right()
        options = [Option(from_node(one).text, one.get("identifier") in right) for one in node.deep("inlineChoice")]
        self.maker.choice(self.item, self._gapped([("_____", node)]), options)

    def _gapped(self, marks: list[tuple[str, Node]]) -> str:
        """The body's text with marks in place of gaps."""
        for mark, node in marks:
            node.tag, node.parts = "span", [f" {mark} "]
        text = self._words(self.body)
        return re.sub(r" ([,.;:?!])", r"\1", text)

    def _cloze(self) -> None:
        gaps: list[Json] = []
        marks = []
        for place, node in enumerate(self.interactions, 1):
            gap = qti_answers.gap(self.root, node, self._declared(node), self.maker.language)
            if gap is None:
                self.item.fault("gap_no_key", number=place)
                continue
            gaps.append({"id": f"g{place}", **gap})
            marks.append((f"{{g{place}}}", node))
        texts = self._gapped(marks)
        first, _empty, rest = texts.partition(MARK)
        stem = squeeze(first) if rest else "Điền vào chỗ trống." if self.maker.language == "vi" else "Fill in the gaps."
        self.maker.other(self.item, "cloze", stem, text=self.maker.say(rest or first), gaps=gaps)

    def hotspot(self, node: Node) -> None:
        """Regions of a picture in percent."""
        figure = next((one for one in node.walk() if one.tag in ("object", "img", "picture")), None)
        address = (figure.get("data") or figure.get("src")) if figure is not None else ""
        found = self.picture(address) if address else None
        stem = self._stem(node)
        if figure is None or found is None or not found[1]:
            self.item.leave("picture_kind" if found else "picture_missing", name=pictures.told(address))
            self._refuse("hotspotInteraction")
            return
        self.maker.figure(
            self.item, self.found.picture(found[0], found[1]), from_node(figure).text or figure.get("alt")
        )
        width, height = (number(figure.get(name)) for name in ("width", "height"))
        size = (width, height) if width and height else pictures.size_of(found[0])
        right = self._declared(node).right()
        regions: list[Json] = []
        for spot in node.deep("hotspotChoice"):
            if spot.get("identifier") in right:
                shape: Any = qti_answers.region(spot, size)
                words = spot.get("hotspotLabel") or spot.get("label") or spot.get("identifier")
                regions += [{**self.maker.say(words), **shape}] if shape else []
        if not regions:
            self.item.fault("no_key")
        self.maker.other(self.item, "hotspot", stem, regions=regions)


_KINDS: dict[str, Callable[[Item, Node], None]] = {
    "choiceInteraction": Item.choice, "hottextInteraction": Item.choice, "orderInteraction": Item.order,
    "matchInteraction": Item.match, "associateInteraction": Item.associate, "extendedTextInteraction": Item.essay,
    "uploadInteraction": Item.upload, "textEntryInteraction": Item.entry, "inlineChoiceInteraction": Item.one_choice,
    "hotspotInteraction": Item.hotspot,
}  # fmt: skip
