"""Moodle XML: docs.moodle.org/en/Moodle_XML_format. Read liberally: of Moodle 1.9 to 5, and of those who imitate it."""

import re
from collections.abc import Callable

from quizzes.formats import embedded
from quizzes.formats.build import Maker, Option, level, number, take_percents, take_tags
from quizzes.formats.markup import Node, parse
from quizzes.formats.moodle_more import More
from quizzes.formats.moodle_texts import merged, tag_of
from quizzes.formats.prose import from_html, line, squeeze
from quizzes.formats.result import BadFile, Json, Place, Read

_OF_ORDER = re.compile(
    r"\b(?:above|below|both|neither|all of|none of|trên|dưới|[A-F] (?:and|or|và|hoặc) [A-F])\b", re.IGNORECASE
)
"""Options that speak of others by their place."""


def looks(root: Node) -> bool:
    """Whether the document is a Moodle quiz."""
    return root.tag == "quiz" and any(child.tag == "question" for child in root.children)


def read(content: bytes, language: str) -> Read:
    """The questions of a Moodle XML file. Raises BadFile."""
    root = parse(content)
    found = Read("moodle")
    if root.tag == "question":
        wrapped = Node("quiz", {}, root.line)
        wrapped.parts = [root]
        root = wrapped
    if root.tag != "quiz":
        raise BadFile("not_moodle", element=root.tag[:40])
    category = ""
    for node in root.all("question"):
        kind = node.get("type").lower()
        if kind == "category":
            category = _category(_value(node, "category"))
        elif kind == "description":
            name = line(_value(node, "name"))
            found.leave("description", Place("line", node.line), name=name[:60])
        else:
            _Question(node, kind, category, found, Maker(language)).read()
    return found


def _value(node: Node, name: str) -> str:
    """The text of `<name><text>…</text></name>`, or of `<name>…</name>`."""
    inner = node.first(name)
    if inner is None:
        return ""
    text = inner.first("text")
    return (text.text() if text is not None else inner.text()).strip()


def _category(path: str) -> str:
    """The last part of the path; `//` stands for a stroke within a name."""
    parts = [part.replace("\0", "/").strip() for part in path.replace("//", "\0").split("/")]
    parts = [part for part in parts if part and not part.startswith("$") and part != "top"]
    last = line(from_html(parts[-1]).text) if parts else ""
    return re.sub(r"^(?:Default for|Mặc định cho)\s+", "", last)


