"""Grades are a pure function of answers, keys and rules; draws of the seed."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from quizzes.blueprint import Candidate, CannotServe, Cell, draw, shortages
from quizzes.grading import Item, Rules, grade, reaches, rounded

KEY = {"correct": ["a", "b"]}
CHOICES = st.lists(st.sampled_from("abcd"), unique=True, max_size=4)


def item(position: int, topic: str, points: int, chosen: list[str] | None) -> Item:
    response = None if chosen is None else {"choices": chosen}
    return Item(position, position, "multiple", topic, points, {"scoring": "partial"}, KEY, response)


ITEMS = st.lists(
    st.tuples(st.sampled_from(["x", "y", "z"]), st.integers(1, 5), st.none() | CHOICES), min_size=1, max_size=30
).map(lambda rows: [item(number, *row) for number, row in enumerate(rows, 1)])
RULES = st.builds(
    Rules, st.integers(1, 100), st.dictionaries(st.sampled_from(["x", "y", "z", "absent"]), st.integers(1, 100))
)


@given(ITEMS, RULES)
def test_points_lie_within_bounds_and_add_up(items: list[Item], rules: Rules) -> None:
    result = grade(items, rules)
    assert 0 <= result.points <= result.possible == sum(row.points for row in items)
    assert sum(topic.points for topic in result.topics) == result.points
    assert sum(topic.possible for topic in result.topics) == result.possible
    assert sum(earned for _item, earned in result.items) == result.points
    assert grade(items, rules) == result


@given(ITEMS, RULES, st.randoms())
def test_the_order_of_the_questions_changes_nothing(items: list[Item], rules: Rules, random: Any) -> None:
    mixed = list(items)
    random.shuffle(mixed)
    one, other = grade(items, rules), grade(mixed, rules)
    assert (one.points, one.passed, set(one.topics)) == (other.points, other.passed, set(other.topics))


@given(ITEMS, RULES, st.data())
def test_a_better_answer_never_harms(items: list[Item], rules: Rules, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    better = list(items)
    old = items[index]
    better[index] = item(old.position, old.topic, old.points, ["a", "b"])
    before, after = grade(items, rules), grade(better, rules)
    assert after.points >= before.points
    assert after.passed or not before.passed


@given(ITEMS, RULES)
def test_passed_is_percent_and_every_minimum(items: list[Item], rules: Rules) -> None:
    result = grade(items, rules)
    overall = result.points / result.possible >= Fraction(rules.pass_percent, 100)
    below = [
        topic
        for topic in result.topics
        if topic.topic in rules.minima and topic.points / topic.possible < Fraction(rules.minima[topic.topic], 100)
    ]
    assert result.passed == (overall and not below)


def test_an_exam_with_minima_per_domain() -> None:
    """IRCA's kind: 80 marks, pass 40; minima 3/8, 3/8, 3/8, 14/36, 8/20."""
    sizes = {"a": (8, 37), "b": (8, 37), "c": (8, 37), "d": (36, 38), "e": (20, 40)}
    rules = Rules(50, {topic: percent for topic, (_size, percent) in sizes.items()})

    def sit(marks: dict[str, int]) -> bool:
        rows = []
        for topic, (size, _percent) in sizes.items():
            rows += [item(0, topic, 1, ["a", "b"] if mark < marks[topic] else None) for mark in range(size)]
        return grade(rows, rules).passed

    assert sit({"a": 3, "b": 3, "c": 3, "d": 23, "e": 8})
    assert not sit({"a": 3, "b": 3, "c": 3, "d": 22, "e": 8})
    assert not sit({"a": 2, "b": 8, "c": 8, "d": 36, "e": 20})
    assert not sit({"a": 8, "b": 8, "c": 8, "d": 13, "e": 20})
    assert sit({"a": 8, "b": 8, "c": 8, "d": 14, "e": 8})


def test_nothing_drawn_is_never_passed() -> None:
    assert not grade([], Rules(1, {})).passed


@pytest.mark.parametrize(
    ("points", "possible", "percent", "enough"),
    [(Fraction(7), 10, 70, True), (Fraction(2, 3) * 3, 3, 67, False), (Fraction(6999, 1000), 10, 70, False)],
)
def test_no_rounding_decides_a_pass(points: Fraction, possible: int, percent: int, enough: bool) -> None:
    assert reaches(points, possible, percent) is enough


def test_rounding_is_half_up() -> None:
    assert rounded(Fraction(2, 3)) == Decimal("0.667")
    assert rounded(Fraction(1, 2000)) == Decimal("0.001")


# --- Blueprint -----------------------------------------------------------------------

CELLS = st.lists(
    st.builds(Cell, st.sampled_from("xyz"), st.sampled_from(["recall", "apply"]), st.integers(1, 4)),
    unique_by=lambda cell: (cell.topic, cell.difficulty),
    min_size=1,
    max_size=6,
)
POOL = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["recall", "apply"])), max_size=40).map(
    lambda rows: [Candidate(number, *row) for number, row in enumerate(rows)]
)


@given(CELLS, POOL, st.text(max_size=8), st.randoms())
def test_a_draw_fits_its_blueprint_or_says_where_it_cannot(
    cells: list[Cell], pool: list[Candidate], seed: str, random: Any
) -> None:
    missing = shortages(cells, pool)
    if missing:
        with pytest.raises(CannotServe) as refused:
            draw(cells, pool, seed)
        assert list(refused.value.shortages) == missing
        assert all(shortage.available < shortage.cell.count for shortage in missing)
        return
    drawn = draw(cells, pool, seed)
    assert len(set(drawn)) == len(drawn) == sum(cell.count for cell in cells)
    by_version = {candidate.version: (candidate.topic, candidate.difficulty) for candidate in pool}
    assert Counter(by_version[version] for version in drawn) == {
        (cell.topic, cell.difficulty): cell.count for cell in cells
    }
    mixed = list(pool)
    random.shuffle(mixed)
    assert draw(cells, mixed, seed) == drawn
