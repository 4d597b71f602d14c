"""Single choice questions that could be passed without knowing anything."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import override

from courses.packs.files import Problems
from quizzes.pack import QuestionSection
from tests.quizzes.conftest import bank_files, dump, multiple, read, single


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Faults are compared by their words."""
    with override("en"):
        yield


def question(number: int, *, right: int, vi: int, en: int) -> dict[str, Any]:
    """A single choice whose option at `right` is right; those at `vi` and `en` are the longest in that language."""
    made = single(f"A-{number}")
    for place, option in enumerate(made["options"]):
        option.pop("correct", None)
        if place == right:
            option["correct"] = True
    made["options"][vi]["vi"] += ", dài hơn"
    made["options"][en]["en"] += ", longer"
    return made


def faults(questions: list[dict[str, Any]]) -> list[str]:
    files = bank_files()
    del files["questions/practice.yaml"]
    others = [multiple("M-1"), multiple("M-2")]
    data, problems = read(files | {"questions/prp.yaml": dump([*questions, *others])})
    assert not problems, problems.found
    told = Problems()
    QuestionSection().review(data, ["vi", "en"], told)
    return [str(problem) for problem in told.found]


def codes(count: int) -> str:
    return ", ".join(f"A-{number}" for number in range(count))


def test_a_fair_bank() -> None:
    assert faults([question(n, right=n % 4, vi=0, en=(n + 1) % 4) for n in range(10)]) == []


@pytest.mark.parametrize("right", [4, 5])
def test_the_longest_option_is_right_too_often(right: int) -> None:
    bank = [question(n, right=n % 4, vi=n % 4 if n < right else (n + 1) % 4, en=(n + 1) % 4) for n in range(10)]
    assert faults(bank) == [
        (
            "questions/prp.yaml:1: In “vi” the right option is the longest in 5 of 10 single choice questions; "
            f"at most 4 may be so: {codes(5)}."
        )
    ] * (right > 4)


def test_an_option_as_long_as_the_right_one_does_not_hide_it() -> None:
    bank = [question(n, right=n % 4, vi=(n + 1) % 4, en=(n + 1) % 4) for n in range(10)]
    for made in bank:
        for option in made["options"]:
            option["en"] = f"Option {option['id']}"
    assert [fault.split(" the ")[0] for fault in faults(bank)] == ["questions/prp.yaml:1: In “en”"]


@pytest.mark.parametrize("right", [4, 5])
def test_the_key_stands_at_one_place_too_often(right: int) -> None:
    places = [2 if n < right else n % 2 for n in range(10)]
    bank = [question(n, right=places[n], vi=(places[n] + 1) % 4, en=(places[n] + 1) % 4) for n in range(10)]
    assert faults(bank) == [
        (
            "questions/prp.yaml:1: The right option stands at place 3 in 5 of 10 single choice questions; "
            f"at most 4 may be so: {codes(5)}."
        )
    ] * (right > 4)


def test_a_few_questions_are_not_judged() -> None:
    assert faults([question(n, right=0, vi=0, en=0) for n in range(4)]) == []


def test_a_pack_without_questions_is_not_judged() -> None:
    told = Problems()
    QuestionSection().review(None, ["vi", "en"], told)
    assert not told


def test_the_packs_that_ship_are_fit(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("lint_packs", str(settings.BASE_DIR / "starter" / "courses"))
    assert capsys.readouterr().err == ""