class _Question(More):
    own: dict[str, str]

    def read(self) -> None:
        """Make the question and add it."""
        item, node = self.item, self.node
        item.name = squeeze(node.value("idnumber")) or line(from_html(_value(node, "name")).text)
        self._about()
        stem = self.text(node.first("questiontext"), stem=True)
        old = node.first("image_base64")
        if old is not None and "figure" not in item.node:
            self._picture("data", "", node, stem=True)
        make = _KINDS.get(self.kind)
        self.found.add(item)
        if make is None:
            item.leave("type", type=self.kind)
            item.node |= {"type": "", "stem": stem}
            return
        explanation = self.text(node.first("generalfeedback"))
        if not any(stem.values()):
            item.fault("no_stem")
        make(self, stem)
        if any(explanation.values()):
            self.maker.explain(item, explanation)
        item.node = level(item.node, [language for language in stem if stem[language]] or [self.maker.language])

    def _about(self) -> None:
        tags = self.node.first("tags")
        told = [line(tag_of(tag)) for tag in tags.all("tag")] if tags is not None else []
        own = [tag for tag in told if tag.startswith(("nscl.type=", "nscl.stem="))]
        self.own = {name[5:]: value for name, _equals, value in (tag.partition("=") for tag in own)}
        take_tags(self.item, [tag for tag in told if tag and tag not in own])
        grade = number(self.node.value("defaultgrade") or "1")
        if isinstance(grade, int) and grade > 1:
            self.item.node.setdefault("points", grade)
        elif grade not in (1, 0, None):
            self.item.note("points_not_whole", points=str(grade))
        hints = [hint for hint in self.node.all("hint") if any(self.text(hint).values())]
        if hints:
            self.item.leave("hints", count=len(hints))

    def multichoice(self, stem: Json) -> None:
        """One or several right answers; fractions that are not the usual ones become weights."""
        answers = self.answers()
        boxes = self.kind in ("multichoiceset", "oumultiresponse")
        single = self.node.value("single").lower() in ("true", "1", "") and not boxes
        full = [percent for percent, *_rest in answers if percent >= 99.9]
        options = []
        for percent, text, feedback, _node in answers:
            option = Option("", percent >= 99.9 if single else percent > 0)
            option.text, option.feedback = text, feedback if any(feedback.values()) else ""  # type: ignore[assignment]
            options.append(option)
        if single and len(full) > 1:
            self.item.fault("several_marked", letters=str(len(full)))
        elif single and any(0 < percent < 99.9 for percent, *_rest in answers):
            self.item.leave("weights")
        fixed = self.node.value("shuffleanswers").lower() in ("0", "false")
        if fixed and any(_OF_ORDER.search(words) for _percent, text, *_rest in answers for words in text.values()):
            self.item.leave("order_drawn")
        self.maker.choice(
            self.item, stem, options, multiple=not single and sum(option.right for option in options) != 1
        )
        self.verdicts()
        if self.kind == "multichoiceset":
            self.item.node["scoring"] = "all"
        elif (
            self.item.node.get("type") == "multiple"
            and self.item.node.get("scoring", "weights") == "weights"
            and not boxes
        ):
            take_percents(self.item, [percent for percent, *_rest in answers])

    def truefalse(self, stem: Json) -> None:
        """True or false; what is told of either becomes what is told of a right or wrong answer."""
        right = None
        feedback: Json = {}
        for percent, text, said, _node in self.answers():
            words = next(iter(text.values())).lower()
            if percent >= 99.9:
                right = words in ("true", "đúng", "1")
            if any(said.values()):
                feedback["right" if percent >= 99.9 else "wrong"] = said
        if right is None:
            self.item.fault("no_key")
        self.maker.truefalse(self.item, stem, right is True)
        if feedback:
            self.item.node["feedback"] = feedback

    def shortanswer(self, stem: Json) -> None:
        """A few words."""
        answers = [(text, percent, feedback) for percent, text, feedback, _node in self.answers()]
        if self.node.value("usecase") == "1":
            self.item.leave("case_sensitive")
        self.maker.short(self.item, stem, answers, accents="accents" in self.item.node)
        if not any(answer.get("share", 100) == 100 for answer in self.item.node["accept"]):
            self.item.fault("no_key")

    def numerical(self, stem: Json) -> None:
        """A number; its unit is that with the multiplier 1."""
        every = self.answers()
        answers = [row for row in every if line(next(iter(row[1].values()))) != "*"]
        others = [row[2] for row in every if row not in answers and any(row[2].values())]
        best = max(answers, key=lambda row: row[0], default=None)
        value = number(next(iter(best[1].values()))) if best else None
        tolerance = number(best[3].value("tolerance") or best[3].get("tolerance") or "0") if best else None
        if best is None or value is None or tolerance is None:
            self.item.fault("bad_number", text=next(iter(best[1].values()))[:40] if best else "")
            value = tolerance = 0
        if len(answers) > 1:
            self.item.leave("more_numbers", count=len(answers) - 1)
        self.maker.numeric(self.item, stem, value, tolerance, self.unit())
        if dropped := sum(any(row[2].values()) for row in answers if row is not best):
            self.item.leave("feedback", count=dropped)
        told = {"right": best[2] if best else {}, "wrong": others[0] if others else {}}
        feedback = {name: texts for name, texts in told.items() if any(texts.values())}
        if feedback:
            self.item.node["feedback"] = feedback

    def matching(self, stem: Json) -> None:
        """Pairs; what has no left side matches nothing."""
        pairs: list[tuple[Json, Json]] = []
        extra: list[Json] = []
        for sub in self.node.all("subquestion"):
            left, right = self.text(sub), self.text(sub.first("answer"))
            if any(left.values()):
                pairs.append((left, right))
            elif any(right.values()):
                extra.append(right)
        if self.own.get("type") == "categories":
            self.categories_of(stem, pairs, extra)
            return
        self.maker.matching(self.item, stem, pairs, extra)
        self.verdicts()

    def categories_of(self, stem: Json, pairs: list[tuple[Json, Json]], extra: list[Json]) -> None:
        """Right sides are categories, left sides what belongs into them."""
        found: list[Json] = []
        for texts in [*(right for _left, right in pairs), *extra]:
            if texts not in found:
                found.append(texts)
        named = [{"id": f"c{place}", **texts} for place, texts in enumerate(found, 1)]
        items = [{**left, "in": f"c{found.index(right) + 1}"} for left, right in pairs]
        self.maker.other(self.item, "categories", stem, categories=named, items=items)
        self.verdicts()

    def ordering(self, stem: Json) -> None:
        """Answers stand in their order."""
        self.maker.ordering(self.item, stem, [text for _percent, text, _feedback, _node in self.answers()])
        self.verdicts()

    def essay(self, stem: Json) -> None:
        """A text, or a file where only files are asked for."""
        kind = (
            "file"
            if self.node.value("responseformat") in ("noinline", "") and self.node.value("attachments") not in ("", "0")
            else "essay"
        )
        told = self.text(self.node.first("graderinfo"))
        rows = {name: re.findall(r"(?m)^(.+) \((\d{1,3})\)$", words) for name, words in told.items()}
        rubric = [
            ({name: one[0] for name, one in zip(rows, same, strict=True)}, int(same[0][1]))
            for same in zip(*rows.values(), strict=False)
        ]
        if any(told.values()) and not rubric:
            self.item.leave("grader_info")
        if any(self.text(self.node.first("responsetemplate")).values()):
            self.item.leave("part", part="template")
        if kind == "essay" and self.node.value("attachments") not in ("", "0"):
            self.item.leave("part", part="attachments")
        self.maker.essay(self.item, stem, rubric, kind)
        least, most = (number(self.node.value(name) or "0") for name in ("minwordlimit", "maxwordlimit"))
        if kind == "essay" and isinstance(most, int) and most:
            self.item.node["words"] = {"least": least or 0, "most": most}

    def gaps(self, stem: Json) -> None:
        """Words to be chosen or dragged into `[[1]]`."""
        boxes = [(self.text(box), box.value("group") or "1") for box in self.node.all("dragbox", "selectoption")]
        text = next(iter(stem.values()), "")
        gaps: list[Json] = []

        def gap(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            if not 0 <= place < len(boxes):
                self.item.fault("no_such_option", letter=found[1])
                return found[0]
            group = boxes[place][1]
            options: list[Json] = []
            for words, other in boxes:
                if other == group and not any(
                    words == {k: v for k, v in one.items() if k != "correct"} for one in options
                ):
                    options.append({**words, **({"correct": True} if words == boxes[place][0] else {})})
            gaps.append({"id": f"g{len(gaps) + 1}", "kind": "choice", "options": options})
            return f"{{g{len(gaps)}}}"

        self.cloze_of(re.sub(r"\[\[(\d{1,3})\]\]", gap, text), gaps)
        self.verdicts()

    def cloze(self, stem: Json) -> None:
        """Embedded answers."""
        texts: Json = {}
        gaps: list[Json] = []
        for language, words in stem.items():
            texts[language], found = embedded.parts(words)
            made: list[Json] = []
            for place, gap in enumerate(found, 1):
                node = gap.node(f"g{place}", language)
                if node is None:
                    code = "gap_several" if gap.kind == "several" else "gap_no_key"
                    self.item.fault(code, number=place)
                else:
                    made.append(node)
                for code, facts in gap.lost():
                    self.item.leave(code, **facts)
            if len({gap.weight for gap in found}) > 1:
                self.item.leave("weights")
            gaps = merged(gaps, made)
        if not gaps and not any(said.kind == "fault" for said in self.item.said):
            self.item.fault("gap_none")
        self.cloze_of(texts, gaps)


_KINDS: dict[str, Callable[[_Question, Json], None]] = {
    "multichoice": _Question.multichoice, "multichoiceset": _Question.multichoice,
    "oumultiresponse": _Question.multichoice, "truefalse": _Question.truefalse, "shortanswer": _Question.shortanswer,
    "numerical": _Question.numerical, "matching": _Question.matching, "ddmatch": _Question.matching,
    "match": _Question.matching, "ordering": _Question.ordering, "essay": _Question.essay,
    "essayautograde": _Question.essay, "ddwtos": _Question.gaps, "gapselect": _Question.gaps,
    "cloze": _Question.cloze, "multianswer": _Question.cloze, "calculated": _Question.calculated,
    "calculatedsimple": _Question.calculated, "kprime": _Question.rows, "mtf": _Question.rows,
    "matrix": _Question.rows, "gapfill": _Question.gapfill, "ddmarker": _Question.markers,
}  # fmt: skip
