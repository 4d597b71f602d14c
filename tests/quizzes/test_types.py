"""Every question type: what is right, what is worth a part, what is junk."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from courses.packs.checks import Checker
from courses.packs.files import PackFiles, Problems
from quizzes import authored
from quizzes.types import TYPES, BadResponse
from quizzes.types.numeric import readings
from tests.quizzes import conftest as bank

MAKERS = {
    "single": bank.single,
    "multiple": bank.multiple,
    "truefalse": bank.truefalse,
    "numeric": bank.numeric,
    "matching": bank.matching,
    "ordering": bank.ordering,
}


def parse(node: dict[str, Any]) -> authored.Authored:
    problems = Problems()
    marked = PackFiles({"x.yaml": bank.dump([node])}).yaml("x.yaml", problems)
    question = authored.read(
        marked[0], 1, Checker("x.yaml", problems, ["vi", "en"]), topics=["prp", "ccp"], lessons=["bai-1", "bai-2"]
    )
    assert not problems, problems.found
    assert question is not None
    return question


def test_every_type_is_tested() -> None:
    here = Path(__file__).parent
    others = {path.stem.removeprefix("test_") for path in (here / "types").glob("test_*.py")}
    assert set(TYPES) <= set(MAKERS) | others


@pytest.mark.parametrize("name", list(MAKERS))
def test_export_is_the_inverse_of_reading(name: str) -> None:
    node = MAKERS[name]("Q-1")
    exported = authored.export(parse(node))
    assert exported == node
    assert list(exported) == list(node)
    assert bank.dump([exported]) == bank.dump([node])


@pytest.mark.parametrize("name", list(MAKERS))
def test_content_is_the_same_whatever_is_right(name: str) -> None:
    node = MAKERS[name]("Q-1")
    other = MAKERS[name]("Q-1")
    match name:
        case "single" | "multiple":
            for option in other["options"]:
                option.pop("correct", None)
                option.pop("feedback", None)
            right = other["options"][3:] if name == "single" else other["options"][2:]
            for option in right:
                option["correct"] = True
        case "truefalse":
            other["answer"] = not node["answer"]
        case "numeric":
            other["answer"], other["tolerance"] = 1, 2.5
        case "matching":
            rights = [pair["right"] for pair in other["pairs"]]
            for pair, right in zip(other["pairs"], rights[1:] + rights[:1], strict=True):
                pair["right"] = right
        case "ordering":
            other["items"] = other["items"][::-1]
    assert parse(other).content == parse(node).content
    assert parse(other).key != parse(node).key


@pytest.mark.parametrize("name", list(MAKERS))
@given(seed=st.integers(0, 10_000))
def test_right_answers_earn_all_in_any_order_and_come_back_as_given(name: str, seed: int) -> None:
    question = parse(MAKERS[name]("Q-1"))
    kind = TYPES[name]
    order = kind.shuffle(question.content, Random(seed))

    class Item:
        class version:
            type = name
            key = question

    Item.order = order
    response = kind.read(question.content, order, bank.right_fields(Item))
    assert kind.grade(question.content, question.key, response) == 1
    assert set(
        kind.reveal(question.content, order, question.key, question.feedback, response, "vi").marks.values()
    ) == {"right"}
    shown = kind.show(question.content, order, response, "vi")
    assert shown.text or any(choice.chosen for choice in shown.choices) or all(row.chosen for row in shown.rows)
    assert kind.read(question.content, order, {}) is None
    assert kind.grade(question.content, question.key, None) == 0


@pytest.mark.parametrize("name", list(MAKERS))
@given(
    fields=st.dictionaries(
        st.sampled_from(["r", "r0", "r1", "r2", "r9", "q", ""]),
        st.lists(st.text(max_size=5) | st.sampled_from(["0", "1", "2", "-1", "99", "١", "1e9"]), max_size=4),
        max_size=4,
    )
)
def test_junk_is_refused_or_graded_between_0_and_1(name: str, fields: dict[str, list[str]]) -> None:
    question = parse(MAKERS[name]("Q-1"))
    kind = TYPES[name]
    order = kind.shuffle(question.content, Random(1))
    try:
        response = kind.read(question.content, order, fields)
    except BadResponse as bad:
        assert str(bad)
        return
    share = kind.grade(question.content, question.key, response)
    assert 0 <= share <= 1
    kind.show(question.content, order, response, "en")


@pytest.mark.parametrize("name", list(MAKERS))
@pytest.mark.parametrize("response", [None, {}, [], "x", 3, {"choices": [{}]}, {"pairs": 1}, {"places": {"i0": "1"}}])
def test_odd_stored_answers_grade_as_nothing(name: str, response: Any) -> None:
    question = parse(MAKERS[name]("Q-1"))
    assert TYPES[name].grade(question.content, question.key, response) == 0


def test_what_is_shown_carries_positions_and_no_ids() -> None:
    question = parse(bank.single("Q-1"))
    shown = TYPES["single"].show(question.content, ["d", "b", "a", "c"], {"choice": "b"}, "vi")
    assert [choice.value for choice in shown.choices] == ["0", "1", "2", "3"]
    assert [choice.letter for choice in shown.choices] == ["A", "B", "C", "D"]
    assert [choice.chosen for choice in shown.choices] == [False, True, False, False]
    assert shown.choices[0].text == "Option Q-1 d (vi)"


@pytest.mark.parametrize(
    ("chosen", "partial", "everything"),
    [
        ("ac", Fraction(1), 1),
        ("a", Fraction(1, 2), 0),
        ("ab", Fraction(0), 0),
        ("abc", Fraction(1, 2), 0),
        ("abcd", Fraction(0), 0),
        ("bd", Fraction(0), 0),
    ],
)
def test_multiple_choice_shares(chosen: str, partial: Fraction, everything: int) -> None:
    node = bank.multiple("Q-1")
    question = parse(node)
    response = {"choices": list(chosen)}
    assert TYPES["multiple"].grade(question.content, question.key, response) == partial
    question = parse({**node, "scoring": "all"})
    assert TYPES["multiple"].grade(question.content, question.key, response) == everything


def test_matching_shares() -> None:
    question = parse(bank.matching("Q-1"))
    pairs = dict(question.key["pairs"])
    pairs["l0"] = question.key["extra"][0]
    assert TYPES["matching"].grade(question.content, question.key, {"pairs": pairs}) == Fraction(2, 3)


def test_two_pairs_may_share_a_right_side() -> None:
    node = bank.matching("Q-1")
    node["pairs"][1]["right"] = dict(node["pairs"][0]["right"])
    question = parse(node)
    assert len(question.content["rights"]) == 3
    assert authored.export(question) == node


@pytest.mark.parametrize(
    ("places", "share"),
    [
        ((1, 2, 3, 4), Fraction(1)),
        ((2, 3, 4, 1), Fraction(2, 3)),
        ((4, 3, 2, 1), Fraction(0)),
        ((1, 2, 2, 2), Fraction(0)),
        ((1, 2, None, 4), Fraction(1, 3)),
        ((None, None, 1, 2), Fraction(1, 3)),
    ],
)
def test_ordering_shares(places: tuple[int | None, ...], share: Fraction) -> None:
    question = parse(bank.ordering("Q-1"))
    given_places = {name: place for name, place in zip(question.key["order"], places, strict=True) if place is not None}
    assert TYPES["ordering"].grade(question.content, question.key, {"places": given_places}) == share


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("4,5", ["4.5"]),
        ("4.5", ["4.5"]),
        (" −4,50 ", ["-4.50"]),
        ("+3", ["3"]),
        ("1.440", ["1.440", "1440"]),
        ("0.125", ["0.125"]),
        ("1.234.567", ["1234567"]),
        ("1.234,5", ["1234.5"]),
        ("1,234.5", ["1234.5"]),
        ("1 234,5", ["1234.5"]),
        ("1\u00a0234", ["1234"]),
        ("70 °C", ["70"]),
        ("70°c", ["70"]),
        (",5", ["0.5"]),
    ],
)
def test_numbers_as_people_write_them(text: str, numbers: list[str]) -> None:
    assert readings(text, ("°C",)) == [Decimal(number) for number in numbers]


@pytest.mark.parametrize("text", ["", "abc", "1,2,3", "4.5.6", "1e5", "nan", "--1", "1 2", "٣", "9" * 41, "1_000"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(BadResponse):
        readings(text)


@pytest.mark.parametrize(("value", "right"), [("0,3", 1), ("0,4", 1), ("0,2", 1), ("0,4000001", 0), ("0,19", 0)])
def test_the_tolerance_is_exact(value: str, right: int) -> None:
    question = parse({**bank.numeric("Q-1"), "answer": 0.3, "tolerance": 0.1})
    response = TYPES["numeric"].read(question.content, [], {"r": [value]})
    assert TYPES["numeric"].grade(question.content, question.key, response) == right


def test_shuffles_carry_no_signal() -> None:
    """Chi-square over 10,000 draws: where the right option stands is even (threats T6)."""
    content = parse(bank.single("Q-1")).content
    counts = [0, 0, 0, 0]
    for draw in range(10_000):
        counts[TYPES["single"].shuffle(content, Random(f"seed-{draw}")).index("b")] += 1
    chi_square = sum((count - 2_500) ** 2 / 2_500 for count in counts)
    assert chi_square < 16.27  # 3 degrees of freedom, p = 0.001
