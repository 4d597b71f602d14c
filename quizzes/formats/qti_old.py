"""QTI 1.2: as Canvas, Blackboard, Brightspace, Common Cartridges, text2qti and R/exams write it."""

import re
from collections.abc import Callable, Sequence

from quizzes.formats import formulas_of, qti_old_rules as processing
from quizzes.formats.build import Maker, Option, number, pattern, take_percents
from quizzes.formats.markup import Node
from quizzes.formats.prose import line, squeeze
from quizzes.formats.qti_old_words import Context, Picture, Told, materials
from quizzes.formats.result import Item, Json, Place, Read

_RESPONSES = ("response_lid", "response_str", "response_num", "response_xy", "response_grp", "response_na")
_ROOTS = ("root_section", "root section", "")
_KINDS = {
    "essay": "essay_question|essay|cc.essay.v0p1|long answer|la|either/or essay",
    "file": "file_upload_question|file upload|file response",
    "text": "text_only_question|cc.text_only.v0p1",
    "numeric": "numerical_question|numeric|numerical|arith|arithmetic",
    "blanks": "fill_in_multiple_blanks_question|fill in the blank plus",
    "several": "multiple_answers_question",
    "survey": "opinion scale|likert|rating|likert scale",
    "calculated": "calculated_question|calculated|calculated formula|arithmetic formula",
}
_KIND_OF = {word: name for name, words in _KINDS.items() for word in words.split("|")}


def read(root: Node, file: str, found: Read, maker: Maker, picture: Picture) -> None:
    """Add every item of a document to `found`."""
    shared = frozenset(node.get("parent_stimulus_item_ident") for node in root.walk()) - {""}
    _section(root, "", "", Context(file, found, maker, picture, shared))


def _section(node: Node, topic: str, passage: str, context: Context) -> None:
    passage = node.get("parent_stimulus_item_ident") or passage
    title = line(node.get("title") or _fields(node).get("bank_title", ""))
    if node.tag in ("section", "objectbank", "assessment") and title.lower() not in _ROOTS:
        topic = title
    for child in node.children:
        if child.tag in ("assessment", "objectbank", "section"):
            _section(child, topic, passage, context)
        elif child.tag == "item":
            _Item(child, topic, passage, context).read()
        elif child.tag in ("itemref", "sectionref"):
            context.found.leave("file_missing", Place("line", child.line, context.file), name=child.get("linkrefid"))


def _fields(node: Node) -> dict[str, str]:
    """Metadata by name: `<qtimetadatafield>` pairs and the elements of older writers."""
    told: dict[str, str] = {}
    for holder in (node.first("itemmetadata"), node.first("qtimetadata")):
        for part in holder.walk() if holder is not None else ():
            if part.tag == "qtimetadatafield":
                told[part.value("fieldlabel").lower()] = part.value("fieldentry")
            elif part.tag.startswith(("qmd_", "bbmd_")):
                told[part.tag] = part.text().strip()
    return told


