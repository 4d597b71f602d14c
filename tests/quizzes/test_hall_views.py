"""The invigilator's screen, the taker's page under a pause, and the script's sign of life."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from people.models import User
from quizzes import actions
from quizzes.actions import hall, sessions
from quizzes.models import Answer, Attempt, Exam, ExamSession, LateAnswer, Presence, Sitting, Ticket
from tests.factories import make_person
from tests.quizzes.conftest import CANARY, right_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(sitting: Sitting, examiner: User, watcher: User) -> ExamSession:
    now = timezone.now()
    planned = sessions.plan_session(
        exam=sitting.exam, starts_at=now, ends_at=now + timedelta(hours=2), by=examiner, at=now, place="Phòng 204"
    )
    sessions.assign_invigilator(session=planned, person=watcher, by=examiner, at=now)
    sessions.seat_people(session=planned, seats={sitting.pk: ""}, by=examiner, at=now)
    sitting.refresh_from_db()
    return sessions.open_session(session=planned, by=watcher, at=now)


@pytest.fixture
def live(session: ExamSession, sitting: Sitting) -> Attempt:
    return actions.start(sitting=sitting, by=sitting.person, at=timezone.now(), language="vi", device="tab-1")


@pytest.fixture
def guard(client: Client, watcher: User) -> Client:
    client.force_login(watcher)
    return client


@pytest.fixture
def taker(sitting: Sitting) -> Client:
    client = Client()
    client.force_login(sitting.person)
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"hall:{name}", args=args)


def beat(taker: Client, live: Attempt, **more: Any) -> Any:
    body = {"position": 3, "queued": 0, "focus_lost": 0, "away": 0, **more}
    return taker.post(reverse("quizzes:presence", args=[live.code]), json.dumps(body), content_type="application/json")


def test_the_list_holds_ones_own_sessions(guard: Client, session: ExamSession, examiner: User) -> None:
    assert session.code in guard.get(at("halls")).content.decode()
    other = Client()
    other.force_login(make_person("Giám thị khác", roles=(Role.INVIGILATOR,)))
    assert session.code not in other.get(at("halls")).content.decode()
    assert other.get(at("hall", session.code)).status_code == 404
    assert other.post(at("all", session.code), {"act": "resume"}).status_code == 404
    everywhere = Client()
    everywhere.force_login(examiner)
    assert everywhere.get(at("hall", session.code)).status_code == 200
    sessions.assign_invigilator(
        session=session, person=make_person("Người thay", roles=(Role.INVIGILATOR,)), by=examiner, at=timezone.now()
    )
    sessions.release_invigilator(
        session=session, person=User.objects.get(full_name="Hồ Văn Sang"), by=examiner, at=timezone.now()
    )
    assert guard.get(at("hall", session.code)).status_code == 404


def test_the_hall_shows_where_people_are(guard: Client, taker: Client, session: ExamSession, live: Attempt) -> None:
    item = live.items.select_related("version__key").get(position=1)
    actions.save_answer(
        attempt=live, position=1, response=right_fields(item), revision=1, key=uuid4(), by=live.sitting.person,
        at=timezone.now(), device="tab-1",
    )  # fmt: skip
    assert beat(taker, live, queued=2).status_code == 200
    page = guard.get(at("hall", session.code)).content.decode()
    assert live.sitting.person.full_name in page
    assert "1/7" in page
    assert "2 câu còn chờ gửi" in page or "2 answers wait" in page
    # People, not questions.
    assert "Stem" not in page
    assert CANARY not in page
    part = guard.get(at("hall", session.code), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div class="stack gap-5" id="takers"')
    chosen = guard.get(at("hall", session.code), {"p": live.sitting_id}).content.decode()
    assert 'name="why"' in chosen


def test_the_hall_costs_the_same_with_more_people(
    guard: Client, session: ExamSession, live: Attempt, exam: Exam, examiner: User, django_assert_num_queries: Any
) -> None:
    guard.get(at("hall", session.code))
    with django_assert_num_queries(9):
        guard.get(at("hall", session.code), headers={"HX-Request": "true"})
    more = [Sitting.objects.create(person=make_person(f"Người {n}"), exam=exam) for n in range(4)]
    sessions.seat_people(session=session, seats={one.pk: "" for one in more}, by=examiner, at=timezone.now())
    for one in more[:3]:
        actions.start(sitting=one, by=one.person, at=timezone.now(), language="vi")
    with django_assert_num_queries(9):
        guard.get(at("hall", session.code), headers={"HX-Request": "true"})


def test_pause_and_go_on_by_form(guard: Client, taker: Client, session: ExamSession, live: Attempt) -> None:
    one = at("one", session.code, live.sitting_id)
    assert guard.post(one, {"act": "pause", "why": "other", "note": ""}).status_code == 422
    guard.post(one, {"act": "pause", "why": "line", "note": "tầng 2"})
    live.refresh_from_db()
    assert live.paused_at is not None
    assert "tầng 2" in live.events.get(note="paused").data["reason"]
    told = beat(taker, live).json()
    assert (told["state"], told["paused"]) == ("started", int(live.paused_at.timestamp() * 1000))
    # No question while the clock stands; what a page without a script still held is taken.
    paused = reverse("quizzes:paused", args=[live.code])
    attempt = reverse("quizzes:attempt", args=[live.code])
    for address in (attempt, f"{attempt}?all=1", reverse("quizzes:review", args=[live.code])):
        assert taker.get(address)["Location"] == paused
    assert "Stem" not in taker.get(paused).content.decode()
    item = live.items.select_related("version__key").get(position=1)
    taker.post(f"{attempt}?q=1", {"revision": "0", "key": str(uuid4()), "go": "2", **right_fields(item)})
    assert Answer.objects.count() == 1
    taker.post(reverse("quizzes:submit", args=[live.code]))
    live.refresh_from_db()
    assert live.state == "started"
    guard.post(one, {"act": "resume"})
    live.refresh_from_db()
    assert live.paused_at is None
    assert beat(taker, live).json()["deadline"] == int(live.deadline.timestamp() * 1000)
    assert taker.get(attempt).status_code == 200
    assert taker.get(paused)["Location"] == attempt


def test_time_and_void_by_form(
    guard: Client, taker: Client, session: ExamSession, live: Attempt, examiner: User
) -> None:
    one, before = at("one", session.code, live.sitting_id), live.deadline
    guard.post(one, {"act": "extend", "minutes": "10", "why": "device"})
    guard.post(one, {"act": "extend", "minutes": "10", "why": "device"})
    live.refresh_from_db()
    assert live.deadline == before + timedelta(minutes=10)
    guard.post(at("all", session.code), {"act": "extend", "minutes": "5", "why": "line"})
    live.refresh_from_db()
    assert live.deadline == before + timedelta(minutes=15)
    guard.post(one, {"act": "void", "why": "rules"})
    live.refresh_from_db()
    assert (live.state, live.paused_at is None) == ("started", False)
    boss = Client()
    boss.force_login(examiner)
    boss.post(one, {"act": "void", "why": "rules"})
    live.refresh_from_db()
    assert live.state == "void"
    assert beat(taker, live).json()["state"] == "void"


def test_open_and_close(guard: Client, session: ExamSession, live: Attempt) -> None:
    guard.post(at("all", session.code), {"act": "close"})
    session.refresh_from_db()
    assert session.state == "open"
    actions.submit(attempt=live, by=live.sitting.person, at=timezone.now())
    guard.post(at("all", session.code), {"act": "close"})
    session.refresh_from_db()
    assert session.state == "closed"


def test_a_ticket_is_shown_once(guard: Client, session: ExamSession, sitting: Sitting) -> None:
    shown = guard.post(at("tickets", session.code), {"sitting": sitting.pk})
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    assert Ticket.objects.get().hash not in shown.content.decode()
    paper = guard.post(at("tickets", session.code))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert Ticket.objects.filter(used_at=None, ended_at=None).count() == 1
    assert guard.get(at("tickets", session.code)).status_code == 405


def test_an_instructor_looks_but_does_not_act(session: ExamSession, live: Attempt, watcher: User) -> None:
    client = Client()
    client.force_login(make_person("Giảng viên", roles=(Role.INSTRUCTOR,)))
    assert client.get(at("hall", session.code)).status_code == 404
    assert client.post(at("all", session.code), {"act": "resume"}).status_code == 403
    assert live.events.filter(note="resumed").count() == 0


# --- Presence --------------------------------------------------------------------------


def test_a_beat_locks_nothing_and_costs_little(
    taker: Client, live: Attempt, django_assert_max_num_queries: Any
) -> None:
    beat(taker, live)
    with django_assert_max_num_queries(5) as captured:
        assert beat(taker, live, position=4).status_code == 200
    assert not [row for row in captured.captured_queries if "FOR UPDATE" in row["sql"]]
    assert Presence.objects.get().position == 4
    assert live.events.count() == 1


def test_junk_and_strangers(taker: Client, live: Attempt) -> None:
    address = reverse("quizzes:presence", args=[live.code])
    for body in (b"", b"[]", b'{"position": -1, "queued": 0}', b'{"position": "x", "queued": 0}'):
        assert taker.post(address, body, content_type="application/json").status_code == 422
    assert beat(taker, live, focus_lost="x", away=None).status_code == 200
    assert Client().post(address, b"{}", content_type="application/json").status_code == 401
    stranger = Client()
    stranger.force_login(make_person("Người lạ"))
    assert beat(stranger, live).status_code == 404


# --- Sections and the look of the page --------------------------------------------------


def test_a_closed_section_without_a_script(taker: Client, live: Attempt, exam: Exam) -> None:
    section = exam.sections.create(title_vi="Phần lý thuyết", title_en="Theory", minutes=5)
    live.items.filter(position__lte=2).update(section=section)
    Attempt.objects.filter(pk=live.pk).update(
        section_ends={str(section.pk): (timezone.now() - timedelta(minutes=1)).isoformat()}
    )
    attempt = reverse("quizzes:attempt", args=[live.code])
    page = taker.get(f"{attempt}?q=1").content.decode()
    assert "Phần lý thuyết" in page
    assert '<fieldset class="stack gap-4" disabled>' in page
    # The form of a closed question carries no answer; it turns the page all the same.
    gone = taker.post(f"{attempt}?q=1", {"revision": "0", "key": str(uuid4()), "go": "3"})
    assert gone["Location"].endswith("?q=3")
    item = live.items.select_related("version__key").get(position=1)
    late = taker.post(f"{attempt}?q=1", {"revision": "0", "key": str(uuid4()), "go": "2", **right_fields(item)})
    assert late.status_code == 422
    assert LateAnswer.objects.count() == 1
    assert not Answer.objects.exists()


def test_large_text_and_contrast_without_a_script(taker: Client, live: Attempt) -> None:
    attempt = reverse("quizzes:attempt", args=[live.code])
    look = reverse("quizzes:comfort")
    assert "look-large" not in taker.get(attempt).content.decode()
    assert taker.post(look, {"toggle": "large", "next": attempt})["Location"] == attempt
    taker.post(look, {"on": "large", "toggle": "contrast", "next": attempt})
    assert 'class="shell look-large look-contrast"' in taker.get(attempt).content.decode()
    taker.post(look, {"on": ["large", "contrast"], "toggle": "large", "next": attempt})
    assert 'class="shell look-contrast"' in taker.get(attempt).content.decode()
    assert taker.post(look, {"toggle": "x", "next": "https://evil.example/"})["Location"] == "/vi/learn/"


def test_a_hall_that_is_paused_is_told_of_by_everybody(live: Attempt, session: ExamSession, watcher: User) -> None:
    hall.pause_session(session=session, reason="báo cháy", by=watcher, at=timezone.now())
    live.refresh_from_db()
    assert live.paused_at is not None
