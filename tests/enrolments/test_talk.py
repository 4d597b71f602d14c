"""What is said in a class: announcements, questions below lessons, answers; texts to paste."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enrolments import actions, pastes, said, tasks, threads
from enrolments.actions import talk
from enrolments.models import Announcement, CourseRun, Enrolment, LessonPost, Meeting
from lms.lib.access import Role
from lms.lib.periods import ZONE
from lms.lib.states import NotAllowed, Refused
from people import actions as people
from people.models import Job, Notice, User
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db
LESSON = "/vi/learn/HACCP-2026-01/bai-1/"
ASK = f"{LESSON}ask/"
ADMIN = "/admin/classes/HACCP-2026-01/"


class Killed(BaseException):
    """The worker's process ends here."""


@pytest.fixture
def teacher(run):
    teacher = factories.make_person("Lê Thị Thủy", roles=(Role.INSTRUCTOR,))
    actions.assign_instructor(run=run, person=teacher, by=None, at=AT)
    return teacher


@pytest.fixture
def staff(teacher):
    client = Client()
    client.force_login(teacher)
    return client


@pytest.fixture
def enrolment(run, person, at):
    enrolment = factories.enrol(person, run, at=at)
    Notice.objects.all().delete()
    return enrolment


@pytest.fixture
def reader(client, enrolment):
    client.force_login(enrolment.person)
    return client


def crowd(run, number):
    """Many people in a class, written at once."""
    found = []
    for index in range(number):
        one = User(username=f"dong{index}", email=f"dong{index}@nscl.example", password="!")
        one.set_name(f"Người {index}")
        found.append(one)
    User.objects.bulk_create(found)
    Enrolment.objects.bulk_create(Enrolment(run=run, person=one, enrolled_at=AT) for one in found)


def announce(run, by, at=AT, subject="Mang sơ đồ", text="Buổi tới cần sơ đồ quy trình."):
    return actions.announce(run=run, subject=subject, text=text, by=by, at=at)


def told(kind="announcement", channel="screen"):
    return Notice.objects.filter(kind=kind, channel=channel)


# --- Announcements ---------------------------------------------------------------------------


def test_an_announcement_reaches_everybody_in_the_class_once(run, teacher, enrolment):
    crowd(run, 4)
    gone = run.enrolments.last()
    Enrolment.objects.filter(pk=gone.pk).update(state=Enrolment.State.WITHDRAWN)
    announcement = announce(run, teacher)
    job = Job.objects.get(kind="announcement")
    assert (job.total, job.asked_by) == (4, teacher)
    tasks.send_announcement(job.pk)
    tasks.send_announcement(job.pk)
    assert told().count() == 4
    assert told(channel="mail").count() == 4
    assert not told().filter(person=gone.person_id).exists()
    announcement.refresh_from_db()
    job.refresh_from_db()
    assert announcement.sent_at is not None
    assert (job.state, job.done, job.result) == ("done", 4, {"told": 4})


def test_the_job_is_asked_for_once_the_announcement_is_stored(
    run, teacher, enrolment, celery_eager, django_capture_on_commit_callbacks, monkeypatch
):
    def work(name, kwargs):
        assert name == tasks.send_announcement.name
        tasks.send_announcement(**kwargs)

    monkeypatch.setattr(current_app, "send_task", work)
    with django_capture_on_commit_callbacks(execute=True):
        announce(run, teacher)
        assert told().count() == 0
    assert told().count() == 1


def test_pressed_twice_it_is_announced_once(run, teacher, enrolment):
    assert announce(run, teacher) == announce(run, teacher, at=AT + timedelta(seconds=5))
    assert Job.objects.count() == 1
    announce(run, teacher, at=AT + timedelta(hours=1))
    assert Announcement.objects.count() == Job.objects.count() == 2


def test_killed_half_way_it_goes_on_and_nobody_hears_it_twice(run, teacher, monkeypatch):
    crowd(run, 25)
    announcement = announce(run, teacher)
    job = Job.objects.get()
    monkeypatch.setattr(talk, "BATCH", 10)
    rounds = iter([True, False])

    def die(*, announcement, after, at, real=actions.tell_announcement):
        found = real(announcement=announcement, after=after, at=at)
        if not next(rounds):
            raise Killed
        return found

    monkeypatch.setattr(actions, "tell_announcement", die)
    with pytest.raises(Killed):
        tasks.send_announcement(job.pk)
    monkeypatch.setattr(actions, "tell_announcement", talk.tell_announcement)
    assert 10 <= told().count() < 25
    tasks.send_announcement(job.pk)
    assert told().count() < 25, "the job is still the dead worker's"
    later = timezone.now() + timedelta(minutes=6)
    assert len(people.requeue_jobs(at=later, silent_for=timedelta(minutes=5))) == 1
    tasks.send_announcement(job.pk)
    assert told().count() == told(channel="mail").count() == 25
    announcement.refresh_from_db()
    assert announcement.sent_at is not None


