"""What invigilators write down, and the minutes that come of it."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import User
from quizzes import actions, hall_words, personal_data
from quizzes.actions import hall, hall_notes, paper as work, sessions, tickets
from quizzes.models import Attempt, Exam, ExamSession, ExamSessionEvent, Sitting
from quizzes.queries import hall as queries
from quizzes.queries.minutes import minutes
from quizzes.seating import seat_key
from tests.factories import make_person
from tests.quizzes.conftest import CANARY

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(sitting: Sitting, exam: Exam, examiner: User, watcher: User) -> ExamSession:
    """Two people, the first at seat 01."""
    now = timezone.now()
    other = actions.open_sitting(person=make_person("Trần Thị Bình"), exam=exam, enrolment=None, by=None, at=now)
    planned = sessions.plan_session(
        exam=exam, starts_at=now, ends_at=now + timedelta(hours=2), by=examiner, at=now, place="Phòng 204"
    )
    sessions.assign_invigilator(session=planned, person=watcher, by=examiner, at=now)
    sessions.seat_people(session=planned, seats={sitting.pk: "01", other.pk: "02"}, by=examiner, at=now)
    sitting.refresh_from_db()
    return sessions.open_session(session=planned, by=watcher, at=now)


@pytest.fixture
def guard(client: Client, watcher: User) -> Client:
    client.force_login(watcher)
    return client


def at(name: str, *args: Any) -> str:
    return reverse(f"hall:{name}", args=args)


def text_of(pdf: bytes) -> str:
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(words.split())


def test_papers_are_checked_once_and_a_mistake_is_taken_back(
    guard: Client, session: ExamSession, sitting: Sitting
) -> None:
    one = at("one", session.code, sitting.pk)
    for _twice in range(2):
        assert guard.post(one, {"act": "identity"}).status_code == 302
    assert set(queries.identified(session)) == {sitting.pk}
    assert session.events.filter(note="identity").count() == 1
    shown = guard.get(at("hall", session.code), {"p": sitting.pk}).content.decode()
    assert 'value="identity_undo"' in shown and 'name="act" value="identity"' not in shown
    guard.post(one, {"act": "identity_undo"})
    assert queries.identified(session) == {}
    assert session.events.filter(note="identity").count() == 2


def test_notes_need_words_and_stay(guard: Client, session: ExamSession, sitting: Sitting, watcher: User) -> None:
    guard.post(at("one", session.code, sitting.pk), {"act": "note", "text": "  "})
    guard.post(at("all", session.code), {"act": "note", "text": ""})
    assert not session.events.filter(note="incident").exists()
    guard.post(at("one", session.code, sitting.pk), {"act": "note", "text": "Đến muộn <b>10</b> phút."})
    guard.post(at("all", session.code), {"act": "note", "text": "Mất điện lúc 9 giờ."})
    about, of_hall = session.events.filter(note="incident").order_by("pk")
    assert (about.by, about.data) == (watcher, {"text": "Đến muộn <b>10</b> phút.", "sitting": sitting.pk})
    assert of_hall.data == {"text": "Mất điện lúc 9 giờ."}
    chosen = guard.get(at("hall", session.code), {"p": sitting.pk}).content.decode()
    assert "Đến muộn &lt;b&gt;10" in chosen and "Mất điện" not in chosen
    whole = guard.get(at("hall", session.code), {"all": "1"}).content.decode()
    assert "Đến muộn" in whole and "Mất điện" in whole


def test_who_writes_nothing_down(session: ExamSession, sitting: Sitting, watcher: User, exam: Exam) -> None:
    now = timezone.now()
    stranger = make_person("Giám thị khác", roles=(Role.INVIGILATOR,))
    with pytest.raises(NotAllowed):
        hall_notes.note_incident(session=session, text="x", by=stranger, at=now)
    with pytest.raises(NotAllowed):
        hall_notes.check_identity(session=session, sitting=sitting, by=stranger, at=now)
    elsewhere = actions.open_sitting(person=make_person(), exam=exam, enrolment=None, by=None, at=now)
    with pytest.raises(Refused, match=r"session|ca thi"):
        hall_notes.check_identity(session=session, sitting=elsewhere, by=watcher, at=now)
    own = make_person("Vừa thi vừa coi", roles=(Role.EXAMINER,))
    Sitting.objects.filter(pk=sitting.pk).update(person=own)
    with pytest.raises(NotAllowed):
        hall_notes.check_identity(session=session, sitting=Sitting.objects.get(pk=sitting.pk), by=own, at=now)
    ExamSession.objects.filter(pk=session.pk).update(state="cancelled")
    with pytest.raises(NotAllowed):
        hall_notes.note_incident(session=ExamSession.objects.get(pk=session.pk), text="x", by=watcher, at=now)
    assert not ExamSessionEvent.objects.filter(note__in=["incident", "identity"]).exists()


def test_the_minutes_tell_who_came_and_what_happened(
    guard: Client, session: ExamSession, sitting: Sitting, watcher: User, examiner: User
) -> None:
    now = timezone.now()
    tickets.issue_tickets(sittings=[sitting], by=watcher, at=now)
    tickets.issue_tickets(sittings=[sitting], by=watcher, at=now)
    hall_notes.check_identity(session=session, sitting=sitting, by=watcher, at=now)
    hall_notes.note_incident(session=session, sitting=sitting, text="Máy treo", by=watcher, at=now)
    live = actions.start(sitting=sitting, by=sitting.person, at=now, language="vi", device="tab-1")
    hall.extend(attempt=live, minutes=5, reason="Máy treo", by=watcher, at=now)
    hall.pause(attempt=live, reason="Đổi máy", by=watcher, at=now)
    hall.resume(attempt=live, by=watcher, at=now + timedelta(minutes=3))
    actions.submit(attempt=live, by=sitting.person, at=now + timedelta(minutes=9))
    found = minutes(session)
    row, absent = found.rows
    assert (row.status, row.added, row.stood, row.tickets, row.identified_by) == ("done", 5, 180, 2, watcher.full_name)
    assert (absent.status, found.counts["absent"], found.counts["done"]) == ("absent", 1, 1)
    told = [hall_words.told(line) for line in found.happenings]
    assert any("Máy treo" in words for words in told) and any("Đổi máy" in words for words in told)
    assert [line.at for line in found.happenings] == sorted(line.at for line in found.happenings)
    page = guard.get(at("minutes", session.code)).content.decode()
    assert sitting.person.full_name in page and "Đổi máy" in page and CANARY not in page and "Stem" not in page
    sessions.close_session(session=session, by=watcher, at=now + timedelta(hours=1))
    paper = guard.get(at("minutes_file", session.code))
    assert paper["Content-Type"] == "application/pdf"
    words = text_of(paper.content)
    assert "BIÊN BẢN CA THI" in words and "Trần Thị Bình" in words and "Vắng mặt" in words
    assert "cộng 5 phút" in words and "GIÁM THỊ 1" in words and watcher.full_name in words
    assert CANARY not in words


def test_who_had_papers_checked_did_come(session: ExamSession, sitting: Sitting, watcher: User) -> None:
    hall_notes.check_identity(session=session, sitting=sitting, by=watcher, at=timezone.now())
    counts = minutes(session).counts
    assert (counts["here"], counts["absent"]) == (1, 1)


def test_strangers_read_no_minutes(session: ExamSession) -> None:
    other = Client()
    other.force_login(make_person("Giám thị khác", roles=(Role.INVIGILATOR,)))
    assert other.get(at("minutes", session.code)).status_code == 404
    assert other.get(at("minutes_file", session.code)).status_code == 404


def test_the_minutes_cost_the_same_with_more_people(
    session: ExamSession, exam: Exam, examiner: User, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    more = [actions.open_sitting(person=make_person(), exam=exam, enrolment=None, by=None, at=now) for _ in range(3)]
    sessions.seat_people(session=session, seats={one.pk: "" for one in more}, by=examiner, at=now)
    for one in more:
        one.refresh_from_db()
        actions.start(sitting=one, by=one.person, at=now, language="vi", device="tab-1")
    with django_assert_max_num_queries(6):
        found = minutes(session)
        assert [hall_words.told(line) for line in found.happenings]
        assert all(row.sitting.person.full_name for row in found.rows)


def test_counts_on_the_screen_add_up(guard: Client, session: ExamSession, sitting: Sitting, watcher: User) -> None:
    now = timezone.now()
    live = actions.start(sitting=sitting, by=sitting.person, at=now, language="vi", device="tab-1")
    Attempt.objects.filter(pk=live.pk).update(started_at=now - timedelta(hours=3), deadline=now - timedelta(minutes=1))
    page = guard.get(at("hall", session.code)).content.decode()
    tiles = page[page.index('<dl class="tiles') : page.index("</dl>")]
    counts = [int(part.split(">")[1].split("<")[0]) for part in tiles.split("<dd")[1:]]
    assert (sum(counts), len(counts)) == (2, 6)


def test_a_hall_closed_by_mistake_is_opened_again(guard: Client, session: ExamSession) -> None:
    guard.post(at("all", session.code), {"act": "close"})
    page = guard.get(at("hall", session.code)).content.decode()
    assert 'value="open"' in page
    guard.post(at("all", session.code), {"act": "open"})
    session.refresh_from_db()
    assert session.state == "open"
    again = session.events.order_by("pk").last()
    assert again is not None and hall_words.told_of_session(again) in ("Hall opened again", "Mở lại phòng thi")


def test_seats_stand_in_the_order_of_the_hall() -> None:
    seats = ["100", "A10", "2", "A2", "11", "", "10", "b1", "B2", "09"]
    assert sorted(seats, key=seat_key) == ["", "2", "09", "10", "11", "100", "A2", "A10", "b1", "B2"]


def test_neighbours_get_different_forms_in_a_large_hall(session: ExamSession, exam: Exam, examiner: User) -> None:
    now = timezone.now()
    seats = ["19", "20", "21", "200"]
    for seat in seats:
        own = actions.open_sitting(person=make_person(), exam=exam, enrolment=None, by=None, at=now)
        Sitting.objects.filter(pk=own.pk).update(session=session, seat=seat)
    actions.make_forms(exam=exam, count=2, by=examiner, at=now)
    work.give_forms(session=session, codes=["A", "B"], by=examiner, at=now)
    given = dict(session.sittings.values_list("seat", "form__code"))
    assert given["19"] != given["20"] != given["21"]


def test_what_was_written_of_somebody_is_in_their_copy_and_goes_with_them(
    session: ExamSession, sitting: Sitting, watcher: User, examiner: User
) -> None:
    now = timezone.now()
    hall_notes.note_incident(session=session, sitting=sitting, text="Bị ngất", by=watcher, at=now)
    hall_notes.note_incident(session=session, text="Mất điện", by=watcher, at=now)
    person = sitting.person
    copied = {one.code: one.rows for one in personal_data.export(person, [person.pk])}
    assert [row[:2] for row in copied["incidents"]] == [[session.code, "Bị ngất"]]
    personal_data.erase(person, [person.pk], by=examiner, at=now)
    about, of_hall = session.events.filter(note="incident").order_by("pk")
    assert (about.data["text"], about.data["sitting"], of_hall.data["text"]) == ("…", sitting.pk, "Mất điện")


def test_an_old_note_of_one_person_is_found_among_many(session: ExamSession, sitting: Sitting, watcher: User) -> None:
    now = timezone.now()
    first = hall_notes.note_incident(session=session, sitting=sitting, text="x", by=watcher, at=now)
    ExamSessionEvent.objects.bulk_create(
        ExamSessionEvent(subject=session, new="open", note="incident", at=now, data={"text": "y"}) for _ in range(201)
    )
    assert queries.notes(session, sitting) == [first]


def test_the_watch_follows_a_merge(session: ExamSession, watcher: User, examiner: User, sitting: Sitting) -> None:
    into = make_person("Hồ Văn Sang", roles=(Role.INVIGILATOR,))
    personal_data.merge(watcher, into, by=examiner, at=timezone.now())
    assert hall.watches(session, into)
    personal_data.merge(into, sitting.person, by=examiner, at=timezone.now())
    assert not session.invigilators.filter(until=None).exists()


def test_who_goes_on_to_another_session_takes_neither_form_nor_ticket_along(
    session: ExamSession, sitting: Sitting, exam: Exam, examiner: User, watcher: User
) -> None:
    now = timezone.now()
    actions.make_forms(exam=exam, count=2, by=examiner, at=now)
    work.give_forms(session=session, codes=["A"], by=examiner, at=now)
    for _twice in range(2):
        tickets.issue_tickets(sittings=[sitting], by=watcher, at=now)
    sessions.close_session(session=session, by=watcher, at=now + timedelta(hours=1))
    late = now + timedelta(hours=2)
    second = sessions.plan_session(
        exam=exam, starts_at=late, ends_at=late + timedelta(hours=2), by=examiner, at=late, place="Phòng 205"
    )
    sessions.seat_people(session=second, seats={sitting.pk: ""}, by=examiner, at=late)
    sitting.refresh_from_db()
    assert sitting.form is None
    assert not sitting.tickets.filter(used_at=None, ended_at=None).exists()
    tickets.issue_tickets(sittings=[sitting], by=examiner, at=late)
    assert [row.tickets for row in minutes(second).rows] == [1]


def test_a_ticket_for_somebody_who_has_left_costs_nobody_theirs(
    guard: Client, session: ExamSession, sitting: Sitting, examiner: User, watcher: User
) -> None:
    now = timezone.now()
    other = session.sittings.exclude(pk=sitting.pk).get()
    tickets.issue_tickets(sittings=[other], by=watcher, at=now)
    sessions.unseat(session=session, sitting=sitting, by=examiner, at=now)
    assert guard.post(at("tickets", session.code), {"sitting": sitting.pk}).status_code == 302
    assert other.tickets.filter(used_at=None, ended_at=None).count() == other.tickets.count() == 1
