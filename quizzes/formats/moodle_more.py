"""Moodle's calculated questions, and types of plugins: rows of true and false, gap fill, markers on a picture."""

import re
from typing import Any

from quizzes.formats import formulas_of, pictures
from quizzes.formats.build import number, pattern
from quizzes.formats.markup import Node
from quizzes.formats.moodle_texts import Base
from quizzes.formats.prose import line
from quizzes.formats.qti_answers import region
from quizzes.formats.result import Json

_SHAPES = {"circle": "circle", "rectangle": "rect", "polygon": "poly"}
_FORMATS = {"1": "decimals", "2": "figures"}


class More(Base):
    """A question of one of these types."""

    def unsupported(self, stem: Json, why: str = "") -> None:
        """Named, not taken."""
        self.item.leave("type", type=f"{self.kind}: {why}" if why else self.kind)
        self.item.node = {"type": "", "stem": stem}

    # --- Calculated -----------------------------------------------------------------------

    def calculated(self, stem: Json) -> None:
        """A formula with drawn numbers, where our formula language can say the same."""
        full = [node for percent, _text, _feedback, node in self.answers() if percent >= 99.9]
        sets = [node for holder in self.node.all("dataset_definitions") for node in holder.all("dataset_definition")]
        names = formulas_of.names_of([_bare(one.value("name")) for one in sets])
        if len(full) != 1 or not sets:
            self.unsupported(stem)
            return
        answer = full[0]
        written = line(answer.value("text"))
        tolerance = _tolerance(answer)
        params = [_parameter(one, names) for one in sets]
        try:
            ours = formulas_of.formula(written, names)
        except formulas_of.NotOurs:
            ours = ""
        texts = {language: _placed(text, names) for language, text in stem.items()}
        if not ours or tolerance is None or None in params or any("{=" in text for text in texts.values()):
            self.unsupported(stem, written[:80])
            return
        if len(self.answers()) > 1:
            self.item.leave("more_numbers", count=len(self.answers()) - 1)
        digits = number(answer.value("correctanswerlength") or "")
        places = digits if _FORMATS.get(answer.value("correctanswerformat"), "decimals") == "decimals" else None
        formulas_of.calculated(
            self.item, self.maker, texts, [one for one in params if one], ours, tolerance,
            places if isinstance(places, int) else None, self.unit(),
        )  # fmt: skip

    def unit(self) -> Any:
        """The unit with the factor 1; others are named."""
        units = self.node.first("units")
        known = (
            [(number(unit.value("multiplier") or "1"), unit) for unit in units.all("unit")] if units is not None else []
        )
        names = [
            self.text(named) for factor, unit in known if factor == 1 and (named := unit.first("unit_name")) is not None
        ]
        if len(known) > 1:
            self.item.leave("more_units", count=len(known) - 1)
        return names[0] if names else self.maker.say("")

    # --- Rows -----------------------------------------------------------------------------

    def rows(self, stem: Json) -> None:
        """Statements, each with one of the columns: true or false of Kprime and MTF, or a matrix."""
        rows = [self._named(row, "optiontext") for row in self.node.all("row")]
        columns = [self._named(column, "responsetext") for column in self.node.all("column", "col")]
        right = self._rights(len(rows))
        if not rows or not columns or any(len(places) != 1 for places in right):
            self.unsupported(stem)
            return
        if self.node.value("scoringmethod") in ("kprime", "kprimeonezero", "all"):
            self.item.leave("scoring_parts")
        told = [row for row in self.node.all("row") if any(self.text(row.first("feedbacktext", "feedback")).values())]
        if told:
            self.item.leave("feedback", count=len(told))
        categories = [{"id": f"c{place}", **texts} for place, texts in enumerate(columns, 1)]
        items = [{**texts, "in": f"c{places[0] + 1}"} for texts, places in zip(rows, right, strict=True)]
        self.maker.other(self.item, "categories", stem, categories=categories, items=items)

    def _named(self, node: Node, name: str) -> Json:
        inner = node.first(name, "shorttext")
        if inner is None:
            return self.maker.say("")
        made = self.text(inner)
        return made if any(made.values()) else self.maker.say(line(inner.text()))

    def _rights(self, count: int) -> list[list[int]]:
        """By row the columns that are right."""
        right: list[list[int]] = [[] for _row in range(count)]
        for weight in self.node.all("weight"):
            row, column = number(weight.get("rownumber")), number(weight.get("columnnumber"))
            if isinstance(row, int) and isinstance(column, int) and 1 <= row <= count and column >= 1 and (number(weight.value("value")) or 0) > 0:  # fmt: skip  # noqa: E501
                right[row - 1].append(column - 1)
        for row, weights in enumerate(self.node.all("weights-of-row")[:count]):
            right[row] = [
                place for place, one in enumerate(weights.all("weight-of-col")) if (number(one.text()) or 0) > 0
            ]
        return right

    # --- Gaps and places ------------------------------------------------------------------

    def gapfill(self, stem: Json) -> None:
        """Words in brackets are the gaps; where words are dragged or chosen, all words are offered."""
        signs = (self.node.value("delimitchars") or "[]").ljust(2, "]")
        language, text = next(iter(stem.items()))
        typed = self.node.value("answerdisplay") in ("", "gapfill")
        words = list(dict.fromkeys(next(iter(row[1].values())) for row in self.answers()))
        gaps: list[Json] = []

        def gap(found: re.Match[str]) -> str:
            said = [line(part) for part in found[1].split("|") if part.strip()]
            if not said or said == ["!!"]:
                self.item.fault("gap_no_key", number=len(gaps) + 1)
            if typed:
                one: Json = {"kind": "text", "accept": [{language: pattern(part)} for part in said]}
            else:
                offered = list(dict.fromkeys([said[0], *(part for part in words if part not in said)])) if said else []
                options: list[Json] = [
                    {language: part, **({"correct": True} if part == said[0] else {})} for part in offered
                ]
                one = {"kind": "choice", "options": options}
            gaps.append({"id": f"g{len(gaps) + 1}", **one})
            return f"{{g{len(gaps)}}}"

        made = re.sub(rf"{re.escape(signs[0])}([^{re.escape(signs[:2])}\n]{{1,200}}){re.escape(signs[1])}", gap, text)
        if not gaps:
            self.item.fault("gap_none")
        self.cloze_of({language: made}, gaps)
        self.verdicts()

    def markers(self, stem: Json) -> None:
        """Places on a picture, where one marker is put on all of them; several markers have names that a place lacks."""  # noqa: E501
        picture = next((taken for file in self.node.all("file") if (taken := self.taken(file)) is not None), None)
        drops = self.node.all("drop")
        if picture is None or not drops or len({drop.value("choice") for drop in drops}) > 1:
            self.unsupported(stem)
            return
        size = pictures.size_of(picture[0])
        self.maker.figure(self.item, self.found.picture(*picture))
        regions: list[Json] = []
        for place, drop in enumerate(drops, 1):
            shape = _region(drop, size)
            if shape is None:
                self.item.fault("bad_number", text=drop.value("coords")[:40])
                continue
            words = {language: f"{'Vị trí' if language == 'vi' else 'Place'} {place}" for language in stem}
            regions.append({**words, **shape})
        self.maker.other(self.item, "hotspot", stem, regions=regions)
        self.verdicts()


