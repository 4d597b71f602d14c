"""One QTI item as a question of ours. Tags and attributes come in the names of QTI 2."""

import re
from collections.abc import Callable
from typing import Any

from quizzes.formats import qti_answers
from quizzes.formats.build import OWN, Option, level, number, take_percents, take_tags
from quizzes.formats.markup import Node
from quizzes.formats.prose import from_node, line
from quizzes.formats.qti_answers import Declared
from quizzes.formats.qti_more import More
from quizzes.formats.qti_words import INLINE, INTERACTIONS
from quizzes.formats.result import Json


class Item(More):
    """Reads one `assessmentItem`."""

    def read(self) -> None:
        """Make the question and add it."""
        item = self.item
        self.found.add(item)
        self._about()
        for node in self.root.all("modalFeedback"):
            self._feedback(node)
        if self.root.all("templateDeclaration"):
            self.refuse("template")
            return
        if self.root.get("adaptive") == "true":
            self.refuse("adaptive")
            return
        self.tidy_up()
        kinds = {node.tag for node in self.interactions}
        if not self.interactions:
            item.leave("description", name=line(self.root.get("title"))[:60])
            item.node["type"] = ""
        elif len(self.interactions) > 1 and kinds <= set(INLINE):
            self._cloze()
        elif len(self.interactions) > 1:
            self.case()
        else:
            self.make(self.interactions[0])
        if item.node.get("stem"):
            spoken = [name for name, text in item.node["stem"].items() if text]
            item.node = level(item.node, spoken or [self.maker.language])

    def make(self, node: Node) -> None:
        """The question that one interaction asks."""
        make = _KINDS.get(node.tag)
        if make is None:
            self.refuse(node.tag)
        else:
            make(self, node)

    def _about(self) -> None:
        told = self.root.get("label")
        tags = [tag.strip() for tag in told.split("|")] if told.startswith(OWN) else []
        take_tags(
            self.item,
            [tag for tag in tags if tag.startswith(OWN) and not tag.startswith((f"{OWN}topic=", f"{OWN}type="))],
        )
        self.own = {name: value for name, _equals, value in (tag.removeprefix(OWN).partition("=") for tag in tags)}
        self.item.category = self.own.get("topic", "").replace("¦", "|")
        points = qti_answers.points(self.root)
        if isinstance(points, int) and points > 1:
            self.item.node.setdefault("points", points)
        elif points not in (None, 0, 1):
            self.item.note("points_not_whole", points=str(points))

    def _feedback(self, node: Node) -> None:
        words = self.words(node)
        name = node.get("identifier")
        outcome = node.get("outcomeIdentifier").upper()
        if not words:
            return
        # OpenOLAT and ONYX show their own by rules that ask whether the answer was right.
        name = qti_answers.shown_when(self.root, name) or name
        if name == "nscl-explanation" or outcome in ("SOLUTION", "SOLUTIONMODAL", "EXPLANATION"):
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

    # --- Kinds ----------------------------------------------------------------------------

    def choice(self, node: Node) -> None:
        """Single or multiple choice, or hot text."""
        declared = self.declared_of(node)
        choices = node.deep("simpleChoice", "hottext")
        stem = (
            self.prose(self.body, tuple(INTERACTIONS - {"hottextInteraction"})).text
            if node.tag == "hottextInteraction"
            else self.stem(node)
        )
        right = declared.right()
        options = []
        for choice in choices:
            name = choice.get("identifier")
            inline = choice.deep("feedbackInline", "feedbackBlock")
            told = "\n".join(from_node(part).text for part in inline) or getattr(self, "told", {}).get(name, "")
            options.append(Option(self.words(choice, option=name), name in right, told))
        if declared.cardinality == "single" and not declared.exact:
            best = max(declared.mapped.values(), default=0)
            if any(0 < value < best for value in declared.mapped.values()):
                self.item.leave("weights")
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
        best = sum(value for value in declared.mapped.values() if value > 0) or 1
        values = [declared.mapped.get(choice.get("identifier"), declared.default) for choice in choices]
        take_percents(self.item, [100 * value / best for value in values])

    def order(self, node: Node) -> None:
        """Items in the order of the right answer."""
        texts = {choice.get("identifier"): self.words(choice, option="") for choice in node.deep("simpleChoice")}
        self.in_parts(node)
        right = self.declared_of(node).correct
        if sorted(right) != sorted(texts):
            self.item.fault("no_key")
            right = list(texts)
        self.maker.ordering(self.item, self.stem(node), [texts[name] for name in right if name in texts])

    def match(self, node: Node) -> None:
        """Pairs; where a right side takes several left ones and all have one, categories if the item says so."""
        self.in_parts(node)
        sets = node.all("simpleMatchSet")
        sides = [
            {one.get("identifier"): self.words(one, option=one.get("identifier")) for one in side.children}
            for side in sets[:2]
        ]
        pairs = [pair for pair in (value.split() for value in self.declared_of(node).right()) if len(pair) == 2]
        if len(sides) < 2 or not pairs:
            self.item.fault("no_key")
            self.maker.other(self.item, "matching", self.stem(node), pairs=[])
            return
        lefts, rights = sides
        pairs = [pair if pair[0] in lefts else [pair[1], pair[0]] for pair in pairs]
        pairs = [pair for pair in pairs if pair[0] in lefts and pair[1] in rights]
        if self.own.get("type") == "categories":
            self._categories(node, lefts, rights, dict(pairs))
            return
        if len({left for left, _right in pairs}) < len(pairs):
            self.refuse("match n:n")
            return
        told = dict(pairs)
        made = [(words, rights[told[name]]) for name, words in lefts.items() if name in told]
        if len(made) < len(lefts):
            self.item.leave("unmatched", count=len(lefts) - len(made))
        used = set(told.values())
        self.maker.matching(
            self.item, self.stem(node), made, [words for name, words in rights.items() if name not in used]
        )

    def _categories(self, node: Node, lefts: dict[str, str], rights: dict[str, str], told: dict[str, str]) -> None:
        names = {name: f"c{place}" for place, name in enumerate(rights, 1)}
        categories = [{"id": names[name], **self.maker.say(words)} for name, words in rights.items()]
        items = [{**self.maker.say(words), "in": names[told[name]]} for name, words in lefts.items() if name in told]
        self.maker.other(self.item, "categories", self.stem(node), categories=categories, items=items)

    def associate(self, node: Node) -> None:
        """Pairs out of one set."""
        self.in_parts(node)
        texts = {
            one.get("identifier"): self.words(one, option=one.get("identifier"))
            for one in node.deep("simpleAssociableChoice")
        }
        pairs = [tuple(value.split()) for value in self.declared_of(node).right()]
        made = [(texts[pair[0]], texts[pair[1]]) for pair in pairs if len(pair) == 2 and set(pair) <= set(texts)]
        used = {name for pair in pairs for name in pair}
        self.maker.matching(
            self.item, self.stem(node), made, [words for name, words in texts.items() if name not in used]
        )

    def essay(self, node: Node) -> None:
        """A text that people grade; a declared right answer makes it a short one."""
        self._manual(node, "essay")

    def upload(self, node: Node) -> None:
        """A file that people grade."""
        self._manual(node, "file")

    def _manual(self, node: Node, kind: str) -> None:
        rubric = []
        told = [words for block in self.body.deep("rubricBlock") if (words := from_node(block).text)]
        model = self.declared_of(node).correct
        if model and "explanation" not in self.item.node:
            # A right answer to a text that people grade is a model answer.
            self.maker.explain(self.item, "\n".join(model))
        for block in self.body.deep("rubricBlock"):
            for row in from_node(block).text.split("\n"):
                worth = re.fullmatch(r"(.+) \((\d{1,3})\)", row)
                if worth:
                    rubric.append((worth[1], int(worth[2])))
        if told and not rubric:
            self.item.leave("grader_info")
        self.maker.essay(self.item, self.stem(node), rubric, kind)
        limits = [self.own.get("least", ""), self.own.get("most", "")]
        if kind == "essay" and all(limit.isascii() and limit.isdigit() for limit in limits):
            self.item.node["words"] = {"least": int(limits[0]), "most": int(limits[1])}

    def entry(self, node: Node) -> None:
        """One gap on its own: a number, or a few words."""
        if self.own.get("type") == "cloze":
            self._cloze()
            return
        declared = self.declared_of(node)
        stem = self._gapped([("_____", node)]) if from_node(self.body).text else self.stem(node)
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
        right = self.declared_of(node).right()
        options = [Option(from_node(one).text, one.get("identifier") in right) for one in node.deep("inlineChoice")]
        self.maker.choice(self.item, self._gapped([("_____", node)]), options)

    def _gapped(self, marks: list[tuple[str, Node]]) -> str:
        """The body's text with marks in place of gaps."""
        for mark, node in marks:
            node.tag, node.parts = "span", [mark]
        return self.words(self.body)

    def _cloze(self) -> None:
        gaps: list[Json] = []
        marks = []
        for place, node in enumerate(self.interactions, 1):
            gap = qti_answers.gap(self.root, node, self.declared_of(node), self.maker.language)
            if gap is None:
                self.item.fault("gap_no_key", number=place)
                continue
            gaps.append({"id": f"g{place}", **gap})
            marks.append((f"{{g{place}}}", node))
        self.gaps_of(self._gapped(marks), gaps)

    def hotspot(self, node: Node) -> None:
        """Regions of a picture in percent."""
        stem = self.stem(node)
        shown = self.figure_of(node)
        if shown is None:
            return
        right = self.declared_of(node).right()
        regions: list[Json] = []
        for spot in node.deep("hotspotChoice"):
            if spot.get("identifier") in right:
                shape: Any = qti_answers.region(spot, shown[1])
                words = spot.get("hotspotLabel") or spot.get("label") or spot.get("identifier")
                regions += [{**self.maker.say(words), **shape}] if shape else []
        if not regions:
            self.item.fault("no_key")
        self.maker.other(self.item, "hotspot", stem, regions=regions)


_KINDS: dict[str, Callable[[Item, Node], None]] = {
    "choiceInteraction": Item.choice, "hottextInteraction": Item.choice, "orderInteraction": Item.order,
    "matchInteraction": Item.match, "associateInteraction": Item.associate, "extendedTextInteraction": Item.essay,
    "uploadInteraction": Item.upload, "textEntryInteraction": Item.entry, "inlineChoiceInteraction": Item.one_choice,
    "hotspotInteraction": Item.hotspot, "gapMatchInteraction": Item.gap_match, "sliderInteraction": Item.slider,
    "selectPointInteraction": Item.points,
}  # fmt: skip