def test_a_worker_whose_job_was_given_away_stops(run, teacher, monkeypatch):
    crowd(run, 25)
    announce(run, teacher)
    job = Job.objects.get()
    monkeypatch.setattr(talk, "BATCH", 10)

    def give_away(*, announcement, after, at, real=actions.tell_announcement):
        Job.objects.update(tries=1, state="waiting")
        return real(announcement=announcement, after=after, at=at)

    monkeypatch.setattr(actions, "tell_announcement", give_away)
    tasks.send_announcement(job.pk)
    assert told().count() == 10
    assert Announcement.objects.get().sent_at is None


def test_five_hundred_are_told_with_a_pinned_number_of_queries(run, teacher):
    crowd(run, 500)
    announce(run, teacher)
    job = Job.objects.get()
    with CaptureQueriesContext(connection) as captured:
        tasks.send_announcement(job.pk)
    assert told().count() == told(channel="mail").count() == 500
    kinds = Counter(query["sql"].split()[0] for query in captured)
    # Job and announcement (2); five batches: people, choices, dead addresses, who was told, what was written (5
    # each); then nobody is left (1).
    assert kinds["SELECT"] == 2 + 5 * 5 + 1
    # The claim, a sign of life per batch, the announcement and the job closed.
    assert kinds["UPDATE"] == 1 + 5 + 2
    # A thousand rows: 200 at once on PostgreSQL, 62 on SQLite, which takes 999 values in a query.
    assert kinds["INSERT"] == 5 * (4 if connection.vendor == "sqlite" else 1)


@pytest.mark.parametrize(
    ("subject", "text", "code"), [("", "x", "empty"), ("x", " \u200e ", "empty"), ("x", "y" * 4001, "long")]
)
def test_what_says_nothing_is_not_announced(run, teacher, enrolment, subject, text, code):
    with pytest.raises(Refused) as refusal:
        announce(run, teacher, subject=subject, text=text)
    assert refusal.value.code == code


def test_an_empty_class_is_not_told(run, teacher):
    with pytest.raises(Refused) as refusal:
        announce(run, teacher)
    assert refusal.value.code == "nobody"
    assert not Announcement.objects.exists()


def test_it_is_written_looked_at_and_sent(staff, reader, run):
    url = f"{ADMIN}announcements/"
    form = {"subject": "Đổi <phòng>", "text": "Phòng 305.\nhttps://evil.example/x"}
    assert staff.get(url).status_code == 200
    looked = staff.post(url, form)
    assert looked.status_code == 200
    assert "Đổi &lt;phòng&gt;" in looked.content.decode()
    assert not Announcement.objects.exists(), "a preview sends nothing"
    assert staff.post(url, {"subject": "", "text": "x"}).status_code == 422
    assert staff.post(url, {**form, "send": "1"}).status_code == 302
    page = reader.get("/vi/learn/HACCP-2026-01/").content.decode()
    assert "Đổi &lt;phòng&gt;" in page
    assert 'href="https://evil.example' not in page


def test_an_instructor_announces_in_own_classes_alone(staff, course):
    other = factories.make_run(course, code="HACCP-2026-99")
    for address in (f"/admin/classes/{other.code}/announcements/", f"/admin/classes/{other.code}/questions/"):
        assert staff.get(address).status_code == 404
    assert staff.post(f"/admin/classes/{other.code}/announcements/", {"subject": "a", "text": "b"}).status_code == 404


# --- Questions and answers ----------------------------------------------------------------------


def test_a_question_is_asked_answered_and_told(reader, staff, run, teacher, enrolment):
    assert reader.post(ASK, {"text": "CCP là gì?\r\n\r\n\r\nhttp://evil.example"})["Location"].startswith(LESSON)
    post = LessonPost.objects.get()
    assert post.text == "CCP là gì?\n\nhttp://evil.example"
    (asked,) = told("lesson_question")
    assert asked.person == teacher
    page = staff.get(f"{ADMIN}questions/").content.decode()
    assert "CCP là gì?" in page
    assert staff.post(f"{ADMIN}questions/{post.pk}/answer/", {"text": "Điểm kiểm soát tới hạn"}).status_code == 302
    (answered,) = told("lesson_answer")
    assert answered.person == enrolment.person
    assert answered.facts["lesson"]["vi"].startswith("Bài 1")
    shown = reader.get(LESSON).content.decode()
    assert "Điểm kiểm soát tới hạn" in shown
    assert 'href="http://evil.example' not in shown
    assert "CCP là gì?" not in staff.get(f"{ADMIN}questions/").content.decode()
    assert "CCP là gì?" in staff.get(f"{ADMIN}questions/?all=1").content.decode()