def _bare(name: str) -> str:
    return re.sub(r"^\d+-", "", name)


def _placed(text: str, names: dict[str, str]) -> str:
    for theirs, ours in names.items():
        text = text.replace(f"{{{theirs}}}", f"{{{ours}}}")
    return text


def _parameter(node: Node, names: dict[str, str]) -> Json | None:
    drawn = [one.value("value") for items in node.all("dataset_items") for one in items.all("dataset_item")]
    bounds = (node.value("minimum"), node.value("maximum"), node.value("decimals"))
    return formulas_of.parameter(names[_bare(node.value("name"))], *bounds, drawn)


def _tolerance(answer: Node) -> Json | None:
    """Relative (1, also the geometric 3, which differs little) as percent, nominal (2) as it is."""
    size = number(answer.value("tolerance") or "0")
    if size is None or size < 0:
        return None
    if answer.value("tolerancetype") == "2":
        return {"absolute": size}
    percent = number(format(100 * size, ".10g"))
    return {"percent": percent} if percent is not None and percent <= 50 else None


def _region(drop: Node, size: tuple[int, int]) -> Json | None:
    """`200,100;30` of a circle, `10,20;40,30` of a rectangle, corners of a polygon: in percent of the picture."""
    numbers = [number(part) for part in re.split(r"[,;]", drop.value("coords"))]
    shape = _SHAPES.get(drop.value("shape"), "")
    if any(one is None for one in numbers):
        return None
    told = [float(one) for one in numbers if one is not None]
    if shape == "rect" and len(told) == 4:
        told = [told[0], told[1], told[0] + told[2], told[1] + told[3]]
    node = Node("drop", {"shape": shape, "coords": ",".join(map(str, told))}, drop.line)
    return region(node, size)
