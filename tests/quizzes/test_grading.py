"""Grades are a pure function of answers, keys and rules; draws of the seed."""

from collections import Counter
from dataclasses import replace
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
    assert sum(earned.points for earned in result.items) == result.points
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


IRCA = {"a": (8, 3), "b": (8, 3), "c": (8, 3), "d": (36, 14), "e": (20, 8)}


@pytest.mark.parametrize("below", [False, True], ids=["flat", "topics_below_the_domains"])
def test_an_exam_with_minima_per_domain(below: bool) -> None:
    """IRCA's: 80 marks, pass 40; minima 3/8, 3/8, 3/8, 14/36, 8/20, whether questions hang on domains or below."""
    names = [f"{domain}.{part}" for domain in IRCA for part in (1, 2)]
    rules = Rules(
        pass_percent=1,
        minima={domain: {"points": least} for domain, (_size, least) in IRCA.items()},
        pass_points=40,
        within={name: [name[0]] for name in names} if below else {},
    )

    def sit(marks: dict[str, int]) -> bool:
        rows = []
        for domain, (size, _least) in IRCA.items():
            for mark in range(size):
                topic = f"{domain}.{mark % 2 + 1}" if below else domain
                rows.append(item(0, topic, 1, ["a", "b"] if mark < marks[domain] else None))
        return grade(rows, rules).passed

    assert sit({"a": 3, "b": 3, "c": 3, "d": 23, "e": 8})
    assert not sit({"a": 3, "b": 3, "c": 3, "d": 22, "e": 8})
    assert not sit({"a": 2, "b": 8, "c": 8, "d": 36, "e": 20})
    assert not sit({"a": 8, "b": 8, "c": 8, "d": 13, "e": 20})
    assert sit({"a": 8, "b": 8, "c": 8, "d": 14, "e": 8})
    assert not sit({"a": 8, "b": 8, "c": 8, "d": 36, "e": 7})
    assert sit({"a": 3, "b": 3, "c": 6, "d": 20, "e": 8})
    assert not sit({"a": 3, "b": 3, "c": 6, "d": 19, "e": 8})


SIGNS = st.integers(0, 100)
TREE = {"x": ["top"], "y": ["top"], "z": []}
MINIMA = st.dictionaries(
    st.sampled_from(["x", "y", "z", "top", "absent"]),
    st.integers(1, 100) | st.builds(lambda points: {"points": points}, st.integers(1, 20)),
)
FULL = st.builds(
    Rules,
    st.integers(1, 100),
    MINIMA,
    st.none() | st.integers(1, 60),
    SIGNS,
    st.booleans(),
    st.sampled_from([{}, TREE]),
)
TREATED = ITEMS.flatmap(
    lambda items: st.tuples(
        *[
            st.builds(replace, st.just(row), scored=st.booleans(), treatment=st.sampled_from(["", "", "drop", "all"]))
            for row in items
        ]
    ).map(list)
)


@given(TREATED, FULL)
def test_whatever_the_rules_points_lie_within_bounds(items: list[Item], rules: Rules) -> None:
    result = grade(items, rules)
    assert 0 <= result.points <= result.possible == sum(row.points for row in items if row.counts)
    assert grade(items, rules) == result
    assert sum(topic.possible for topic in result.topics) == result.possible
    assert result.points == max(0, sum(topic.points for topic in result.topics))
    for earned in result.items:
        assert -earned.item.points <= earned.points <= earned.item.points
        assert earned.points >= 0 or (earned.item.response is not None and rules.wrong_percent)


@given(TREATED, FULL, st.randoms())
def test_whatever_the_rules_the_order_changes_nothing(items: list[Item], rules: Rules, random: Any) -> None:
    mixed = list(items)
    random.shuffle(mixed)
    one, other = grade(items, rules), grade(mixed, rules)
    same = [(found.points, found.possible, found.passed) for found in (one, other)]
    assert same[0] == same[1]
    by_code = [
        {(row.topic, row.points, row.possible, row.met) for row in (*found.topics, *found.domains)}
        for found in (one, other)
    ]
    assert by_code[0] == by_code[1]


@given(TREATED, FULL, st.data())
def test_whatever_the_rules_a_better_answer_never_harms(items: list[Item], rules: Rules, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    better = list(items)
    better[index] = replace(items[index], response={"choices": ["a", "b"]})
    before, after = grade(items, rules), grade(better, rules)
    assert after.points >= before.points
    assert after.passed or not before.passed


@given(TREATED, FULL, st.data())
def test_points_for_everybody_never_harm(items: list[Item], rules: Rules, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(items) - 1))
    if items[index].treatment == "drop":
        return
    given_to_all = list(items)
    given_to_all[index] = replace(items[index], treatment="all")
    before, after = grade(items, rules), grade(given_to_all, rules)
    assert after.points >= before.points
    assert after.passed or not before.passed


@given(TREATED, FULL)
def test_what_does_not_count_changes_no_verdict(items: list[Item], rules: Rules) -> None:
    """Trial questions might as well not be there."""
    with_them, without = grade(items, rules), grade([row for row in items if row.scored], rules)
    assert (with_them.points, with_them.possible, with_them.passed, with_them.topics) == (
        without.points,
        without.possible,
        without.passed,
        without.topics,
    )


def test_a_wrong_answer_costs_and_a_blank_does_not() -> None:
    rules = Rules(1, {}, wrong_percent=25)
    right, wrong, blank = (item(n, "x", 4, chosen) for n, chosen in enumerate((["a", "b"], ["c"], None), 1))
    assert grade([right, wrong], rules).points == 3
    assert grade([right, blank], rules).points == 4
    assert grade([wrong, wrong, wrong], rules).points == 0
    assert [earned.points for earned in grade([right, wrong], rules).items] == [4, -1]


def test_partly_right_is_worth_a_part_only_where_the_exam_says_so() -> None:
    half = item(1, "x", 2, ["a"])
    assert grade([half], Rules(1, {})).points == 1
    assert grade([half], Rules(1, {}, partial=False)).points == 0
    assert grade([half], Rules(1, {}, partial=False, wrong_percent=50)).items[0].points == -1


def test_a_dropped_question_takes_its_share_of_the_marks_in_points_along() -> None:
    rows = [item(n, "x", 1, ["a", "b"] if n <= 4 else None) for n in range(1, 9)]
    rules = Rules(1, {"x": {"points": 4}}, pass_points=4)
    assert grade(rows, rules).passed
    dropped = [replace(rows[0], treatment="drop"), *rows[1:]]
    assert grade(dropped, rules).points == 3
    assert grade(dropped, rules).possible == 7
    # 4 of 8 are 3.5 of 7, and 3 are fewer: a correction can cost a pass, which the preview shows.
    assert not grade(dropped, rules).passed
    assert grade([*rows[:7], replace(rows[7], treatment="drop")], rules).passed


def test_rules_of_before_grade_as_before() -> None:
    old = {"pass_percent": 50, "minima": {"x": 40}, "topics": [{"code": "x", "name_vi": "X", "name_en": "X"}]}
    assert Rules.of(old) == Rules(50, {"x": 40}, within={"x": ()})


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