def test_pressed_twice_it_is_one_question_and_one_notice(reader, teacher):
    for _twice in range(2):
        reader.post(ASK, {"text": "CCP là gì?"})
    assert LessonPost.objects.count() == told("lesson_question").count() == 1


def test_a_classmates_answer_does_not_end_the_waiting(reader, run, enrolment, teacher, at):
    post = actions.ask_about_lesson(enrolment=enrolment, lesson=run.course.lessons.first(), text="CCP là gì?", at=AT)
    mate = factories.enrol(factories.make_person("Trần Văn Bình", sex="male"), run, at=at)
    client = Client()
    client.force_login(mate.person)
    assert client.post(ASK, {"text": "Hỏi cô Thủy nhé", "parent": post.pk}).status_code == 302
    assert list(threads.waiting(run)) == [post]
    assert told("lesson_answer").get().person == enrolment.person
    page = reader.get(LESSON).content.decode()
    assert "Anh Bình" in page
    assert "Trần Văn Bình" not in page, "classmates read what one is called"
    actions.answer_post(post=post, text="Đúng vậy", by=teacher, at=AT)
    assert not threads.waiting(run).exists()


def test_who_answers_their_own_question_is_not_told(run, enrolment):
    post = actions.ask_about_lesson(enrolment=enrolment, lesson=run.course.lessons.first(), text="Hỏi", at=AT)
    actions.answer_as_trainee(enrolment=enrolment, post=post, text="Tự tìm ra rồi", at=AT)
    assert told("lesson_answer").count() == 0


def test_only_so_many_in_so_short_a_time(run, enrolment):
    lesson = run.course.lessons.first()
    most, within = said.OFTEN
    for number in range(most):
        actions.ask_about_lesson(enrolment=enrolment, lesson=lesson, text=f"Câu {number}", at=AT)
    with pytest.raises(Refused) as refusal:
        actions.ask_about_lesson(enrolment=enrolment, lesson=lesson, text="Nữa", at=AT)
    assert refusal.value.code == "often"
    actions.ask_about_lesson(enrolment=enrolment, lesson=lesson, text="Nữa", at=AT + within)


@pytest.mark.parametrize(("text", "status"), [("", 422), ("\u202e\u200e", 409), ("x" * 2001, 422)])
def test_what_is_refused_is_shown_again_with_the_text(reader, text, status):
    response = reader.post(ASK, {"text": text})
    assert response.status_code == status
    assert not LessonPost.objects.exists()
    assert text in response.content.decode()


def test_letters_that_turn_the_direction_are_taken_out():
    assert said.tidy("  a\u202eb\u0000c\x1b[1m\r\n\r\n\r\n\r\nd\u2028e  ") == "abc[1m\n\nd\ne"
    assert said.tidy("ខ្ញុំ") == "ខ្ញុំ"
    assert said.tidy("\U0001f468\u200d\U0001f469") == "\U0001f468\u200d\U0001f469"


def test_nobody_asks_or_answers_in_anothers_class(client, run, enrolment, at):
    post = actions.ask_about_lesson(enrolment=enrolment, lesson=run.course.lessons.first(), text="Hỏi", at=AT)
    stranger = factories.make_person("Người Lạ")
    client.force_login(stranger)
    assert client.post(ASK, {"text": "x"}).status_code == 404
    other = factories.make_run(run.course, code="HACCP-2026-02", at=at)
    factories.enrol(stranger, other, at=at)
    assert client.post("/vi/learn/HACCP-2026-02/bai-1/ask/", {"text": "x", "parent": post.pk}).status_code == 404
    assert client.post("/vi/learn/HACCP-2026-02/bai-1/ask/", {"text": "x", "parent": "9" * 30}).status_code == 404
    assert LessonPost.objects.count() == 1


def test_who_has_left_reads_and_writes_no_more(reader, enrolment):
    Enrolment.objects.filter(pk=enrolment.pk).update(state=Enrolment.State.WITHDRAWN)
    assert reader.post(ASK, {"text": "x"}).status_code == 409
    assert f'action="{ASK}"' not in reader.get(LESSON).content.decode()


