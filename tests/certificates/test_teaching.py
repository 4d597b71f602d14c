"""An instructor's page: today's meeting first, who lags and why, whose classes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from certificates import progress, teaching
from courses.models import Lesson
from enrolments import actions as enrolments
from enrolments.models import CompletionRule, CourseRun, Enrolment, LessonProgress, Requirement
from enrolments.series import Slot
from lms.lib.access import Role
from people.models import User
from quizzes.models import Attempt, Bank, Exam, Grade, Sitting
from tests.certificates.conftest import signed_in
from tests.factories import enrol, make_course, make_person, make_province, make_run

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def instructor(db: None) -> User:
    make_province()
    return make_person("Trần Quốc Đạt", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def run(instructor: User) -> CourseRun:
    now = timezone.now()
    return make_run(make_course("HACCP"), at=now - timedelta(days=30), instructors=(instructor,))


def meeting(run: CourseRun, starts: timedelta, hours: int = 2, topic: str = "") -> Any:
    begins = timezone.now() + starts
    slot = Slot(begins, begins + timedelta(hours=hours))
    [made] = enrolments.plan_meetings(run=run, slots=[slot], topic=topic, by=None, at=timezone.now())
    return made


def lagging(run: CourseRun) -> dict[str, progress.Progress]:
    return {row.enrolment.person.full_name: row for row in teaching.people(run, timezone.now())}


# --- The page ------------------------------------------------------------------------------------


def test_todays_meeting_comes_first_with_one_tap_to_attendance(
    instructor: User, run: CourseRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Late in the evening, a meeting that begins in half an hour would be tomorrow's.
    noon = timezone.localtime().replace(hour=12)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    later = meeting(run, timedelta(days=2), topic="Buổi sau")
    today = meeting(run, timedelta(minutes=30), hours=1, topic="Phân tích mối nguy")
    page = text_of(signed_in(instructor).get("/vi/teaching/"))
    attendance = f"/admin/classes/{run.code}/meetings/{today.pk}/attendance/"
    assert attendance in page and page.index(attendance) < page.index("classes-title")
    assert page.count("btn--main") == 1
    assert "Buổi sau" in page and f"/meetings/{later.pk}/attendance/" not in page


def test_an_instructor_sees_own_classes_and_an_administrator_all(instructor: User, run: CourseRun) -> None:
    other = make_run(make_course("5S"), instructors=(make_person("Khác", roles=(Role.INSTRUCTOR,)),))
    page = text_of(signed_in(instructor).get("/vi/teaching/"))
    assert run.code in page and other.code not in page
    assert signed_in(instructor).get(f"/vi/teaching/{other.code}/").status_code == 404
    admin = signed_in(make_person("Quản trị", roles=(Role.ADMINISTRATOR,)))
    page = text_of(admin.get("/vi/teaching/"))
    assert run.code in page and other.code in page
    assert admin.get(f"/vi/teaching/{other.code}/").status_code == 200


def test_who_teaches_it_no_more_sees_it_no_more(instructor: User, run: CourseRun) -> None:
    enrolments.end_instructor(run=run, person=instructor, by=None, at=timezone.now())
    client = signed_in(instructor)
    assert run.code not in text_of(client.get("/vi/teaching/"))
    assert client.get(f"/vi/teaching/{run.code}/").status_code == 404


def test_a_question_waits_until_somebody_who_teaches_answers(instructor: User, run: CourseRun) -> None:
    lesson, now = run.course.lessons.first(), timezone.now()
    assert isinstance(lesson, Lesson)
    asks, helps = enrol(make_person("Chi"), run), enrol(make_person("An"), run)
    post = enrolments.ask_about_lesson(enrolment=asks, lesson=lesson, text="Giới hạn lấy ở đâu?", at=now)
    enrolments.answer_as_trainee(enrolment=helps, post=post, text="Trong bảng", at=now)
    client = signed_in(instructor)
    assert "Giới hạn lấy ở đâu?" in text_of(client.get("/vi/teaching/"))
    enrolments.answer_post(post=post, text="Ở bước 8", by=instructor, at=now)
    assert "Giới hạn lấy ở đâu?" not in text_of(client.get("/vi/teaching/"))


def test_the_link_to_share_and_a_class_in_a_minute_are_there(instructor: User, run: CourseRun) -> None:
    page = text_of(signed_in(instructor).get("/vi/teaching/"))
    assert f"/c/{run.code}" in page and "/admin/classes/new/" in page
    page = text_of(signed_in(instructor).get(f"/vi/teaching/{run.code}/"))
    for address in ("roster.xlsx", "roster.csv", "announcements/", "questions/", "meetings/"):
        assert f"/admin/classes/{run.code}/{address}" in page


# --- Who lags, and what is missing ---------------------------------------------------------------


def test_no_lesson_for_a_week_lags_but_not_before_the_class_begins(run: CourseRun) -> None:
    now = timezone.now()
    silent, busy, new = (enrol(make_person(name), run, at=now - timedelta(days=20)) for name in ("An", "Bình", "Chi"))
    Enrolment.objects.filter(pk=new.pk).update(enrolled_at=now - timedelta(days=2))
    lesson = run.course.lessons.first()
    assert isinstance(lesson, Lesson)
    LessonProgress.objects.create(
        enrolment=busy, lesson=lesson, opened_at=now - timedelta(days=19), last_opened_at=now - timedelta(days=1)
    )
    found = lagging(run)
    assert [name for name, row in found.items() if row.silent] == ["An"]
    assert len(found["An"].missing) == 1 and str(found["An"].total) in found["An"].missing[0]
    assert silent.pk == found["An"].enrolment.pk
    CourseRun.objects.filter(pk=run.pk).update(starts_on=timezone.localdate() + timedelta(days=5))
    run.refresh_from_db()
    assert not lagging(run)["An"].lags


def test_attendance_under_the_rule_lags(run: CourseRun) -> None:
    now = timezone.now()
    CourseRun.objects.filter(pk=run.pk).update(mode="room")
    CompletionRule.objects.create(course=run.course, kind="attendance", threshold=80)
    run.refresh_from_db()
    there, gone = enrol(make_person("An"), run, at=now), enrol(make_person("Bình"), run, at=now)
    held = meeting(run, timedelta(hours=-3))
    for enrolment, status in ((there, "present"), (gone, "absent")):
        enrolments.mark(meeting=held, enrolment=enrolment, status=status, method="hand", by=None, at=now)
    found = lagging(run)
    assert (found["An"].attended, found["An"].absent) == (100, False)
    assert (found["Bình"].attended, found["Bình"].absent) == (0, True)
    assert any("80" in words for words in found["Bình"].missing)


def test_an_exam_failed_lags_until_it_is_passed(run: CourseRun) -> None:
    now = timezone.now()
    CompletionRule.objects.create(course=run.course, kind="exam", key="HACCP-CK")
    enrolment = enrol(make_person("An"), run, at=now)
    bank = Bank.objects.create(code="HACCP", course=run.course)
    exam = Exam.objects.create(
        code="HACCP-CK", course=run.course, bank=bank, title_vi="Bài thi", title_en="Exam", minutes=30, pass_percent=80
    )
    sitting = Sitting.objects.create(person=enrolment.person, exam=exam, enrolment=enrolment)
    attempt = Attempt.objects.create(
        sitting=sitting, number=1, code="ABC", state="graded", language="vi", seed="1", rules={}, started_at=now,
        deadline=now, submitted_at=now,
    )  # fmt: skip
    Grade.objects.create(attempt=attempt, number=1, points=12, possible=20, passed=False, detail={}, graded_at=now)
    row = lagging(run)["An"]
    assert row.failed and row.lags and any("12/20" in words for words in row.missing)
    enrolments.meet(enrolment=enrolment, kind=Requirement.Kind.EXAM, key="HACCP-CK", at=now, by=None)
    row = lagging(run)["An"]
    assert not row.failed and len(row.missing) == 1


def test_what_is_missing_stands_on_the_page_of_the_class(instructor: User, run: CourseRun) -> None:
    enrol(make_person("Huỳnh Kim Chi"), run, at=timezone.now() - timedelta(days=20))
    page = text_of(signed_in(instructor).get(f"/vi/teaching/{run.code}/?show=lagging"))
    assert "Huỳnh Kim Chi" in page and "badge--warn" in page


@pytest.mark.parametrize("number", [1, 3, 50])
def test_the_pages_take_the_same_queries_however_many(
    instructor: User, run: CourseRun, number: int, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    for index in range(number):
        enrol(make_person(f"Người {index}"), run, at=now)
    for index in range(min(number, 3)):
        make_run(make_course(f"K-{index}"), at=now, instructors=(instructor,))
    meeting(run, timedelta(hours=-3))
    client = signed_in(instructor)
    client.get("/vi/enterprise/me/")
    with django_assert_max_num_queries(20):
        assert client.get("/vi/teaching/").status_code == 200
    with django_assert_max_num_queries(14):
        assert client.get(f"/vi/teaching/{run.code}/").status_code == 200
