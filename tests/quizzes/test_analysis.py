"""Item and test analysis against published figures, by hand, and by its laws."""

from math import isclose
from random import Random

import pytest

from quizzes.analysis import Scored, Taken, alpha, correlation, measure

LSAT6 = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4,
    "01000": 1, "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15,
    "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3, "10101": 28, "10110": 15, "10111": 80,
    "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61, "11110": 28, "11111": 298,
}  # fmt: skip
"""Section 6 of the Law School Admission Test: Bock and Lieberman, Psychometrika 35 (1970), 1,000 persons."""


def paper(pattern: str, group: str = "", **fields) -> Taken:
    items = tuple(Scored(number, float(mark), 1) for number, mark in enumerate(pattern, start=1))
    return Taken(items, passed=pattern.count("1") >= 3, group=group, **fields)


@pytest.fixture(scope="module")
def lsat() -> list[Taken]:
    return [paper(pattern) for pattern, count in LSAT6.items() for _person in range(count)]


def test_figures_of_published_data(lsat):
    """Proportions, point-biserials with and without the item, and alpha as `descript(LSAT)` of R's ltm prints them."""
    test, items = measure(lsat)
    assert [round(item.facility, 3) for item in items] == [0.924, 0.709, 0.553, 0.763, 0.870]
    assert [round(item.uncorrected, 3) for item in items] == [0.362, 0.567, 0.618, 0.534, 0.435]
    assert [round(item.discrimination, 4) for item in items] == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert test.count == 1000 and test.questions == 5 and test.same_questions
    assert round(test.alpha, 3) == 0.295
    assert round(test.mean / 20, 3) == 3.819


def test_alpha_is_kr_20_where_answers_are_right_or_wrong(lsat):
    totals = [one.points for one in lsat]
    mean = sum(totals) / len(totals)
    variance = sum((total - mean) ** 2 for total in totals) / len(totals)
    shares = [sum(one.items[place].share for one in lsat) / len(lsat) for place in range(5)]
    kr20 = 5 / 4 * (1 - sum(share * (1 - share) for share in shares) / variance)
    assert isclose(alpha(lsat), kr20, rel_tol=1e-9)


def test_alpha_of_drawn_questions_is_near_that_of_the_whole():
    dice = Random(7)
    people = [dice.gauss(0, 1) for _person in range(800)]
    whole, drawn = [], []
    for ability in people:
        marks = [Scored(item, float(ability + dice.gauss(0, 1.5) > (item - 15) / 10), 1) for item in range(30)]
        whole.append(Taken(tuple(marks), True))
        drawn.append(Taken(tuple(dice.sample(marks, 20)), True))
    long = alpha(whole)
    # Spearman and Brown: the same questions, fewer of them.
    expected = 20 / 30 * long / (1 + (20 / 30 - 1) * long)
    assert abs(alpha(drawn) - expected) < 0.03


def test_correlation():
    assert correlation([(1, 2), (2, 4), (3, 6)]) == pytest.approx(1)
    assert correlation([(1, 6), (2, 4), (3, 2)]) == pytest.approx(-1)
    assert correlation([(1, 1)]) is None
    assert correlation([(1, 1), (1, 2)]) is None
    assert correlation([(0.1 + 0.2, 1), (0.3, 2), (0.3, 5)]) is None


def test_nothing_and_one():
    assert measure([]) == (None, [])
    test, items = measure([paper("10")])
    assert test.alpha is None and test.error is None and test.deviation == 0
    assert [item.discrimination for item in items] == [None, None]
    assert all(item.warnings == () for item in items)


def many(right: dict[str, int], wrong: dict[str, int]) -> list[Taken]:
    """Takers of four easy-to-tell questions; the fifth has options, `right` chosen by the able, `wrong` by the weak."""
    found = []
    for marks, chosen in (("1110", right), ("0010", wrong)):
        for option, count in chosen.items():
            fifth = Scored(
                5, float(option == "a"), 1, answered=option != "-", chosen=(option,) if option != "-" else ()
            )
            base = paper(marks)
            found += [Taken((*base.items, fifth), passed=marks == "1110")] * count
    return found


