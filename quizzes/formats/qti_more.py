"""QTI items of further kinds: words put into gaps, sliders, points on a picture, several questions in one item."""

from typing import Any

from quizzes.formats import pictures, qti_answers
from quizzes.formats.build import number
from quizzes.formats.markup import Node
from quizzes.formats.prose import from_node, squeeze
from quizzes.formats.qti_words import MARK, Base
from quizzes.formats.result import Json

_BESIDE = {"mediaInteraction": "media", "endAttemptInteraction": "attempt"}
"""Interactions that ask nothing: a film to watch, a button."""
_PARTS = frozenset({"single", "multiple", "truefalse", "numeric", "shorttext", "matching", "ordering", "categories"})
_OF_PART = ("type", "points", "stem", "options", "scoring", "answer", "tolerance", "unit", "accept", "pairs", "extra",
            "items", "categories")  # fmt: skip


class More(Base):
    """An item of one of these kinds."""

    def tidy_up(self) -> None:
        """What is for takers stays; what is only for graders, for later or to look at is named."""
        for node in self.body.walk():
            if node.tag == "rubricBlock" and "candidate" in node.get("view").split():
                node.tag = "div"
        if len(self.interactions) > 1 or self.root.first("responseDeclaration") is not None:
            for node in [one for one in self.interactions if one.tag in _BESIDE]:
                if len(self.interactions) > 1:
                    self.item.leave("part", part=_BESIDE[node.tag])
                    self.interactions.remove(node)
        told = [node for node in self.body.deep("feedbackBlock") if from_node(node).text]
        within = {id(one) for choice in self.body.deep("simpleChoice") for one in choice.walk()}
        if any(id(node) not in within for node in told):
            self.item.leave("feedback", count=sum(id(node) not in within for node in told))

    # --- Gaps -----------------------------------------------------------------------------

    def gap_match(self, node: Node) -> None:
        """Words put into gaps: a choice of all words in each."""
        if node.all("gapImg"):
            self.refuse("gapMatchInteraction: gapImg")
            return
        self.in_parts(node)
        language = self.maker.language
        texts = {one.get("identifier"): from_node(one).text for one in node.all("gapText")}
        pairs = [pair for pair in (value.split() for value in self.declared_of(node).right()) if len(pair) == 2]
        right = {pair[1]: pair[0] for pair in pairs if pair[0] in texts}
        right |= {pair[0]: pair[1] for pair in pairs if pair[1] in texts}
        prompt = node.first("prompt")
        asked = self.words(prompt) if prompt is not None else ""
        gaps: list[Json] = []
        for place, gap in enumerate(node.deep("gap"), 1):
            chosen = right.get(gap.get("identifier"))
            gap.tag, gap.parts = "span", [f"{{g{place}}}"]
            if chosen is None:
                self.item.fault("gap_no_key", number=place)
            options: list[Json] = [
                {language: text, **({"correct": True} if name == chosen else {})} for name, text in texts.items()
            ]
            gaps.append({"id": f"g{place}", "kind": "choice", "options": options})
        node.parts = [part for part in node.parts if not (isinstance(part, Node) and part.tag in ("prompt", "gapText"))]
        node.tag = "div"
        self.gaps_of(squeeze(self.words(self.body)), gaps, asked)

    def gaps_of(self, text: str, gaps: list[Json], asked: str = "") -> None:
        """A text with gaps; without a question of its own it asks to fill them."""
        first, _mark, rest = text.partition(MARK)
        stem = squeeze(first) if rest else asked
        stem = stem or ("Điền vào chỗ trống." if self.maker.language == "vi" else "Fill in the gaps.")
        self.maker.other(self.item, "cloze", stem, text=self.maker.say(rest or first), gaps=gaps)

    # --- Numbers and places ---------------------------------------------------------------

    def slider(self, node: Node) -> None:
        """A number; the values that earn everything are the tolerance."""
        declared = self.declared_of(node)
        right = declared.right()
        values = [number(key) for key in declared.mapped]
        best = max(declared.mapped.values(), default=0)
        full = [value for value, score in zip(values, declared.mapped.values(), strict=True) if value is not None and score == best > 0]  # fmt: skip  # noqa: E501
        answer = number(right[0]) if right else None
        if answer is None:
            self.item.fault("no_key")
            answer = 0
        low, high = (min([*full, answer]), max([*full, answer]))
        if any(0 < score < best for score in declared.mapped.values()):
            self.item.leave("weights")
        middle = number(format((low + high) / 2, ".10g")) or 0
        off = number(format((high - low) / 2, ".10g")) or 0
        self.maker.numeric(self.item, self.stem(node), middle if off else answer, off)

    def figure_of(self, node: Node) -> tuple[bytes, tuple[Any, Any]] | None:
        """The picture of a graphic interaction, kept for the question, with the size its coordinates mean."""
        shown = next((one for one in node.walk() if one.tag in ("object", "img", "picture")), None)
        address = (shown.get("data") or shown.get("src")) if shown is not None else ""
        found = self.picture(address) if address else None
        if shown is None or found is None or not found[1]:
            self.item.leave("picture_kind" if found else "picture_missing", name=pictures.told(address))
            self.refuse(node.tag)
            return None
        self.maker.figure(self.item, self.found.picture(*found), from_node(shown).text or shown.get("alt"))
        width, height = (number(shown.get(name)) for name in ("width", "height"))
        return found[0], ((width, height) if width and height else pictures.size_of(found[0]))

    def points(self, node: Node) -> None:
        """Points on a picture: the areas that are rewarded."""
        stem = self.stem(node)
        shown = self.figure_of(node)
        if shown is None:
            return
        declaration = next((one for one in self.root.all("responseDeclaration")
                            if one.get("identifier") == node.get("responseIdentifier")), None)  # fmt: skip
        areas = declaration.deep("areaMapEntry") if declaration is not None else []
        areas = [area for area in areas if (number(area.get("mappedValue")) or 0) > 0]
        word = "Vị trí" if self.maker.language == "vi" else "Place"
        regions: list[Json] = []
        for area in areas:
            shape = qti_answers.region(area, shown[1])
            regions += [{**self.maker.say(f"{word} {len(regions) + 1}"), **shape}] if shape else []
        if not regions:
            self.item.fault("no_key")
        self.maker.other(self.item, "hotspot", stem, regions=regions)

    # --- Several --------------------------------------------------------------------------

    def case(self) -> None:
        """Several questions in one item: a case with a part to each, where every part is of a kind that a case has."""
        parts = [self.part_of(node) for node in self.interactions]
        if not 2 <= len(parts) <= 9 or any(part is None for part in parts):
            self.refuse("several")
            return
        for node in self.interactions:
            node.tag, node.parts = "span", [MARK]
        before, *between = self.words(self.body).split(MARK)
        between = [squeeze(text) for text in between]
        made: list[Json] = []
        for place, (part, above) in enumerate(zip([part for part in parts if part], ["", *between], strict=False), 1):
            asked = next((text for text in part["stem"].values() if text), "")
            part["stem"] = self.maker.say("\n".join(text for text in (above, asked) if text) or f"({place})")
            made.append(part)
        stem = squeeze("\n".join(text for text in (before, between[-1] if between else "") if squeeze(text)))
        self.item.node["points"] = sum(part.get("points", 1) for part in made)
        self.maker.other(self.item, "case", stem or self.root.get("title") or "…", parts=made)

    def part_of(self, node: Node) -> Json | None:
        """One interaction as a part; None where a case cannot have it."""
        root = Node("assessmentItem", {"identifier": self.root.get("identifier")}, self.root.line)
        body = Node("itemBody", {}, node.line)
        body.parts = [node]
        name = node.get("responseIdentifier")
        declared = [one for one in self.root.all("responseDeclaration") if one.get("identifier") == name]
        root.parts = [*declared, *self.root.all("responseProcessing"), body]
        part = type(self)(root, self.file, self.found, self.maker, self.picture)
        prompt = node.first("prompt")
        part.root.attrs["title"] = "" if prompt is not None else "?"
        part.make(node)
        if part.item.node.get("type") not in _PARTS or "figure" in part.item.node:
            return None
        if any(said.kind == "fault" for said in part.item.said):
            return None
        for said in part.item.said:
            if said.code != "stem_from_title" and said not in self.item.said:
                self.item.said.append(said)
        made = {name: part.item.node[name] for name in _OF_PART if name in part.item.node}
        if prompt is None:
            made["stem"] = self.maker.say("")
        return made

    def make(self, node: Node) -> None:
        """The question that one interaction asks."""
        raise NotImplementedError