def test_what_is_hidden_is_seen_by_its_author_and_staff_alone(reader, staff, run, enrolment, at):
    lesson = run.course.lessons.first()
    post = actions.ask_about_lesson(enrolment=enrolment, lesson=lesson, text="Lời khó nghe", at=AT)
    mate = Client()
    mate.force_login(factories.enrol(factories.make_person("Trần Văn Bình"), run, at=at).person)
    assert "Lời khó nghe" in mate.get(LESSON).content.decode()
    assert staff.post(f"{ADMIN}questions/{post.pk}/hide/", {"hide": "yes"}).status_code == 302
    assert "Lời khó nghe" not in mate.get(LESSON).content.decode()
    assert "Lời khó nghe" in reader.get(LESSON).content.decode()
    assert "Lời khó nghe" in staff.get(f"{ADMIN}questions/?all=1").content.decode()
    assert not threads.waiting(run).exists()
    post.refresh_from_db()
    assert post.hidden_by.full_name == "Lê Thị Thủy"
    with pytest.raises(NotAllowed):
        actions.answer_post(post=post, text="x", by=enrolment.person, at=AT)
    staff.post(f"{ADMIN}questions/{post.pk}/hide/", {"hide": "no"})
    assert "Lời khó nghe" in mate.get(LESSON).content.decode()


def test_an_answer_is_not_answered(run, enrolment, teacher):
    post = actions.ask_about_lesson(enrolment=enrolment, lesson=run.course.lessons.first(), text="Hỏi", at=AT)
    answer = actions.answer_post(post=post, text="Đáp", by=teacher, at=AT)
    with pytest.raises(NotAllowed):
        actions.answer_post(post=answer, text="Nữa", by=teacher, at=AT)


def test_a_refused_answer_is_shown_again(staff, run, enrolment):
    post = actions.ask_about_lesson(enrolment=enrolment, lesson=run.course.lessons.first(), text="Hỏi", at=AT)
    response = staff.post(f"{ADMIN}questions/{post.pk}/answer/", {"text": "x" * 2001})
    assert response.status_code == 422
    assert "x" * 2001 in response.content.decode()


def test_threads_cost_the_same_for_one_and_many(run, enrolment, teacher, django_assert_num_queries):
    lesson = run.course.lessons.first()
    for number in range(12):
        at = AT + timedelta(hours=number)
        post = actions.ask_about_lesson(enrolment=enrolment, lesson=lesson, text=f"Câu {number}", at=at)
        actions.answer_post(post=post, text=f"Đáp {number}", by=teacher, at=at)
    with django_assert_num_queries(3):
        found = threads.below_lesson(run, lesson, enrolment.person)
    assert len(found) == 12
    assert not any(thread.waiting for thread in found)


# --- Texts to paste -------------------------------------------------------------------------------


def meeting(run, starts, **fields):
    return Meeting.objects.create(run=run, starts_at=starts, ends_at=starts + timedelta(hours=2), **fields)


def test_texts_to_paste_follow_what_happened(run, course):
    at = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    CourseRun.objects.filter(pk=run.pk).update(mode="room", place="phường Tân Thạnh")
    run.refresh_from_db()
    soon = meeting(run, datetime(2026, 12, 3, 18, tzinfo=ZONE), topic="Phân tích mối nguy", room="Phòng 204")
    moved = meeting(run, datetime(2026, 12, 5, 18, tzinfo=ZONE), sequence=1)
    gone = meeting(run, datetime(2026, 12, 8, 18, tzinfo=ZONE), state="cancelled", sequence=1)
    meeting(run, datetime(2026, 11, 1, 18, tzinfo=ZONE), sequence=1)  # over
    found = {paste.key: paste for paste in pastes.pastes(run, [soon, moved, gone], "", at)}
    assert list(found) == ["reminder", f"moved-{moved.pk}", f"gone-{gone.pk}"]
    text = found["reminder"].text
    assert "Phân tích mối nguy" in text
    assert "03/12/2026, 18:00–20:00" in text
    assert "Phòng 204, phường Tân Thạnh" in text
    assert text.endswith("/c/HACCP-2026-01")
    assert all("<" not in paste.text and "\n\n\n" not in paste.text for paste in found.values())


def test_a_cancelled_class_says_why_and_a_self_paced_one_when_it_ends(run):
    at = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    (ends,) = pastes.pastes(run, [], "", at)
    assert f"{run.ends_on:%d/%m/%Y}" in ends.text
    run.state = CourseRun.State.CANCELLED
    (cancelled,) = pastes.pastes(run, [], "Bão số 9", at)
    assert "Bão số 9" in cancelled.text
    run.state = CourseRun.State.DRAFT
    assert pastes.pastes(run, [], "", at) == []


def test_the_class_page_offers_them_with_a_box_each(staff, run, enrolment):
    meeting(run, timezone.now() + timedelta(days=2))
    page = staff.get(ADMIN).content.decode()
    assert 'id="paste-reminder"' in page
    assert f"{ADMIN}announcements/" in page
    assert f"{ADMIN}questions/" in page