def fifth(taken):
    _test, items = measure(taken, {5: frozenset("a")}, {5: "abcd"})
    return items[-1]


def test_a_wrong_key_is_told():
    figures = fifth(many({"a": 20, "c": 60, "b": 5, "d": 5}, {"a": 60, "c": 20, "b": 5, "d": 5}))
    assert {"negative", "rival"} <= set(figures.warnings)
    told = {option.option: option for option in figures.options}
    assert told["c"].correlation > 0 > told["a"].correlation
    assert told["c"].high > told["a"].high
    assert sum(option.count for option in figures.options) == figures.count == 180


@pytest.mark.parametrize(
    ("right", "wrong", "warning"),
    [
        ({"a": 98, "b": 2}, {"a": 95, "b": 2, "c": 2, "d": 1}, "easy"),
        ({"a": 20, "b": 40, "c": 20, "d": 20}, {"a": 5, "b": 50, "c": 30, "d": 15}, "hard"),
        ({"a": 50, "b": 20, "c": 20, "d": 10}, {"a": 48, "b": 20, "c": 20, "d": 12}, "weak"),
        ({"a": 80, "b": 10, "c": 10}, {"a": 20, "b": 40, "c": 40}, "idle"),
        ({"a": 80, "b": 10, "c": 5, "d": 5}, {"a": 20, "b": 20, "c": 10, "d": 10, "-": 40}, "omitted"),
    ],
)
def test_what_an_examiner_should_look_at(right, wrong, warning):
    assert warning in fifth(many(right, wrong)).warnings


def test_a_good_question_has_no_warning_and_few_attempts_have_none_at_all():
    good = many({"a": 80, "b": 10, "c": 5, "d": 5}, {"a": 20, "b": 40, "c": 20, "d": 20})
    assert fifth(good).warnings == ()
    assert fifth(many({"a": 10}, {"b": 10})).warnings == ()


def test_questions_on_trial_are_measured_and_do_not_count():
    taken = [paper("11" + mark, trial=frozenset({3})) for mark in "01"] + [paper("001", trial=frozenset({3}))]
    test, items = measure(taken)
    assert [one.percent for one in taken] == [100, 100, 0]
    assert test.questions == 2
    assert items[2].count == 3 and items[2].facility == pytest.approx(2 / 3)
    assert items[2].discrimination == pytest.approx(-0.5)


def test_groups_that_are_equally_able_and_one_question_that_favours_one():
    dice = Random(3)
    taken = []
    for group, gift in (("A", 0.0), ("B", 0.35)):
        for _person in range(300):
            ability = dice.random()
            fair = [Scored(item, float(dice.random() < ability), 1) for item in range(1, 20)]
            odd = Scored(20, float(dice.random() < min(1, ability + gift)), 1)
            taken.append(Taken((*fair, odd), True, group=group))
    test, items = measure(taken)
    assert [(group.group, group.count) for group in test.groups] == [("A", 300), ("B", 300)]
    assert items[-1].group_difference < -0.15 and "groups" in items[-1].warnings
    assert sum("groups" in item.warnings for item in items[:-1]) <= 1


def test_time_that_a_question_takes():
    slow = [
        Taken(tuple(Scored(n, 1.0, 1, seconds=400 if n == 3 else 60) for n in (1, 2, 3, 4)), True) for _one in range(40)
    ]
    _test, items = measure(slow)
    assert [("slow" in item.warnings) for item in items] == [False, False, True, False]
    assert items[2].typical_seconds == items[2].seconds == 400


def test_the_error_of_measurement(lsat):
    test, _items = measure(lsat)
    assert test.error == pytest.approx(test.deviation * (1 - test.alpha) ** 0.5)


def test_where_all_are_equally_good_nobody_is_the_best():
    _test, (only,) = measure([paper("1" if number % 2 else "0") for number in range(40)])
    assert only.discrimination is None and only.index is None
    _test, both = measure([paper("10")] * 40)
    assert [figures.index for figures in both] == [None, None]
