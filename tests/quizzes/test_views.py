"""The taker's pages, with and without the script, and that no key leaves before its time."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from quizzes import actions
from quizzes.actions.holding import GRACE
from quizzes.models import Answer, Attempt, Grade, LateAnswer, Question, QuestionKey, Sitting
from tests.factories import make_person
from tests.quizzes.conftest import CANARY, right_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def taker(client: Client, sitting: Sitting) -> Client:
    client.force_login(sitting.person)
    return client


@pytest.fixture
def live(sitting: Sitting) -> Attempt:
    """An attempt of now."""
    return actions.start(sitting=sitting, by=sitting.person, at=timezone.now(), language="vi")


def path(name: str, attempt: Attempt, query: str = "") -> str:
    return reverse(f"quizzes:{name}", args=[attempt.code]) + query


def post(client: Client, attempt: Attempt, name: str = "answers", **data: Any) -> Any:
    item = attempt.items.select_related("version__key").get(position=data.get("position", 1))
    body = {
        "position": 1,
        "fields": right_fields(item),
        "revision": 1,
        "key": str(uuid4()),
        "client_at": "2026-11-23T10:00:00Z",
        "device": "tab-1",
        **data,
    }
    return client.post(path(name, attempt), json.dumps(body), content_type="application/json")


def test_from_the_rules_to_the_result_without_a_script(taker: Client, sitting: Sitting) -> None:
    before = reverse("quizzes:before", args=[sitting.pk])
    page = taker.get(before)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert taker.post(before, {}).status_code == 422
    assert not Attempt.objects.exists()
    started = taker.post(before, {"oath": "on"})
    attempt = Attempt.objects.get()
    assert started["Location"] == path("attempt", attempt)
    for item in attempt.items.select_related("version__key"):
        page = taker.get(path("attempt", attempt, f"?q={item.position}"))
        assert f"Stem {item.version.question.code} (vi)" in page.content.decode()
        fields = {"revision": "0", "key": str(uuid4()), "go": "review", **right_fields(item)}
        answer = taker.post(path("attempt", attempt, f"?q={item.position}"), fields)
        assert answer["Location"] == path("review", attempt)
    review = taker.get(path("review", attempt))
    assert review.status_code == 200
    assert taker.get(path("submit", attempt)).status_code == 200
    assert Attempt.objects.get().state == "started"
    done = taker.post(path("submit", attempt))
    assert done["Location"] == path("result", attempt)
    result = taker.get(path("result", attempt))
    assert result.status_code == 200
    assert Grade.objects.get().passed
    assert "7/7" in result.content.decode()
    assert taker.get(path("attempt", attempt))["Location"] == path("result", attempt)
    assert taker.get(before).status_code == 200


def test_a_form_sent_twice_is_one_answer(taker: Client, live: Attempt) -> None:
    item = live.items.select_related("version__key").get(position=1)
    fields = {"revision": "0", "key": str(uuid4()), "go": "2", **right_fields(item)}
    for _again in range(2):
        assert taker.post(path("attempt", live, "?q=1"), fields)["Location"].endswith("?q=2")
    assert Answer.objects.count() == 1


def test_a_form_that_comes_after_the_time_is_never_lost(taker: Client, live: Attempt) -> None:
    item = live.items.select_related("version__key").get(position=1)
    url, fields = path("attempt", live, "?q=1"), {"revision": "0", "flag": "1", **right_fields(item)}
    Attempt.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    assert taker.post(url, {**fields, "key": str(uuid4())}).status_code == 302
    assert Answer.objects.filter(item=item).count() == 1
    Attempt.objects.update(deadline=timezone.now() - GRACE - timedelta(seconds=1))
    Answer.objects.all().delete()
    assert taker.post(url, {**fields, "key": str(uuid4())})["Location"] == path("submit", live)
    taker.post(path("submit", live))
    assert taker.post(url, {**fields, "key": str(uuid4())})["Location"] == path("submit", live)
    assert [late.item for late in LateAnswer.objects.all()] == [item, item]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("why", ["paused", "graded", "network"])
@pytest.mark.parametrize("query", ["?all=1", "?q=1"])
def test_questions_are_not_shown_to_a_form_either(taker: Client, live: Attempt, why: str, query: str) -> None:
    now = timezone.now()
    changes: dict[str, dict[str, Any]] = {
        "paused": {"paused_at": now},
        "graded": {"state": "graded", "submitted_at": now},
        "network": {"rules": live.rules | {"networks": ["10.9.9.0/24"]}},
    }
    Attempt.objects.update(**changes[why])
    answer = taker.post(path("attempt", live, query), {"revision": "0", "key": str(uuid4()), "r": "99", "x": "1"})
    assert "Stem " not in answer.content.decode()


def test_an_old_page_does_not_overwrite_a_newer_answer(taker: Client, live: Attempt) -> None:
    item = (
        live.items.select_related("version__key").get(version__type="truefalse")
        if live.items.filter(version__type="truefalse").exists()
        else live.items.select_related("version__key").filter(version__type="single")[0]
    )
    url = path("attempt", live, f"?q={item.position}")
    taker.post(url, {"revision": "0", "key": str(uuid4()), "r": "0"})
    answer = taker.post(url, {"revision": "0", "key": str(uuid4()), "r": "1"})
    assert answer.status_code == 409
    assert Answer.objects.count() == 1


def test_flag_and_clear_without_a_script(taker: Client, live: Attempt) -> None:
    item = live.items.select_related("version__key").get(position=1)
    url = path("attempt", live, "?q=1")
    taker.post(url, {"revision": "0", "key": str(uuid4()), "flag": "1", **right_fields(item)})
    assert live.items.get(position=1).flagged
    taker.post(url, {"revision": "1", "key": str(uuid4()), "clear": "1", **right_fields(item)})
    assert Answer.objects.order_by("-revision")[0].response is None
    assert "7/7" not in taker.get(url).content.decode()


@pytest.mark.parametrize("query", ["?q=0", "?q=99", "?q=x", "?q=-1", "?q=١"])
def test_questions_that_are_not_there(taker: Client, live: Attempt, query: str) -> None:
    assert taker.get(path("attempt", live, query)).status_code == 404


def test_all_questions_for_the_script(taker: Client, live: Attempt) -> None:
    page = taker.get(path("attempt", live, "?all=1")).content.decode()
    assert page.count("data-q=") == 7


# --- JSON ------------------------------------------------------------------------------


def test_a_save_is_acknowledged_with_the_servers_time(taker: Client, live: Attempt) -> None:
    assert post(taker, live, "device").json()["revisions"]["1"] == 0
    answer = post(taker, live)
    stored = Answer.objects.get()
    assert answer.status_code == 200
    assert answer.json()["revision"] == 1
    assert answer.json()["saved_at"] == stored.received_at.isoformat()
    assert answer.json()["saved_time"] == timezone.localtime(stored.received_at).strftime("%H:%M:%S")
    assert "no-store" in answer["Cache-Control"]


def test_refusals_in_words(taker: Client, live: Attempt) -> None:
    taken = post(taker, live, device="tab-2")
    assert (taken.status_code, taken.json()["error"]) == (409, "superseded")
    assert post(taker, live, "device").status_code == 200
    assert post(taker, live).status_code == 200
    old = post(taker, live)
    assert (old.status_code, old.json()["error"], old.json()["revision"]) == (409, "out_of_order", 1)
    junk = post(taker, live, revision=2, fields={"r": ["99"], "x": ["1"]})
    assert (junk.status_code, junk.json()["error"]) == (422, "bad_response")
    assert post(taker, live, "flag", flagged=True).json()["flagged"] is True
    Attempt.objects.update(deadline=timezone.now() - GRACE - timedelta(seconds=1))
    late = post(taker, live, revision=3)
    assert (late.status_code, late.json()["error"]) == (410, "late")
    assert late.json()["message"]
    assert LateAnswer.objects.filter(reason="late").count() == 1
    assert taker.get(path("attempt", live))["Location"] == path("submit", live)
    taker.post(path("submit", live))
    assert Attempt.objects.get().closed_by_clock
    assert post(taker, live, "device").status_code == 410


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"position": 1}', b'{"a": ' + b"1" * 30_000 + b"}", b"[" * 5000, b"\xff"]
)
@pytest.mark.parametrize("name", ["answers", "flag", "device"])
def test_junk_is_422_and_never_500(taker: Client, live: Attempt, body: bytes, name: str) -> None:
    answer = taker.post(path(name, live), body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"] == "bad_request"


@pytest.mark.parametrize(
    "change",
    [
        {"revision": 0},
        {"revision": 1.5},
        {"revision": True},
        {"key": "x"},
        {"device": ""},
        {"device": "x" * 41},
        {"fields": []},
        {"fields": {"r": "0"}},
        {"fields": {"r": [0]}},
    ],
)
def test_odd_values_are_422(taker: Client, live: Attempt, change: dict[str, Any]) -> None:
    assert post(taker, live, **change).status_code == 422
    assert not Answer.objects.exists()


def test_another_persons_attempt_is_404_like_a_missing_one(client: Client, live: Attempt) -> None:
    client.force_login(make_person("Trần Thị Bình"))
    missing = Attempt(code="NOTTHERE2345")
    for name in ("attempt", "review", "submit", "result"):
        assert client.get(path(name, live)).status_code == 404
        assert client.get(path(name, missing)).status_code == 404
    assert client.post(path("submit", live)).status_code == 404
    assert client.get(reverse("quizzes:before", args=[live.sitting_id])).status_code == 404
    for name in ("answers", "flag", "device"):
        assert post(client, live, name).status_code == 404
    assert Attempt.objects.get().state == "started"
    assert not Answer.objects.exists()


def test_without_a_session(client: Client, live: Attempt) -> None:
    for name in ("answers", "flag", "device"):
        answer = post(client, live, name)
        assert (answer.status_code, answer.json()["error"]) == (401, "signed_out")
    assert client.get(path("attempt", live)).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(live.sitting.person)
    assert post(strict, live).status_code == 403
    assert not Answer.objects.exists()


# --- Leaks -----------------------------------------------------------------------------


@pytest.fixture
def planted() -> Iterator[list[bytes]]:
    """A canary in every part of every key."""
    canaries = [CANARY.encode(), b"48151", b"62342"]
    for number, row in enumerate(QuestionKey.objects.select_related("version")):
        for name in ("feedback", "explanation"):
            setattr(row, name, {**getattr(row, name), "hint": {"vi": f"{CANARY}-{name}-{number}"}})
        row.key = {**row.key, "note": f"{CANARY}-key-{number}"}
        row.save()
    yield canaries


def test_no_byte_tells_the_key_before_or_after_the_hand_in(
    taker: Client, sitting: Sitting, planted: list[bytes]
) -> None:
    seen: list[tuple[str, bytes]] = []

    def look(response: Any, name: str) -> Any:
        headers = "\n".join(f"{key}: {value}" for key, value in response.items())
        seen.append((name, headers.encode() + response.content))
        return response

    before = reverse("quizzes:before", args=[sitting.pk])
    look(taker.get(before), "before")
    look(taker.post(before, {"oath": "on"}), "start")
    attempt = Attempt.objects.get()
    look(post(taker, attempt, "device"), "device")
    look(taker.get(path("attempt", attempt, "?all=1")), "all")
    shape: dict[str, set[int]] = {}
    for item in attempt.items.select_related("version__key"):
        look(taker.get(path("attempt", attempt, f"?q={item.position}")), "question")
        wrong = {"r": ["0"]} if item.version.type in ("single", "multiple", "truefalse") else {}
        if item.version.type != "numeric":
            for revision, fields in enumerate((right_fields(item), wrong), 1):
                answer = look(post(taker, attempt, position=item.position, revision=revision, fields=fields), "save")
                shape.setdefault(str(item.position), set()).add(len(answer.content))
        look(post(taker, attempt, position=item.position, revision=9, fields={"r": ["x"]}), "junk")
    assert all(len(sizes) == 1 for sizes in shape.values())
    for name in ("review", "submit"):
        look(taker.get(path(name, attempt)), name)
    look(taker.post(path("submit", attempt)), "hand in")
    look(taker.get(path("result", attempt)), "result")
    look(post(taker, attempt, revision=99), "after")
    assert len(seen) > 25
    for name, content in seen:
        for canary in planted:
            assert canary not in content, name
        for letter in "abcd":
            assert f'value="{letter}"'.encode() not in content, name


def test_pages_ask_for_no_key(taker: Client, live: Attempt) -> None:
    for name in ("attempt", "review", "submit"):
        with CaptureQueriesContext(connection) as queries:
            assert taker.get(path(name, live)).status_code == 200
        assert queries.captured_queries
        assert not [row for row in queries.captured_queries if "questionkey" in row["sql"]]


def test_a_page_costs_the_same_with_more_answers(
    taker: Client, live: Attempt, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        taker.get(path("attempt", live, "?q=1"))
    for number, item in enumerate(live.items.select_related("version__key"), 1):
        post(taker, live, "device")
        post(taker, live, position=number, fields=right_fields(item))
    with django_assert_max_num_queries(12):
        taker.get(path("attempt", live, "?q=1"))


def test_a_save_costs_little(taker: Client, live: Attempt) -> None:
    """Session and person are two; the attempt twice, once locked; question, answers, insert; the transaction's own."""
    post(taker, live, "device")
    item = live.items.select_related("version__key").get(position=1)
    body = {"position": 1, "fields": right_fields(item), "revision": 1, "key": str(uuid4()), "device": "tab-1"}
    with CaptureQueriesContext(connection) as queries:
        assert taker.post(path("answers", live), json.dumps(body), content_type="application/json").status_code == 200
    assert len([row for row in queries.captured_queries if "SAVEPOINT" not in row["sql"]]) <= 7, (
        queries.captured_queries
    )


def test_questions_of_a_bank_are_never_pages_or_snippets() -> None:
    assert not issubclass(Question, Page)
    assert not [model for model in get_snippet_models() if model._meta.app_label == "quizzes"]