class _Item(Told):
    def __init__(self, node: Node, topic: str, passage: str, context: Context) -> None:
        super().__init__(node, Item({}, Place("line", node.line, context.file), category=topic), context)
        self.passage = passage
        self.told = _fields(node)
        kinds = [self.told.get(name, "").lower() for name in ("question_type", "bbmd_questiontype", "cc_profile", "qmd_questiontype", "qmd_itemtype")]  # fmt: skip  # noqa: E501
        self.kind = next((_KIND_OF[kind] for kind in kinds if kind in _KIND_OF), "")
        self.named = next((kind for kind in kinds if kind), "")
        shown = node.first("presentation")
        self.shown = shown if shown is not None else Node("presentation", {}, node.line)
        self.responses = [part for part in self.shown.walk() if part.tag in _RESPONSES]

    # --- A question -----------------------------------------------------------------------

    def read(self) -> None:
        """Make the question and add it."""
        item, node = self.item, self.node
        about = self.words(self.shown) if node.get("ident") in self.context.shared else ""
        if about and not self.responses:
            # A passage that other items ask about stands above each of them.
            self.context.passages[node.get("ident")] = about
            return
        self.context.found.add(item)
        item.name = node.get("ident") if re.fullmatch(r"[A-Za-z]+[-_.]?\d{1,6}", node.get("ident")) else ""
        points = next((number(self.told[name]) for name in ("points_possible", "cc_weighting", "qmd_absolutescore_max")
                       if self.told.get(name)), None)  # fmt: skip
        if isinstance(points, int) and 1 < points <= 100:
            item.node["points"] = points
        elif points not in (None, 0, 1):
            item.note("points_not_whole", points=str(points))
        stem = self.words(self.shown, skip=(*_RESPONSES, "flow_label", "_rights")) or self._late_stem()
        if not stem and node.get("title") and self.responses:
            item.note("stem_from_title")
            stem = line(node.get("title"))
        make = self._maker()
        if make is None:
            item.node |= {"type": "", "stem": self.maker.say(stem)}
            return
        if not stem:
            item.fault("no_stem")
        passage = self.context.passages.get(node.get("parent_stimulus_item_ident") or self.passage, "")
        make(f"{passage}\n\n{stem}" if passage else stem)
        self.feedback()

    def _late_stem(self) -> str:
        """Some write the question into the response itself."""
        if len(self.responses) == 1:
            return self.words(self.responses[0], skip=("response_label", "flow_label"))
        return ""

    def _maker(self) -> Callable[[str], None] | None:
        """What makes this kind of question; None for one that is named and not taken."""
        tags = {node.tag for node in self.responses}
        if self.kind == "calculated":
            return self._calculated
        if self.kind in ("file", "essay"):
            return lambda stem: self.maker.essay(self.item, stem, kind=self.kind)
        if self.kind == "text" or not self.responses:
            self.item.leave("description", name=line(self.node.get("title") or self.words(self.shown))[:60])
            return None
        if self.kind == "survey" or not tags <= {"response_lid", "response_str", "response_num"}:
            self.item.leave("type", type=f"QTI 1.2 {self.named or ', '.join(sorted(tags))}")
            return None
        if tags == {"response_lid"}:
            return self._of_choices()
        fields = [label for node in self.responses for label in (node.deep("response_label") or [node])]
        return self._open if len(fields) == 1 and len(self.responses) == 1 else self._blanks

    def _of_choices(self) -> Callable[[str], None]:
        first = self.responses[0]
        if first.get("rcardinality").lower() == "ordered" or self.named in ("ordering_question", "ordering"):
            return self._ordering
        if len(self.responses) == 1 and self.kind != "blanks":
            return self._choice
        if any(f"[{_name(node)}]" in self.words(self.shown, skip=_RESPONSES) for node in self.responses):
            return self._blanks
        if any(node.get("rcardinality").lower() == "multiple" for node in self.responses):
            return self._categories
        return self._matching

    def _labels(self, response: Node) -> list[tuple[str, str]]:
        """Idents and words of what can be chosen."""
        return [
            (label.get("ident"), self.words(label, option=label.get("ident")))
            for label in response.deep("response_label")
        ]

    def _pictured(self, ident: str) -> bool:
        """Whether an option without words was only a picture: then it is a fault, while an empty one is nothing."""
        return any(said.code == "picture_in_option" and said.facts["letter"] == ident[:40] for said in self.item.said)

    def _choice(self, stem: str) -> None:
        """One or several of the options."""
        response = self.responses[0]
        name = response.get("ident")
        labels = [(ident, text) for ident, text in self._labels(response) if text or self._pictured(ident)]
        several = response.get("rcardinality").lower() == "multiple" or self.kind == "several"
        earned = self._earned(name)
        best = max(earned.values(), default=0)
        right = {value for value, score in earned.items() if several or score == best}
        if not several and len(right) < len(earned):
            self.item.leave("weights")
        if not several and len(right) > 1:
            self.item.fault("several_marked", letters=str(len(right)))
        options = [
            Option(text, ident in right or (not ident and text in right), self.said_of(name, ident))
            for ident, text in labels
        ]
        if not options:
            self.item.fault("no_options")
        stem = stem.replace(f"[{_name(response)}]", "_____")
        self.maker.choice(self.item, stem, options, multiple=several and len(right) != 1)
        if self.item.node.get("type") == "multiple":
            self._weigh(name, [ident for ident, _text in labels], earned)

    def _earned(self, name: str) -> dict[str, float]:
        """By value what choosing it earns; values that must be chosen together share what the condition earns."""
        earned: dict[str, float] = {}
        for rule in self.right:
            values = rule.of(name)
            share = (rule.score or 1) / (1 if rule.either else max(len(values), 1))
            for value in values:
                earned[value] = max(earned.get(value, 0), share)
        return earned

    def _weigh(self, name: str, idents: Sequence[str], earned: dict[str, float]) -> None:
        """All or nothing where one condition asks for all; Canvas scores such in parts."""
        whole = [rule for rule in self.right if len(rule.of(name)) == len(earned)]
        if whole:
            if self.kind != "several":
                self.item.node["scoring"] = "all"
            return
        lost = {rule.of(name)[0]: rule.score or 0 for rule in processing.costs(self.rules) if len(rule.of(name)) == 1}
        total = sum(earned.values()) or 1
        percents = [100 * (earned.get(ident, 0) or lost.get(ident, 0)) / total for ident in idents]
        take_percents(self.item, percents)

    def _ordering(self, stem: str) -> None:
        """Items in the order that the first condition asks for."""
        labels = dict(self._labels(self.responses[0]))
        asked = [value for rule in self.right for _name, value in rule.values]
        order = [value for value in dict.fromkeys(asked) if value in labels]
        if len(self.responses) > 1 or sorted(order) != sorted(labels):
            self.item.fault("no_key")
            order = list(labels)
        self.maker.ordering(self.item, stem, [labels[name] for name in order])

    def _left_of(self, response: Node) -> str:
        own = self.words(response, skip=("response_label", "flow_label"))
        if own:
            return own
        holder = next((flow for flow in self.shown.deep("flow") if response in flow.children), None)
        return self.words(holder, skip=(*_RESPONSES, "_rights")) if holder is not None else ""

    def _rights(self, response: Node, apart: Sequence[str]) -> dict[str, str]:
        """Right sides by ident; Blackboard keeps their words apart, in the same order."""
        labels = self._labels(response)
        if apart and not any(text for _ident, text in labels):
            return {ident: text for (ident, _text), text in zip(labels, apart, strict=False)}
        return dict(labels)

    def _matching(self, stem: str) -> None:
        """A left side to each response, the same right sides below all."""
        blocks = [flow for flow in self.shown.deep("flow") if flow.get("class") == "RIGHT_MATCH_BLOCK"]
        apart = [self.words(flow) for block in blocks for flow in block.all("flow")]
        pairs: list[tuple[str, str]] = []
        every: list[str] = []
        missing = 0
        for response in self.responses:
            rights = self._rights(response, apart)
            every += [text for text in rights.values() if text not in every]
            asked = [value for rule in self.right for value in rule.of(response.get("ident"))]
            right = next((rights[value] for value in asked if value in rights), "")
            left = self._left_of(response)
            missing += not right
            if right:
                pairs.append((left, right))
        if missing:
            self.item.leave("unmatched", count=missing)
        if not pairs:
            self.item.fault("no_key")
        used = {right for _left, right in pairs}
        self.maker.matching(self.item, stem, pairs, [text for text in every if text and text not in used])

    def _categories(self, stem: str) -> None:
        """A category to each response, whose right answers belong into it."""
        categories: list[Json] = []
        items: dict[str, Json] = {}
        known: dict[str, str] = {}
        for place, response in enumerate(self.responses, 1):
            labels = dict(self._labels(response))
            known |= labels
            categories.append({"id": f"c{place}", **self.maker.say(self._left_of(response))})
            for value in [value for rule in self.right for value in rule.of(response.get("ident"))]:
                if value in labels:
                    items.setdefault(value, {**self.maker.say(labels[value]), "in": f"c{place}"})
        if len(items) < len(known):
            self.item.leave("unmatched", count=len(known) - len(items))
        if not items:
            self.item.fault("no_key")
        self.maker.other(self.item, "categories", stem, categories=categories, items=list(items.values()))

    def _open(self, stem: str) -> None:
        """One field: a number, a few words, or a text that people grade."""
        response = self.responses[0]
        rendered = response.first("render_fib")
        form = rendered.get("fibtype").lower() if rendered is not None else ""
        if not self.right:
            if self.rules and any(rule.values for rule in self.rules):
                self.item.fault("no_key")
            self.maker.essay(self.item, stem)
            return
        bounded = any(rule.bounds for rule in self.right)
        values = [value for rule in self.right for _name, value in rule.values]
        numeric = self.kind == "numeric" or bounded or response.tag == "response_num" or form in ("integer", "decimal", "scientific")  # fmt: skip  # noqa: E501
        if numeric and (bounded or all(number(value) is not None for value in values)):
            best = max(self.right, key=lambda rule: rule.score or 1)
            told = processing.range_of(best)
            if len(self.right) > 1:
                self.item.leave("more_numbers", count=len(self.right) - 1)
            if told is None:
                self.item.fault("bad_number", text=", ".join(values)[:40])
            self.maker.numeric(self.item, stem, *(told or (0, 0)))
            return
        self.maker.short(self.item, stem, self._accepted(response.get("ident")))

    def _accepted(self, name: str) -> list[tuple[str, float, str]]:
        """Accepted words with their percent; ways to write capitals are one."""
        best = max((rule.score or 1 for rule in self.right), default=1)
        made: dict[str, tuple[str, float, str]] = {}
        for rule in self.right:
            for value in rule.of(name):
                share = 100 * (rule.score or 1) / best
                made.setdefault(value.casefold(), (value, share, self.said_of(name, value)))
        return list(made.values())

    def _blanks(self, stem: str) -> None:
        """A text with several gaps: `[name]` in the words, or fields between them."""
        gaps: list[Json] = []
        text = stem
        if not any(f"[{_name(node)}]" in stem for node in self.responses):
            text = self._between()
        for place, node in enumerate(self.responses, 1):
            gap = self._gap(node)
            if gap is None:
                self.item.fault("gap_no_key", number=place)
                continue
            gaps.append({"id": f"g{place}", **gap})
            text = text.replace(f"[{_name(node)}]", f"{{g{place}}}", 1)
            if f"{{g{place}}}" not in text:
                text = f"{text} {{g{place}}}"
        language = self.maker.language
        asked = "Điền vào chỗ trống." if language == "vi" else "Fill in the gaps."
        self.maker.other(self.item, "cloze", asked, text=self.maker.say(text), gaps=gaps)

    def _between(self) -> str:
        found = materials(self.shown, ("response_label",), _RESPONSES)
        pieces = [f"[{_name(part)}]" if part.tag in _RESPONSES else self.text(part, "") for part in found]
        return squeeze(" ".join(pieces))

    def _gap(self, node: Node) -> Json | None:
        name = node.get("ident")
        labels = dict(self._labels(node)) if node.tag == "response_lid" else {}
        right = [value for rule in self.right for value in rule.of(name)]
        shown = [labels.get(value, value) for value in right]
        if shown and labels and self.kind == "blanks":
            # Canvas names one accepted answer in its rules and lists all of them as labels.
            shown += list(labels.values())
        if not shown:
            return None
        if not labels or self.kind == "blanks" or len(set(right)) > 1:
            words = {text.casefold(): text for text in shown}
            return {"kind": "text", "accept": [{self.maker.language: pattern(text)} for text in words.values()]}
        options: list[Json] = [
            {self.maker.language: text, **({"correct": True} if ident == right[0] else {})}
            for ident, text in labels.items()
        ]
        return {"kind": "choice", "options": options}

    def _calculated(self, stem: str) -> None:
        """A formula with drawn numbers, as Canvas writes it."""
        told = next(iter(self.node.deep("calculated")), Node("calculated", {}, 0))
        names = formulas_of.names_of([var.get("name") for vars_ in told.all("vars") for var in vars_.all("var")])
        written = [part.text() for part in told.deep("formula")]
        tolerance = re.fullmatch(r"\s*([\d.,]+)\s*(%?)\s*", told.value("answer_tolerance") or "0")
        off = number(tolerance[1]) if tolerance else None
        try:
            answer = formulas_of.formula(written[-1] if len(written) == 1 else "", names)
        except formulas_of.NotOurs:
            answer = ""
        params = [self._parameter(told, var, names) for vars_ in told.all("vars") for var in vars_.all("var")]
        if not answer or off is None or not params or None in params:
            self.item.leave("type", type=f"QTI 1.2 {self.named}: {line(' ; '.join(written))[:80]}")
            self.item.node |= {"type": "", "stem": self.maker.say(stem)}
            return
        for name, ours in names.items():
            stem = stem.replace(f"[{name}]", f"{{{ours}}}")
        places = number((told.first("formulas") or told).get("decimal_places") or "")
        formulas_of.calculated(
            self.item, self.maker, self.maker.say(stem), [one for one in params if one], answer,
            {"percent" if tolerance and tolerance[2] else "absolute": off}, places if isinstance(places, int) else None,
            self.maker.say(""),
        )  # fmt: skip

    @staticmethod
    def _parameter(told: Node, var: Node, names: dict[str, str]) -> Json | None:
        drawn = [
            one.text() for sets in told.deep("var_set") for one in sets.all("var") if one.get("name") == var.get("name")
        ]
        return formulas_of.parameter(
            names[var.get("name")], var.value("min"), var.value("max"), var.get("scale"), drawn
        )


def _name(response: Node) -> str:
    return response.get("ident").removeprefix("response_")
