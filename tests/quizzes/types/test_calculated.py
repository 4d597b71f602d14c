"""Calculated questions: parameters of an attempt, the formula language, tolerances, and figures of textbooks."""

import statistics
import time
from copy import deepcopy
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import comb
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from quizzes import formulas
from quizzes.types.calculated import margin, said, shortened
from tests.quizzes.types.contract import QUESTIONS, Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["formula"] = "min(usl - mean, mean - lsl) / (6 * s)"
    other["tolerance"] = {"percent": 1}
    return other


def answer(code: str, **params: Any) -> float:
    names = {name: Decimal(str(value)) for name, value in params.items()}
    return float(formulas.read(QUESTIONS[code]["formula"]).value(names))


class TestCalculated(Contract):
    node = QUESTIONS["QT-CPK"]
    other = changed(QUESTIONS["QT-CPK"])

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        params = {name: Decimal(value) for name, value in order["params"].items()}
        return {"r": [f"{formulas.read(question.key['formula']).value(params):.3f}".replace(".", ",")]}

    def test_the_stem_shows_what_was_drawn_as_the_language_writes_it(self) -> None:
        question = parse(self.node)
        order = {"params": {"mean": "170.5", "s": "1.6", "lsl": "162", "usl": "12345.5"}}
        assert "170,5 g, độ lệch chuẩn 1,6 g" in self.kind.stem(question.content, order, "vi")
        assert "12.345,5 g" in self.kind.stem(question.content, order, "vi")
        assert "170.5 g on average" in self.kind.stem(question.content, order, "en")
        assert "12,345.5" in self.kind.words(order, question.explanation, "en")

    def test_each_attempt_is_graded_by_its_own_parameters(self) -> None:
        question = parse(self.node)
        orders = [self.kind.shuffle(question.content, Random(seed)) for seed in (1, 2)]
        answers = [self.kind.read(question.content, order, self.right(question, order)) for order in orders]
        assert [self.kind.grade(question.content, question.key, given) for given in answers] == [1, 1]
        first, second = (given or {} for given in answers)
        mixed = {**first, "params": second["params"]}
        assert self.kind.grade(question.content, question.key, mixed) == 0

    def test_draws_are_even_and_keep_to_their_limits(self) -> None:
        question = parse(self.node)
        rng = Random(3)
        drawn = [self.kind.shuffle(question.content, rng)["params"] for _turn in range(600)]
        means = [Decimal(params["mean"]) for params in drawn]
        assert {min(means), max(means)} == {Decimal("168.5"), Decimal("171.5")}
        assert {params["lsl"] for params in drawn} == {"162", "163", "164"}
        assert all(Decimal("1.2") <= Decimal(params["s"]) <= Decimal("2.4") for params in drawn)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"formula": "min(usl - mean, mean - lsl) / (3 * sigma)"}, "sigma"),
            ({"formula": "mean / (s - s) + lsl + usl"}, "division by 0"),
            ({"formula": "mean + s"}, "does not use: lsl, usl"),
            ({"formula": "__import__('os').system('id')"}, "character 1"),
            ({"formula": "mean * s * lsl * usl * 10^12"}, "15 digits"),
            ({"tolerance": {"figures": 3, "percent": 1}}, "one of these"),
            ({"tolerance": {"figures": 0}}, "figures"),
            ({"tolerance": 3}, "mapping"),
            ({"params": [{"name": "x", "least": 2, "most": 1, "decimals": 0}]}, "above"),
            ({"params": [{"name": "x", "least": 0.25, "most": 1, "decimals": 1}]}, "more decimals"),
            ({"params": [{"name": "x", "of": [1, "a"]}]}, "list of numbers"),
            ({"params": [{"name": "X y", "of": [1, 2]}]}, "not written"),
            ({"stem": {"vi": "{mean} {nothing}", "en": "{s} {"}}, "nothing"),
        ],
    )
    def test_faults(self, change: dict[str, Any], words: str) -> None:
        assert words in faults(self.node, **change)

    @pytest.mark.parametrize(
        ("params", "formula"),
        [
            # A hole at one value of many, where two parameters meet, at an edge, in one corner, of one listed number.
            ([("x", 0, 10, 2)], "1 / (x - 5)"),
            ([("x", 0, 1000, 0)], "1 / (x - 617)"),
            ([("x", 10, 20, 1), ("y", 15, 25, 1)], "1 / (x - y)"),
            ([("x", 1, 9, 3), ("y", 1, 9, 3)], "sqrt(y - x)"),
            ([("x", 1, 2, 4), ("y", 0, 1, 4), ("z", 0, 5, 2)], "x / (y + z)"),
            ([("x", -1, 1, 2)], "ln(abs(x))"),
            ([("x", 1, 300, 0)], "10^(x - 280)"),
        ],
    )
    def test_a_formula_with_a_hole_is_refused(self, params: list[tuple[str, int, int, int]], formula: str) -> None:
        drawn = [{"name": n, "least": least, "most": most, "decimals": d} for n, least, most, d in params]
        texts = {"stem": {"vi": "a", "en": "a"}, "explanation": {"vi": "a", "en": "a"}}
        found = faults(self.node, params=drawn, formula=formula, **texts)
        assert "division by 0" in found or "15 digits" in found

    @pytest.mark.parametrize("tolerance", [{"absolute": 0}, {"absolute": 0.0004}, {"figures": 5}, {"percent": 0.01}])
    def test_who_rounds_as_asked_is_never_wrong(self, tolerance: dict[str, Any]) -> None:
        assert "rounds as asked" in faults(self.node, tolerance=tolerance)
        unrounded = {name: value for name, value in self.node.items() if name != "decimals"}
        assert ("rounds as asked" in faults(unrounded, tolerance=tolerance)) is (tolerance == {"absolute": 0})

    def test_what_is_told_as_right_is_right(self) -> None:
        question = parse(self.node)
        rng = Random(4)
        for _turn in range(100):
            order = self.kind.shuffle(question.content, rng)
            told = self.kind.reveal(question.content, order, question.key, {}, None, "vi").right[0]
            response = self.kind.read(question.content, order, {"r": [told]})
            assert self.kind.grade(question.content, question.key, response) == 1

    def test_authoring_the_largest_question_is_quick(self) -> None:
        names = [f"p{n}" for n in range(20)]
        params = [{"name": name, "least": 1, "most": 1000, "decimals": 2} for name in names]
        texts = {"stem": {"vi": "a", "en": "a"}, "explanation": {"vi": "a", "en": "a"}}
        begun = time.process_time()
        assert not faults(self.node, params=params, formula="+".join(f"sqrt({name})" for name in names), **texts)
        assert time.process_time() - begun < 1.5

    def test_a_question_without_an_answer_costs_nobody_anything(self) -> None:
        question = parse(self.node)
        order = self.kind.shuffle(question.content, Random(1))
        given = self.kind.read(question.content, order, {"r": ["1"]})
        assert self.kind.grade(question.content, {**question.key, "formula": "1 / 0"}, given) == 1


