"""The demo's bank of one question per type: taken, practised, and nothing told too early."""

import time
from random import Random

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.demo.question_types import offer
from quizzes import actions, queries
from quizzes.models import Attempt, Question, QuestionVersion
from quizzes.practice import card
from quizzes.types import TYPES
from quizzes.types.numeric import written_number
from tests.factories import make_edition, make_person, make_subject
from tests.quizzes.types.contract import QUESTIONS


@pytest.fixture
def attempt(db: None) -> Attempt:
    person = make_person()
    sitting = offer(person, make_edition("haccp-2020", subject=make_subject("haccp")), timezone.now())
    return actions.start(sitting=sitting, by=person, at=timezone.now(), language="vi", device="tab-1")


def secrets() -> list[str]:
    """Words of keys that a taker must not get."""
    found = []
    for node in QUESTIONS.values():
        found += [node["formula"]] if "formula" in node else []
        found += [line["vi"] for line in node.get("rubric", ())]
        found += [region["vi"] for region in node.get("regions", ())]
        found += [answer["vi"] for answer in node.get("accept", ())]
        found.append(node["explanation"]["vi"][:40])
    return found


def test_every_type_is_shown_and_tells_no_key(attempt: Attempt, client: Client) -> None:
    client.force_login(attempt.sitting.person)
    page = client.get(reverse("quizzes:attempt", args=[attempt.code]), {"all": "1"}).content.decode()
    assert page.count("<form ") == len(QUESTIONS)
    assert {item.version.type for item in attempt.items.select_related("version")} == {
        node["type"] for node in QUESTIONS.values()
    }
    assert "{mean}" not in page
    assert "spot__picture" in page
    for secret in [*secrets(), "tolerance", "formula", "accept", "penalty"]:
        text = page.replace('accept=".pdf', "")
        assert secret not in text, secret


def test_staff_read_every_key_in_words(attempt: Attempt) -> None:
    for version in QuestionVersion.objects.select_related("key", "question"):
        told = queries.told(version, version.key, "vi")
        assert told.right, version.question.code
        assert "{" not in told.explanation
        if version.question.code == "QT-CASE":
            assert told.feedback == ["1. a: Hàng qua máy trước đó cũng chưa được chứng minh là an toàn."]


def test_the_review_page_has_every_stem(attempt: Attempt, client: Client) -> None:
    client.force_login(attempt.sitting.person)
    page = client.get(reverse("quizzes:review", args=[attempt.code])).content.decode()
    assert "Phi lê cá tra" in page
    assert "{" not in page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("code", [code for code, node in QUESTIONS.items() if not TYPES[node["type"]].manual])
def test_practice_tells_right_and_wrong(attempt: Attempt, code: str) -> None:
    version = QuestionVersion.objects.select_related("key").get(question__code=code)
    for language in ("vi", "en"):
        asked = card(version, None, language, QueryDict("p=x"))
        assert asked["unanswered"]
        assert "verdict" not in asked
    shown = asked["shown"]
    name = next((row.name for row in shown.rows), shown.name) if not shown.parts else "r299"
    value = {"shorttext": "a", "calculated": "1", "case": "900"}.get(version.type, "0")
    given = "r=A2" if version.type == "hotspot" else f"{name}={value}"
    told = card(version, None, "vi", QueryDict(given))
    assert told["verdict"] in ("right", "part", "wrong")
    html = render_to_string("quizzes/_practice.html", {**told, "code": code})
    # What is marked in place needs no list; what stands where on a picture does.
    assert told["show_right"] is (told["verdict"] != "right" and version.type != "single")
    assert told["explanation"][:30] in html.replace("&#x27;", "'")
    assert "{" not in told["explanation"]


def test_grading_many_calculations_is_quick(attempt: Attempt) -> None:
    version = Question.objects.get(code="QT-CPK").current
    assert version is not None
    kind, key = TYPES["calculated"], version.key.key
    rng = Random(1)
    answers = []
    for _turn in range(200):
        order = kind.shuffle(version.content, rng)
        answers.append(kind.read(version.content, order, {"r": [written_number(1.25, "vi")]}))
    begun = time.process_time()
    for given in answers:
        kind.grade(version.content, key, given)
    assert (time.process_time() - begun) / len(answers) < 0.002
