"""Numbers: every way in which people write them, units, and tolerances whose edge counts."""

import time
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, strategies as st

from quizzes.models import Attempt
from quizzes.types import TYPES, BadResponse
from quizzes.types.numeric import readings, within, written_number
from tests.quizzes import conftest as bank
from tests.quizzes.types.contract import Contract, faults, parse


def changed(node: dict[str, Any]) -> dict[str, Any]:
    other = deepcopy(node)
    other["answer"], other["tolerance"] = 1, 2.5
    return other


class TestNumeric(Contract):
    node = bank.numeric("Q-1")
    other = changed(bank.numeric("Q-1"))

    def right(self, question: Any, order: Any) -> dict[str, list[str]]:
        return {"r": [str(question.key["answer"]).replace(".", ",")]}

    @pytest.mark.parametrize(("value", "right"), [("0,3", 1), ("0,4", 1), ("0,2", 1), ("0,4000001", 0), ("0,19", 0)])
    def test_the_tolerance_is_exact(self, value: str, right: int) -> None:
        question = parse({**self.node, "answer": 0.3, "tolerance": 0.1})
        response = self.kind.read(question.content, [], {"r": [value]})
        assert self.kind.grade(question.content, question.key, response) == right

    def test_what_was_written_comes_back_as_it_was(self) -> None:
        question = parse(self.node)
        unit = question.content["unit"]["vi"].upper()
        response = self.kind.read(question.content, [], {"r": [f" ４８．１５１，５ {unit} "]})
        assert response == {"text": f"４８．１５１，５ {unit}", "values": ["48151.5"]}
        assert self.kind.show(question.content, [], response, "vi").text == f"４８．１５１，５ {unit}"
        assert self.kind.grade(question.content, question.key, response) == 1

    @pytest.mark.parametrize("answer", [0.25, 48151.55, 0.449])
    def test_who_rounds_as_asked_is_never_wrong(self, answer: float) -> None:
        assert "rounds as asked" in faults(self.node, answer=answer, tolerance=0)
        assert not faults(self.node, answer=answer, tolerance=0.05)
        assert not faults({name: value for name, value in self.node.items() if name != "decimals"}, tolerance=0)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("4,5", ["4.5"]), ("4.5", ["4.5"]), (" −4,50 ", ["-4.50"]), ("+3", ["3"]), ("-0", ["0"]), ("4.", ["4"]),
        ("1.440", ["1.440", "1440"]), ("0.125", ["0.125"]), ("1.234.567", ["1234567"]),
        ("1.234,5", ["1234.5"]), ("1,234.5", ["1234.5"]), ("1.234,56", ["1234.56"]), ("1,234.56", ["1234.56"]),
        ("1 234,5", ["1234.5"]), ("1\u00a0234", ["1234"]), ("1\u202f234,5", ["1234.5"]), (",5", ["0.5"]),
        ("９５，２", ["95.2"]), ("－１", ["-1"]), ("= 4,5", ["4.5"]), ("≈4,5", ["4.5"]),
        ("70 °C", ["70"]), ("70°c", ["70"]), ("70 ℃", ["70"]), ("70 º C", ["70"]), ("70 ° C.", ["70"]),
        ("1e5", ["100000"]), ("1,5E-3", ["0.0015"]), ("1,5×10³", ["1500"]), ("1.5 x 10^3", ["1500"]),
        ("1,5.10^3", ["1500"]), ("1,5·10⁻²", ["0.015"]), ("10^3", ["1000"]), ("5*10^3 °C", ["5000"]),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, numbers: list[str]) -> None:
    assert readings(text, ("°C",)) == [Decimal(number) for number in numbers]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("95 kWh/tấn", "kWh/tấn"), ("95kwh / ta\u0302\u0301n", "kWh/tấn"), ("95 %", "%"), ("95％", "%"), ("95‰", "‰"),
        ("95 m2", "m²"), ("95 m^2", "m²"), ("95 µm", "μm"), ("95 giờ", "giờ"), ("95 e", "e"), ("95 Kg.", "kg"),
    ],
)  # fmt: skip
def test_a_unit_is_known_however_it_is_typed(text: str, unit: str) -> None:
    assert readings(text, (unit, "")) == [95]


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1,2,3", "4.5.6", "nan", "NaN", "inf", "-Infinity", "--1", "1 2", "٣", "5²", "½", "9" * 41,
     "1_000", "0x10", "1e", "e5", "1e99", "1e1e1", "10^", "^3", ".", ",", "-", "95 g", "95 phần trăm", "1\x00", "🙂"],
)  # fmt: skip
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(BadResponse):
        readings(text, ("kg",))


@pytest.mark.parametrize("text", ["1" * 10_000, "1 " * 5_000, "1." * 5_000, "e" * 10_000, "10^" * 3_000, "k" * 10_000])
def test_nothing_long_is_slow(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(BadResponse):
        readings(text, ("kWh/tấn", "kWh/tonne"))
    assert time.process_time() - begun < 0.05


@given(text=st.text(max_size=90), unit=st.text(max_size=5))
def test_anything_is_a_finite_number_or_refused(text: str, unit: str) -> None:
    try:
        found = readings(text, (unit,))
    except BadResponse:
        return
    assert all(number.is_finite() for number in found)


@given(
    number=st.decimals(-(10**9), 10**9, places=4, allow_nan=False, allow_infinity=False),
    language=st.sampled_from(["vi", "en"]),
)
def test_a_number_as_the_page_writes_it_is_read_again(number: Decimal, language: str) -> None:
    assert number in readings(written_number(float(number), language))


@given(
    answer=st.integers(-10_000, 10_000),
    tolerance=st.integers(0, 500),
    off=st.integers(-600, 600),
    scale=st.integers(0, 4),
)
def test_the_edge_counts_and_nothing_beyond_it(answer: int, tolerance: int, off: int, scale: int) -> None:
    unit = 10**scale
    written = format(Decimal(answer + off).scaleb(-scale), "f")
    assert within(answer / unit, tolerance / unit, [written]) is (abs(off) <= tolerance)


def test_grades_are_whole() -> None:
    question = parse(bank.numeric("Q-1"))
    assert TYPES["numeric"].grade(question.content, question.key, {"values": ["x", "48151.5", 1]}) == Fraction(1)


def test_in_an_exam_without_a_script_what_cannot_be_read_stays_in_its_field(attempt: Attempt, client: Client) -> None:
    item = attempt.items.filter(version__type="numeric").first()
    assert item is not None
    client.force_login(attempt.sitting.person)
    # The clock of the page is the real one: the attempt of the tests began long ago.
    Attempt.objects.filter(pk=attempt.pk).update(deadline=timezone.now() + timedelta(hours=1))
    address = f"{reverse('quizzes:attempt', args=[attempt.code])}?q={item.position}"
    page = client.post(address, {"r": "khoảng 95", "revision": "0", "key": str(uuid4())})
    assert page.status_code == 422
    assert 'value="khoảng 95"' in page.content.decode()
    assert not item.answers.exists()
