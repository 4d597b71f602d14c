"""The enrol page and the lesson player, as their reader meets them."""

from datetime import timedelta

import pytest

from enrolments import actions
from enrolments.models import CourseRun, Enrolment, LessonProgress
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def run(course, at):
    return factories.make_run(course, code="HACCP-2026-01", seats=30, at=at)


@pytest.fixture
def enrolment(person, run, at):
    return factories.enrol(person, run, at=at)


@pytest.fixture
def reader(client, person):
    client.force_login(person)
    return client


def done(client, lesson, *, run="HACCP-2026-01", language="vi", **data):
    return client.post(f"/{language}/learn/{run}/{lesson}/done/", data)


# --- Enrolling -----------------------------------------------------------------------


def test_enrolling_from_the_page(reader, person, run):
    page = reader.get("/vi/learn/enrol/HACCP-2026-01/")
    assert page.status_code == 200
    assert 'method="post"' in page.content.decode().split("<main")[1]
    answer = reader.post("/vi/learn/enrol/HACCP-2026-01/")
    assert answer.status_code == 302
    assert answer["Location"] == "/vi/learn/HACCP-2026-01/"
    assert Enrolment.objects.get().person == person
    again = reader.post("/vi/learn/enrol/HACCP-2026-01/")
    assert again["Location"] == answer["Location"]
    assert Enrolment.objects.count() == 1


def test_reading_the_enrol_page_writes_nothing(reader, run):
    reader.get("/vi/learn/enrol/HACCP-2026-01/")
    assert Enrolment.objects.count() == 0


def test_refusal_is_a_409_with_its_sentence(reader, course, at):
    run = factories.make_run(course, code="HACCP-2026-02", seats=1, waiting=CourseRun.Waiting.NONE, at=at)
    factories.enrol(factories.make_person(), run, at=at)
    answer = reader.post("/vi/learn/enrol/HACCP-2026-02/")
    assert answer.status_code == 409
    assert answer.context["refusal"]
    assert "HACCP-2026-02" in answer.context["refusal"]
    assert Enrolment.objects.count() == 1


def test_visitor_is_sent_to_sign_in_and_back(client, run):
    answer = client.get("/vi/learn/enrol/HACCP-2026-01/")
    assert answer.status_code == 302
    assert "next=/vi/learn/enrol/HACCP-2026-01/" in answer["Location"]


def test_draft_is_not_there_yet(reader, course, at):
    factories.make_run(course, code="HACCP-2026-03", state=CourseRun.State.DRAFT, at=at)
    assert reader.get("/vi/learn/enrol/HACCP-2026-03/").status_code == 404


# --- Other people's classes -------------------------------------------------------------

PLAYER = [
    ("get", "/vi/learn/{run}/"),
    ("get", "/vi/learn/{run}/resume/"),
    ("get", "/vi/learn/{run}/leave/"),
    ("post", "/vi/learn/{run}/leave/"),
    ("get", "/vi/learn/{run}/bai-1/"),
    ("post", "/vi/learn/{run}/bai-1/opened/"),
    ("post", "/vi/learn/{run}/bai-1/done/"),
]


@pytest.mark.parametrize(("method", "address"), PLAYER)
def test_class_of_others_is_a_404_like_a_missing_one(reader, run, at, method, address):
    other = factories.enrol(factories.make_person(), run, at=at)
    theirs = getattr(reader, method)(address.format(run=run.code))
    missing = getattr(reader, method)(address.format(run="KHONG-CO-1"))
    assert (theirs.status_code, missing.status_code) == (404, 404)
    other.refresh_from_db()
    assert other.state == Enrolment.State.ACTIVE
    assert LessonProgress.objects.count() == 0


@pytest.mark.parametrize("address", ["bai-1/opened/", "bai-1/done/"])
def test_writing_by_get_is_not_possible(reader, enrolment, address):
    assert reader.get(f"/vi/learn/{enrolment.run.code}/{address}").status_code == 405
    assert LessonProgress.objects.count() == 0


def test_lesson_of_another_course_is_a_404(reader, enrolment):
    other = factories.make_course("ISO9001", lessons=3)
    factories.make_pages(other, languages=("vi",))
    for answer in (
        reader.get("/vi/learn/HACCP-2026-01/bai-3/"),
        done(reader, "bai-3"),
        reader.post("/vi/learn/HACCP-2026-01/bai-3/opened/"),
    ):
        assert answer.status_code == 404


# --- Learning ----------------------------------------------------------------------------


def test_run_page_shows_progress_and_what_is_missing(reader, enrolment):
    study = reader.get("/vi/learn/HACCP-2026-01/").context["study"]
    assert (study.done, study.total, study.percent, study.away) == (0, 2, 0, 0)
    assert done(reader, "bai-1").status_code == 302
    study = reader.get("/vi/learn/HACCP-2026-01/").context["study"]
    assert (study.done, study.percent) == (1, 50)
    assert [item.done for item in study.lessons] == [True, False]
    assert study.resume.lesson.code == "bai-2"