# Figures of textbooks and of an independent computation.


def test_process_capability() -> None:
    assert answer("QT-CPK", mean=170.5, s=1.6, lsl=162, usl=178) == pytest.approx(min(7.5, 8.5) / 4.8)


def test_control_limits_of_the_mean() -> None:
    # Montgomery, Introduction to SPC, table 6.1 (flow width): n = 5, X̄ = 1.5056, R̄ = 0.32521, UCL = 1.69325.
    assert answer("QT-XBAR", n=5, xbar=1.5056, rbar=0.32521) == pytest.approx(1.69325, abs=5e-5)
    assert answer("QT-XBAR", n=4, xbar=25, rbar=0.4) == pytest.approx(25.2916)


def test_overall_equipment_effectiveness() -> None:
    # 480 minutes, 47 down, 0.6 seconds a piece… as availability × performance × quality.
    availability, performance, quality = (480 - 47) / 480, 6500 * 3 / 60 / (480 - 47), (6500 - 130) / 6500
    given = answer("QT-OEE", shift=480, down=47, cycle=3, made=6500, bad=130)
    assert given == pytest.approx(100 * availability * performance * quality)


def test_acceptance_by_a_sampling_plan() -> None:
    exact = 100 * sum(comb(20, bad) * 0.025**bad * 0.975 ** (20 - bad) for bad in (0, 1))
    assert answer("QT-AQL", n=20, p=2.5) == pytest.approx(exact)


def test_energy_performance_indicator() -> None:
    assert answer("QT-ENPI", kwh=44_000, tonnes=100, base=490) == pytest.approx((490 - 440) / 490 * 100)


