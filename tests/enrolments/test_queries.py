"""What may be seen, classes on course pages, the list of one's own classes."""

from datetime import timedelta

import pytest
from django.template import Context, Template

from courses.models import CoursePage
from enrolments import actions, queries
from enrolments.completion import complete
from enrolments.models import CourseRun, Enrolment
from lms.lib.access import Role
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


# --- Visibility ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR])
def test_staff_of_the_programme_see_everything(run, person, role):
    factories.enrol(person, run)
    viewer = factories.make_person("Cán Bộ", roles=(role,))
    assert CourseRun.objects.visible_to(viewer).count() == 1
    assert Enrolment.objects.visible_to(viewer).count() == 1


def test_instructor_sees_whom_they_teach_each_once(course, person):
    teacher = factories.make_person("Trần Quốc Đạt", roles=(Role.INSTRUCTOR,))
    own, other = factories.make_run(course, instructors=(teacher,)), factories.make_run(course)
    enrolment = factories.enrol(person, own)
    factories.enrol(person, other)
    # Taught, ended and taught again: still one class.
    actions.end_instructor(run=own, person=teacher, by=None, at=AT)
    actions.assign_instructor(run=own, person=teacher, by=None, at=AT + DAY)
    assert list(CourseRun.objects.visible_to(teacher)) == [own]
    assert list(CourseRun.objects.visible_to(teacher).with_taken().values_list("taken", flat=True)) == [1]
    assert list(Enrolment.objects.visible_to(teacher)) == [enrolment]


def test_contact_sees_people_of_the_enterprise_as_enrolled_from_it(run):
    enterprise, other = factories.make_enterprise(), factories.make_enterprise("Công ty B (mẫu)")
    contact = factories.make_person("Đầu Mối")
    factories.join(contact, enterprise, contact=True)
    worker, stranger = factories.make_person("Công Nhân"), factories.make_person("Người Lạ")
    factories.join(worker, enterprise)
    factories.join(stranger, other)
    own, theirs = factories.enrol(worker, run), factories.enrol(stranger, run)
    assert list(Enrolment.objects.visible_to(contact)) == [own]
    assert list(Enrolment.objects.visible_to(stranger)) == [theirs]
    assert not CourseRun.objects.visible_to(contact).exists()


def test_visible_rows_can_be_locked(run, person):
    enrolment = factories.enrol(person, run)
    assert Enrolment.objects.visible_to(person).select_for_update().get() == enrolment


# --- On course pages -----------------------------------------------------------------------


def test_open_classes_are_those_announced_and_not_over(course):
    first = factories.make_run(course, code="A-1", starts_on=AT.date() + DAY, seats=2)
    later = factories.make_run(course, code="A-2", starts_on=AT.date() + 5 * DAY, enrols_from=AT + DAY)
    factories.make_run(course, code="A-3", state=CourseRun.State.DRAFT)
    factories.make_run(course, code="A-4", ends_on=AT.date() - DAY)
    factories.make_run(course, code="A-5", state=CourseRun.State.FINISHED)
    factories.enrol(factories.make_person(), first)
    rows = queries.open_classes([course.pk], AT)[course.pk]
    assert [(row.run, row.taken, row.left, row.enrolling, row.full, row.few) for row in rows] == [
        (first, 1, 1, True, False, True),
        (later, 0, None, False, False, False),
    ]
    assert [row.run for row in queries.upcoming(5, AT)] == [first]


def test_cards_of_a_list_read_all_classes_at_once(rf, django_assert_num_queries):
    for code in ("HACCP", "ISO9001", "KAIZEN"):
        course = factories.make_course(code)
        factories.make_pages(course, languages=("vi",))
        factories.make_run(course, code=f"{code}-2026-01")
    pages = list(CoursePage.objects.order_by("pk"))
    card = Template("{% load enrolment_tags %}{% next_class page %}")
    page = Template("{% for page in courses %}{% include card %}{% endfor %}")
    with django_assert_num_queries(1):
        html = page.render(Context({"courses": pages, "card": card, "request": rf.get("/")}))
    assert html.count('class="seats') == 3


@pytest.mark.parametrize("tag", ["next_class", "class_table", "enrol_card"])
def test_course_without_a_class_says_so(rf, course, tag):
    page = CoursePage.objects.get(course=course, language="vi")
    html = Template("{% load enrolment_tags %}{% " + tag + " page %}").render(
        Context({"page": page, "request": rf.get("/")})
    )
    assert html.strip()
    assert "/enrol/" not in html


# --- One's own classes -----------------------------------------------------------------------


def test_briefs_ask_three_queries_for_one_class_and_for_three(person, django_assert_num_queries):
    for number, code in enumerate(("HACCP", "ISO9001", "KAIZEN"), 1):
        course = factories.make_course(code, lessons=number)
        enrolment = factories.enrol(person, factories.make_run(course))
        actions.open_lesson(enrolment=enrolment, lesson=course.lessons.first(), at=AT)
        with django_assert_num_queries(3):
            found = queries.briefs(person)
        assert len(found) == number
    assert sorted((brief.done, brief.total) for brief in found) == [(0, 1), (0, 2), (0, 3)]


def test_briefs_leave_out_classes_that_one_has_left(person, run):
    enrolment = factories.enrol(person, run)
    actions.withdraw(enrolment=enrolment, by=person, at=AT)
    assert queries.briefs(person) == []


# --- The rule ------------------------------------------------------------------------------


class Row:
    kind = "lessons"

    def __init__(self, met_at):
        self.met_at = met_at


@pytest.mark.parametrize(
    ("met", "verdict"), [([], False), ([None], False), ([AT], True), ([AT, None], False), ([AT, AT], True)]
)
def test_complete_when_there_is_something_and_all_is_met(met, verdict):
    assert complete([Row(moment) for moment in met]) is verdict
