"""New classes out of old ones."""

from datetime import date, timedelta

import pytest

from enrolments import actions, places
from enrolments.models import CourseRun, Meeting
from enrolments.prerequisites import Asked
from lms.lib.access import Role
from lms.lib.states import Refused
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATER = date(2027, 3, 8)


@pytest.fixture
def teacher(db):
    return factories.make_person("Trần Quốc Đạt", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def office(db):
    return factories.make_person("Huỳnh Ngọc Diễm", roles=(Role.PROGRAMME,))


@pytest.fixture
def run(teacher):
    course = factories.make_course("HACCP", hours=24)
    source, sector = factories.make_source(), factories.make_sector()
    run = CourseRun(
        code="HACCP-2026-01",
        course=course,
        edition=course.edition,
        mode="blended",
        starts_on=AT.date() + 7 * DAY,
        ends_on=AT.date() + 18 * DAY,
        enrols_until=AT + 5 * DAY,
        seats=25,
        place="Phòng 204",
        programme=factories.make_programme(),
        plan_year=2026,
        cost_note="Miễn phí",
        open_to="sectors",
        waiting="hand",
        offer_hours=24,
        quota=3,
        link="https://meet.nscl.example/x",
    )
    actions.open_run(
        run=run,
        by=None,
        at=AT,
        funding={source: 100},
        instructors=[teacher],
        prerequisites=[Asked("course", "5S", 12)],
        sectors=[sector],
    )
    for number in range(2):
        starts = AT + (7 + number * 2) * DAY + 9 * HOUR
        Meeting.objects.create(
            run=run, starts_at=starts, ends_at=starts + 2 * HOUR, topic=f"Buổi {number}", room="204", instructor=teacher
        )
    Meeting.objects.create(run=run, starts_at=AT + 9 * DAY, ends_at=AT + 9 * DAY + HOUR, state="cancelled")
    return run


def test_copy_brings_everything_but_the_people(run, teacher, office):
    copy = actions.copy_run(run=run, starts_on=LATER, by=office, at=AT)
    shift = LATER - run.starts_on
    assert (copy.code, copy.state, copy.starts_on, copy.ends_on) == (
        "HACCP-2027-01",
        "draft",
        LATER,
        run.ends_on + shift,
    )
    assert copy.enrols_until == run.enrols_until + shift
    same = (
        "course",
        "edition",
        "mode",
        "seats",
        "place",
        "programme",
        "cost_note",
        "open_to",
        "waiting",
        "offer_hours",
    )
    assert all(getattr(copy, name) == getattr(run, name) for name in (*same, "quota", "link"))
    assert copy.plan_year == 2027
    assert copy.funding.get().percent == 100
    assert copy.instructors.get().person == teacher
    assert places.asked_by(copy) == [Asked("course", "5S", 12)]
    assert list(copy.sectors.all()) == list(run.sectors.all())
    assert copy.events.get().by == office
    assert not copy.enrolments.exists()
    assert not copy.requests.exists()


def test_copied_meetings_move_by_as_many_days_and_are_their_own(run, teacher, office):
    copy = actions.copy_run(run=run, starts_on=LATER, by=office, at=AT)
    shift = LATER - run.starts_on
    before, after = list(run.meetings.standing()), list(copy.meetings.all())
    assert [meeting.starts_at - shift for meeting in after] == [meeting.starts_at for meeting in before]
    assert [(meeting.topic, meeting.room, meeting.instructor) for meeting in after] == [
        (meeting.topic, meeting.room, teacher) for meeting in before
    ]
    for name in ("uid", "secret"):
        assert not {getattr(meeting, name) for meeting in before} & {getattr(meeting, name) for meeting in after}
    assert all(meeting.sequence == 0 and meeting.events.count() == 1 for meeting in after)


def test_who_teaches_no_more_is_not_copied(run, teacher, office):
    actions.end_instructor(run=run, person=teacher, by=office, at=AT)
    copy = actions.copy_run(run=run, starts_on=LATER, by=office, at=AT)
    assert not copy.instructors.exists()
    assert {meeting.instructor for meeting in copy.meetings.all()} == {None}


def test_code_of_another_class_is_refused_and_leaves_nothing(run, office):
    with pytest.raises(Refused) as refusal:
        actions.copy_run(run=run, starts_on=LATER, by=office, at=AT, code="HACCP-2026-01")
    assert refusal.value.code == "code"
    assert CourseRun.objects.count() == 1
    assert Meeting.objects.count() == 3


# --- A class in a minute -------------------------------------------------------------------


def test_class_in_a_minute_is_as_the_last_one_and_open(run, office):
    new = actions.start_run(course=run.course, starts_on=LATER, by=office, at=AT)
    assert (new.state, new.place, new.seats, new.funding.count()) == ("open", "Phòng 204", 25, 1)
    assert actions.start_run(course=run.course, starts_on=LATER, by=office, at=AT, opened=False).state == "draft"


def test_cancelled_class_is_no_model(run, office):
    actions.move_run(run=run, to="cancelled", by=office, at=AT, note="Ít người")
    assert actions.start_run(course=run.course, starts_on=LATER, by=office, at=AT).place == ""


def test_instructor_s_own_class_has_no_money_and_no_other_instructor(run):
    other = factories.make_person("Lê Thị Hoa", roles=(Role.INSTRUCTOR,))
    new = actions.start_run(course=run.course, starts_on=LATER, by=other, at=AT, own=True)
    assert (new.place, new.programme, new.plan_year, new.cost_note) == ("Phòng 204", None, None, "")
    assert not new.funding.exists()
    assert new.instructors.get().person == other


def test_course_never_held_gets_plain_defaults(teacher):
    course = factories.make_course("MOI", hours=20)
    new = actions.start_run(course=course, starts_on=LATER, by=teacher, at=AT, own=True)
    assert (new.code, new.mode, new.seats, new.waiting, new.edition) == (
        "MOI-2027-01",
        "room",
        30,
        "auto",
        course.edition,
    )
    assert new.ends_on == LATER + 2 * DAY
    assert new.instructors.get().person == teacher


def test_class_for_sectors_names_them(run, office):
    bare = CourseRun(
        code="X-1", course=run.course, edition=run.edition, starts_on=LATER, ends_on=LATER, open_to="sectors"
    )
    with pytest.raises(Refused) as refusal:
        actions.plan_run(run=bare, by=office, at=AT, funding={}, instructors=[])
    assert refusal.value.code == "sectors"


def test_change_of_what_a_class_asks_for_is_in_its_history(run, office):
    changed = CourseRun.objects.get(pk=run.pk)
    changed.open_to = "anyone"
    kept = {"funding": {share.source: share.percent for share in run.funding.all()}, "instructors": []}
    actions.change_run(run=changed, by=office, at=AT, prerequisites=[Asked("course", "HACCP")], sectors=[], **kept)
    data = run.events.last().data["changed"]
    assert data["prerequisites"] == ["course 5S 12", "course HACCP"]
    assert data["sectors"] == ["thuy-san", ""]
    before = run.events.count()
    actions.change_run(run=changed, by=office, at=AT, **kept)
    assert run.events.count() == before
    assert places.asked_by(run) == [Asked("course", "HACCP")]