def test_resume_goes_to_the_lesson_opened_last_then_to_the_next_undone(reader, enrolment):
    def resume():
        return reader.get("/vi/learn/HACCP-2026-01/resume/")["Location"]

    assert resume() == "/vi/learn/HACCP-2026-01/bai-1/"
    assert reader.post("/vi/learn/HACCP-2026-01/bai-2/opened/").status_code == 204
    assert resume() == "/vi/learn/HACCP-2026-01/bai-2/"
    done(reader, "bai-2")
    assert resume() == "/vi/learn/HACCP-2026-01/bai-1/"
    done(reader, "bai-1")
    assert reader.get("/vi/learn/HACCP-2026-01/resume/").status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.COMPLETED


def test_done_leads_to_the_next_lesson_and_from_the_last_to_the_class(reader, enrolment):
    assert done(reader, "bai-1", next="bai-2")["Location"] == "/vi/learn/HACCP-2026-01/bai-2/"
    assert done(reader, "bai-2")["Location"] == "/vi/learn/HACCP-2026-01/"
    assert done(reader, "bai-2", next="https://nscl.invalid/")["Location"] == "/vi/learn/HACCP-2026-01/"


def test_finished_lesson_pins_the_revision_on_the_screen(reader, enrolment, course):
    page = course.lessons.first().pages.get(language="vi")
    shown = page.live_revision
    html = reader.get("/vi/learn/HACCP-2026-01/bai-1/").content.decode()
    assert f'name="revision" value="{shown.pk}"' in html
    factories.publish(page)
    done(reader, "bai-1", revision=shown.pk)
    assert LessonProgress.objects.get().revision == shown


@pytest.mark.parametrize("value", ["", "abc", "0", "99999999999999999999999", "²", "of another page"])
def test_revision_that_is_none_of_the_page_gives_the_live_one(reader, enrolment, course, value):
    first, second = course.lessons.all()
    if value == "of another page":
        value = str(second.pages.get(language="vi").live_revision_id)
    assert done(reader, "bai-1", revision=value).status_code == 302
    assert LessonProgress.objects.get().revision == first.pages.get(language="vi").live_revision


def test_language_of_the_address_chooses_the_page(reader, enrolment, course):
    assert "Bài 1 của HACCP" in reader.get("/vi/learn/HACCP-2026-01/bai-1/").content.decode()
    assert "Lesson 1 of HACCP" in reader.get("/en/learn/HACCP-2026-01/bai-1/").content.decode()
    done(reader, "bai-1", language="en")
    progress = LessonProgress.objects.get()
    assert progress.language == "en"
    assert progress.revision == course.lessons.first().pages.get(language="en").live_revision
    assert reader.get("/vi/learn/HACCP-2026-01/").context["study"].done == 1


def test_lesson_in_one_language_only_is_read_in_it_and_said_so(reader, at, person):
    course = factories.make_course("5S", lessons=1)
    factories.make_pages(course, languages=("vi",))
    run = factories.make_run(course, code="5S-2026-01", at=at)
    factories.enrol(person, run, at=at)
    html = reader.get("/en/learn/5S-2026-01/bai-1/").content.decode()
    assert 'data-beat="/en/learn/5S-2026-01/bai-1/beat/" lang="vi"' in html
    done(reader, "bai-1", run="5S-2026-01", language="en")
    assert LessonProgress.objects.get().language == "vi"


def test_lesson_taken_down_waits_without_blocking_the_page(reader, enrolment, course):
    done(reader, "bai-1")
    for page in course.lessons.last().pages.all():
        page.unpublish()
    study = reader.get("/vi/learn/HACCP-2026-01/").context["study"]
    assert (study.done, study.total, study.away) == (1, 2, 1)
    assert reader.get("/vi/learn/HACCP-2026-01/bai-2/").status_code == 404
    assert done(reader, "bai-2").status_code == 404
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.ACTIVE


def test_leaving_asks_first_and_then_frees_the_seat(reader, enrolment):
    assert reader.get("/vi/learn/HACCP-2026-01/leave/").status_code == 200
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.ACTIVE
    assert reader.post("/vi/learn/HACCP-2026-01/leave/").status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.WITHDRAWN
    assert reader.post("/vi/learn/HACCP-2026-01/leave/")["Location"] == "/vi/learn/HACCP-2026-01/"
    assert done(reader, "bai-1")["Location"] == "/vi/learn/HACCP-2026-01/"
    assert LessonProgress.objects.count() == 0


# --- Queries ------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "number"), [("/vi/learn/{}/", 8), ("/vi/learn/{}/bai-1/", 7)])
def test_queries_are_the_same_for_one_class_and_three(reader, enrolment, person, at, study_queries, address, number):
    def read(code):
        reader.get(address.format(code))  # from now on the lesson's body is in the cache
        return study_queries(lambda: reader.get(address.format(code)))

    assert read(enrolment.run.code) == number
    for code in ("ISO9001", "KAIZEN"):
        course = factories.make_course(code, lessons=5)
        factories.make_pages(course, languages=("vi",))
        run = factories.make_run(course, code=f"{code}-2026-01", at=at)
        joined = factories.enrol(person, run, at=at)
        actions.open_lesson(enrolment=joined, lesson=course.lessons.first(), at=at)
        assert read(run.code) == number
    assert read(enrolment.run.code) == number