@pytest.mark.parametrize("code", [code for code, node in QUESTIONS.items() if node["type"] == "calculated"])
def test_every_shipped_calculation_is_without_faults(code: str) -> None:
    assert parse(QUESTIONS[code]).type == "calculated"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+2*3", 7), ("2^3^2", 512), ("-2^2", -4), ("(-2)^2", 4), ("2^-1", 0.5), ("7/2/2", 1.75), ("1 < 2", 1),
        ("2 <= 1", 0), ("1 != 1", 0), ("if(1 > 2, 1/0, 5)", 5), ("round(2.5)", 3), ("round(-2.345, 2)", -2.35),
        ("floor(-1.5)", -2), ("ceil(-1.5)", -1), ("abs(-3)", 3), ("sqrt(2)^2", 2),
        ("ln(exp(1))", 1), ("log10(1000)", 3),
        ("sum(1, 2, 3) + mean(1, 2, 3)", 8), ("max(1, min(5, 3))", 3), ("3 × 4 − 2 ÷ 1", 10),
        ("stdev(2, 4, 4, 4, 5, 5, 7, 9)", statistics.stdev([2, 4, 4, 4, 5, 5, 7, 9])),
    ],
)  # fmt: skip
def test_formulas(text: str, value: float) -> None:
    assert float(formulas.read(text).value({})) == pytest.approx(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1 2", "1 +", "(1", "1)", "f(1)", "if(1, 2)", "sqrt()", "sqrt(1, 2)", "a.b", "a[0]", "x = = 1",
     "1 < 2 < 3", "9**9**9", "10^400*10^400", "exp(exp(exp(9)))", "999999999999999999^400", "0.1^400^2",
     "lambda: 1", "__class__", "'a'", "1e400", "9" * 30, "(" * 200, "-" * 200 + "1", "1+" * 300 + "1", "x" * 401,
     "min(" * 30 + "1" + ")" * 30, "1/0", "0^0", "(0-8)^(1/3)", "sqrt(-1)", "ln(0)", "9^9^9", "exp(9999)", "2^401",
     "round(1, 99)", "round(1, 0.5)", "stdev(1)", "x"],
)  # fmt: skip
def test_what_is_no_formula_or_has_no_value(text: str) -> None:
    with pytest.raises(formulas.BadFormula):
        formulas.read(text).value({})


@settings(max_examples=200)
@given(text=st.text(alphabet="0123456789.+-*/^()<>=!, abminsqrtxlogexpfdev_'\"\\[]{}é٣\n", max_size=60))
def test_hostile_formulas_give_a_number_or_say_why_not(text: str) -> None:
    try:
        value = formulas.read(text).value({"x": Decimal("1.5")})
    except formulas.BadFormula as bad:
        assert str(bad)
    else:
        assert value.is_finite()


@given(a=st.integers(-1000, 1000), b=st.integers(-1000, 1000), c=st.integers(1, 1000))
def test_arithmetic_is_that_of_fractions(a: int, b: int, c: int) -> None:
    value = formulas.read("(a + b) * b - a / c").value({"a": Decimal(a), "b": Decimal(b), "c": Decimal(c)})
    assert Fraction(value) == pytest.approx(float((a + b) * b - Fraction(a, c)))


@pytest.mark.parametrize(
    ("exact", "tolerance", "room"),
    [
        ("1.5625", {"figures": 3}, "0.005"),
        ("0.015625", {"figures": 3}, "0.00005"),
        ("15625", {"figures": 2}, "500"),
        ("-1.5", {"figures": 2}, "0.05"),
        ("200", {"percent": 0.5}, "1.0"),
        ("200", {"absolute": 0.1}, "0.1"),
        ("0", {"figures": 3}, "0"),
    ],
)
def test_tolerances(exact: str, tolerance: dict[str, Any], room: str) -> None:
    assert margin(Decimal(exact), tolerance) == Decimal(room)


@given(
    answer=st.decimals(-(10**9), 10**9, places=6, allow_nan=False).filter(bool),
    figures=st.integers(1, 6),
    away=st.booleans(),
)
def test_figures_take_every_right_rounding_and_nothing_a_unit_off(answer: Decimal, figures: int, away: bool) -> None:
    unit = Decimal(1).scaleb(answer.adjusted() - figures + 1)
    room = margin(answer, {"figures": figures})
    for rounding in (ROUND_HALF_UP, ROUND_HALF_DOWN):
        assert abs(answer.quantize(unit, rounding) - answer) <= room
    assert abs(unit if away else -unit) > room
    assert room == unit / 2


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [
        ("1284", "1284", "1284"),
        ("12345.60", "12.345,60", "12,345.60"),
        ("-0.5", "−0,5", "−0.5"),
        ("41.7", "41,7", "41.7"),
    ],
)
def test_numbers_as_the_language_writes_them(number: str, vi: str, en: str) -> None:
    assert (said(number, "vi"), said(number, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("exact", "decimals", "text"),
    [
        ("1.56250", None, "1.5625"),
        ("0.333333333333", 2, "0.33"),
        ("1234567", None, "1234567"),
        ("0", None, "0"),
        ("2.5", 0, "3"),
    ],
)
def test_answers_are_shown_short(exact: str, decimals: int | None, text: str) -> None:
    assert shortened(Decimal(exact), decimals) == text
