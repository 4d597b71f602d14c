"""Seats, lessons, requirements: what the actions do and what they refuse."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from enrolments import actions, prerequisites, queries, signals, tasks
from enrolments.models import CourseRun, Enrolment, LessonProgress, Requirement, RunFunding, RunInstructor
from lms.lib.states import NotAllowed, Refused
from people.models import Notice
from tests import factories
from tests.factories import AT

pytestmark = pytest.mark.django_db

ACTIVE, COMPLETED, WITHDRAWN = Enrolment.State.ACTIVE, Enrolment.State.COMPLETED, Enrolment.State.WITHDRAWN
DAY = timedelta(days=1)


@pytest.fixture
def course():
    return factories.make_course(lessons=2)


@pytest.fixture
def person():
    return factories.make_person()


def finish(enrolment, lesson, *, at=AT, language="vi"):
    page = lesson.pages.get(language=language)
    return actions.finish_lesson(
        enrolment=enrolment,
        lesson=lesson,
        revision=page.live_revision,
        language=language,
        by=enrolment.person,
        at=at,
    )


def finish_all(enrolment, *, at=AT):
    for lesson in enrolment.run.course.lessons.taught():
        finish(enrolment, lesson, at=at)
    enrolment.refresh_from_db()


@pytest.fixture
def told(request):
    """What the signal announced, in order."""
    heard = []

    def hear(sender, enrolment, **kwargs):
        heard.append(enrolment.pk)

    signals.enrolment_completed.connect(hear, weak=False)
    request.addfinalizer(lambda: signals.enrolment_completed.disconnect(hear))
    return heard


# --- Enrolling -----------------------------------------------------------------------


def test_enrolling_writes_seat_history_requirement_and_notice(course, person):
    run = factories.make_run(course, seats=1)
    enrolment = factories.enrol(person, run)
    assert (enrolment.state, enrolment.enrolled_at) == (ACTIVE, AT)
    assert [(event.old, event.new, event.by) for event in enrolment.events.all()] == [("", ACTIVE, person)]
    assert list(enrolment.requirements.values_list("kind", "key", "met_at")) == [("lessons", "", None)]
    notice = Notice.objects.get(person=person, kind="enrolled", channel=Notice.Channel.SCREEN)
    assert notice.facts["url"] == f"/vi/learn/{run.code}/"
    assert notice.facts["course"] == {"vi": course.title_vi, "en": course.title_en}


def test_enrolling_twice_is_one_enrolment(course, person):
    run = factories.make_run(course, seats=1)
    first, second = factories.enrol(person, run), factories.enrol(person, run, at=AT + DAY)
    assert first.pk == second.pk
    assert second.enrolled_at == AT
    assert Enrolment.objects.count() == 1
    assert second.events.count() == 1


def test_database_refuses_a_second_enrolment(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(run=enrolment.run, person=person, enrolled_at=AT)


def test_enrolment_keeps_enterprise_and_commune_of_the_day(course):
    commune = factories.make_commune()
    here, elsewhere = factories.make_enterprise(commune=commune), factories.make_enterprise("Hộ kinh doanh B (mẫu)")
    person = factories.make_person()
    membership = factories.join(person, here)
    enrolment = factories.enrol(person, factories.make_run(course))
    membership.ended_on = AT.date()
    membership.save()
    factories.join(person, elsewhere, since=AT.date())
    enrolment.refresh_from_db()
    assert (enrolment.enterprise, enrolment.sector, enrolment.size, enrolment.commune) == (
        here,
        here.sector,
        "small",
        commune,
    )


def full(course):
    run = factories.make_run(course, seats=1)
    factories.enrol(factories.make_person(), run)
    return run


REFUSED = {
    "full": (full, "full"),
    "closed": (lambda course: factories.make_run(course, enrols_until=AT - DAY), "closed"),
    "closed at this moment": (lambda course: factories.make_run(course, enrols_until=AT), "closed"),
    "early": (lambda course: factories.make_run(course, enrols_from=AT + DAY), "early"),
    "draft": (lambda course: factories.make_run(course, state=CourseRun.State.DRAFT), "early"),
    "past": (lambda course: factories.make_run(course, ends_on=AT.date() - DAY), "over"),
    "finished before its last day": (lambda course: factories.make_run(course, state=CourseRun.State.FINISHED), "over"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_sentence_and_nothing_written(course, person, case):
    make, code = REFUSED[case]
    run = make(course)
    before = Enrolment.objects.count()
    with pytest.raises(Refused) as refusal:
        factories.enrol(person, run)
    assert refusal.value.code == code
    assert run.code in str(refusal.value)
    assert Enrolment.objects.count() == before
    assert not Notice.objects.filter(person=person).exists()


def test_cancelled_class_is_refused(course, person):
    run = factories.make_run(course)
    actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=None, at=AT, note="Phòng học bị ngập")
    with pytest.raises(Refused) as refusal:
        factories.enrol(person, run)
    assert refusal.value.code == "cancelled"
    assert Enrolment.objects.count() == 0


def test_class_finished_early_does_not_name_a_day_to_come(course, person):
    run = factories.make_run(course, state=CourseRun.State.FINISHED)
    with pytest.raises(Refused) as refusal:
        factories.enrol(person, run)
    assert f"{run.ends_on:%d/%m/%Y}" not in str(refusal.value)


def test_window_opens_and_last_day_counts(course):
    opening = factories.make_run(course, enrols_from=AT)
    last_day = factories.make_run(course, ends_on=AT.date())
    assert factories.enrol(factories.make_person(), opening).state == ACTIVE
    assert factories.enrol(factories.make_person(), last_day).state == ACTIVE


def test_prerequisites_are_asked_through_the_port(course, person, monkeypatch):
    monkeypatch.setattr(prerequisites, "_checks", [lambda person, run: ["Cần giấy chứng nhận ISO 9001."]])
    with pytest.raises(Refused, match="ISO 9001") as refusal:
        factories.enrol(person, factories.make_run(course))
    assert refusal.value.code == "prerequisites"
    assert Enrolment.objects.count() == 0


# --- Leaving and coming back ---------------------------------------------------------


def test_withdrawing_frees_one_seat_and_rejoining_is_the_same_enrolment(course, person):
    run = factories.make_run(course, seats=1)
    enrolment = factories.enrol(person, run)
    actions.withdraw(enrolment=enrolment, by=person, at=AT + DAY)
    other = factories.make_person()
    factories.enrol(other, run, at=AT + DAY)
    with pytest.raises(Refused) as refusal:
        factories.enrol(person, run, at=AT + DAY)
    assert refusal.value.code == "full"
    actions.withdraw(enrolment=Enrolment.objects.get(person=other), by=other, at=AT + DAY)
    back = factories.enrol(person, run, at=AT + 2 * DAY)
    assert back.pk == enrolment.pk
    assert (back.state, back.enrolled_at) == (ACTIVE, AT)
    assert list(back.events.values_list("new", flat=True)) == [ACTIVE, WITHDRAWN, ACTIVE]
    assert Notice.objects.filter(person=person, kind="enrolled", channel=Notice.Channel.SCREEN).count() == 1


def test_withdrawing_twice_is_refused(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    actions.withdraw(enrolment=enrolment, by=person, at=AT)
    with pytest.raises(NotAllowed):
        actions.withdraw(enrolment=enrolment, by=person, at=AT)


def test_completed_keeps_its_seat_and_cannot_leave(course, person):
    factories.make_pages(course, languages=("vi",))
    run = factories.make_run(course, seats=1)
    enrolment = factories.enrol(person, run)
    finish_all(enrolment)
    assert enrolment.state == COMPLETED
    with pytest.raises(NotAllowed):
        actions.withdraw(enrolment=enrolment, by=person, at=AT)
    with pytest.raises(Refused):
        factories.enrol(factories.make_person(), run)


# --- Lessons and requirements ----------------------------------------------------------


def test_last_lesson_meets_the_requirement_and_completes(course, person, told):
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    first, second = course.lessons.all()
    finish(enrolment, first)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.last_lesson) == (ACTIVE, first)
    finish(enrolment, second, at=AT + DAY)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.completed_at) == (COMPLETED, AT + DAY)
    assert enrolment.requirements.get().met_at == AT + DAY
    assert told == [enrolment.pk]


def test_completion_waits_for_the_exam_too(course, person, told):
    actions.require(course=course, kind="exam", key="HACCP-CK")
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    finish_all(enrolment)
    assert enrolment.state == ACTIVE
    assert told == []
    actions.meet(enrolment=enrolment, kind="exam", key="HACCP-CK", at=AT + DAY, by=None, detail={"points": "9"})
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.completed_at) == (COMPLETED, AT + DAY)
    assert told == [enrolment.pk]


def test_exam_before_the_lessons_completes_with_the_last_lesson(course, person, told):
    actions.require(course=course, kind="exam", key="HACCP-CK")
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    actions.meet(enrolment=enrolment, kind="exam", key="HACCP-CK", at=AT, by=None)
    enrolment.refresh_from_db()
    assert enrolment.state == ACTIVE
    finish_all(enrolment)
    assert enrolment.state == COMPLETED
    assert told == [enrolment.pk]


def test_met_twice_stays_as_met_first(course, person, told):
    enrolment = factories.enrol(person, factories.make_run(course))
    first = actions.meet(enrolment=enrolment, kind="lessons", at=AT, by=person, detail={"n": 1})
    again = actions.meet(enrolment=enrolment, kind="lessons", at=AT + DAY, by=None, detail={"n": 2})
    assert first.pk == again.pk
    assert (again.met_at, again.met_by, again.detail) == (AT, person, {"n": 1})
    assert enrolment.events.filter(new=COMPLETED).count() == 1
    assert told == [enrolment.pk]


def test_what_is_not_asked_for_cannot_be_met(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    assert actions.meet(enrolment=enrolment, kind="exam", key="X", at=AT, by=None) is None
    assert enrolment.requirements.filter(met_at__isnull=False).count() == 0


def test_rule_made_later_is_not_asked_of_those_who_enrolled_before(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    actions.require(course=course, kind="exam", key="HACCP-CK")
    actions.require(course=course, kind="exam", key="HACCP-CK")
    assert enrolment.requirements.count() == 1
    later = factories.enrol(factories.make_person(), enrolment.run)
    assert set(later.requirements.values_list("kind", "key")) == {("lessons", ""), ("exam", "HACCP-CK")}


def test_exam_graded_after_leaving_completes_on_rejoining(course, person, told):
    actions.require(course=course, kind="exam", key="HACCP-CK")
    factories.make_pages(course, languages=("vi",))
    enrolment = factories.enrol(person, factories.make_run(course))
    finish_all(enrolment)
    actions.withdraw(enrolment=enrolment, by=person, at=AT)
    actions.meet(enrolment=enrolment, kind="exam", key="HACCP-CK", at=AT, by=None)
    enrolment.refresh_from_db()
    assert enrolment.state == WITHDRAWN
    assert told == []
    back = factories.enrol(person, enrolment.run, at=AT + DAY)
    assert (back.state, back.completed_at) == (COMPLETED, AT + DAY)
    assert told == [enrolment.pk]


def test_finished_lesson_pins_the_first_revision_read(course, person):
    page = factories.make_pages(course, languages=("vi",))["vi"].get_children().first().specific
    enrolment = factories.enrol(person, factories.make_run(course))
    read = page.live_revision
    progress = finish(enrolment, page.lesson)
    later = factories.publish(page)
    finish(enrolment, page.lesson, at=AT + DAY)
    progress.refresh_from_db()
    assert (progress.revision, progress.done_at, progress.language) == (read, AT, "vi")
    assert later.pk != read.pk
    with pytest.raises(ProtectedError):
        read.delete()
    with pytest.raises(ProtectedError):
        page.delete()


def test_finishing_is_refused_after_leaving_and_without_a_revision(course, person):
    page = factories.make_pages(course, languages=("vi",))["vi"].get_children().first().specific
    enrolment = factories.enrol(person, factories.make_run(course))
    with pytest.raises(Refused) as refusal:
        actions.finish_lesson(enrolment=enrolment, lesson=page.lesson, revision=None, language="vi", by=person, at=AT)
    assert refusal.value.code == "revision"
    actions.withdraw(enrolment=enrolment, by=person, at=AT)
    with pytest.raises(Refused) as refusal:
        finish(enrolment, page.lesson)
    assert refusal.value.code == "withdrawn"
    assert LessonProgress.objects.count() == 0


def test_opening_remembers_the_place_once_per_lesson(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    lesson = course.lessons.first()
    actions.open_lesson(enrolment=enrolment, lesson=lesson, at=AT)
    actions.open_lesson(enrolment=enrolment, lesson=lesson, at=AT + DAY)
    progress = LessonProgress.objects.get()
    assert (progress.opened_at, progress.last_opened_at, progress.done_at) == (AT, AT + DAY, None)
    enrolment.refresh_from_db()
    assert enrolment.last_lesson == lesson


def test_lesson_retired_later_does_not_hold_up_those_who_did_the_rest(course, person, told):
    factories.make_pages(course, languages=("vi",))
    run = factories.make_run(course)
    diligent, idle = factories.enrol(person, run), factories.enrol(factories.make_person(), run)
    first, second = course.lessons.all()
    finish(diligent, first)
    assert not queries.lessons_done_unnoticed().exists()
    second.retired = True
    second.save()
    assert list(queries.lessons_done_unnoticed(course.pk)) == [diligent]
    tasks.settle_lessons(course.pk)
    tasks.settle_lessons()
    diligent.refresh_from_db()
    idle.refresh_from_db()
    assert (diligent.state, idle.state) == (COMPLETED, ACTIVE)
    assert told == [diligent.pk]


def test_course_without_lessons_at_present_completes_nobody(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    course.lessons.update(retired=True)
    tasks.settle_lessons()
    assert not actions.settle_lessons(enrolment=enrolment, by=None, at=AT)
    enrolment.refresh_from_db()
    assert enrolment.state == ACTIVE


# --- Classes ----------------------------------------------------------------------------


def draft(course, **fields):
    return CourseRun(
        code="HACCP-2026-01", course=course, edition=course.edition, starts_on=AT, ends_on=AT + DAY, **fields
    )


def test_open_class_has_money_instructors_and_history(course):
    state, own = factories.make_source("trung-uong"), factories.make_source("doi-ung")
    teacher = factories.make_person("Trần Quốc Đạt")
    run = actions.open_run(run=draft(course), by=None, at=AT, funding={state: 70, own: 30}, instructors=[teacher])
    assert dict(run.funding.values_list("source__code", "percent")) == {"trung-uong": 70, "doi-ung": 30}
    assert RunInstructor.objects.get(run=run).person == teacher
    assert list(course.instructors.all()) == [teacher]
    assert list(run.events.values_list("old", "new")) == [("", "draft"), ("draft", "open")]


@pytest.mark.parametrize("shares", [(60, 30), (60, 60), (100, 1)])
def test_shares_that_do_not_make_100_leave_nothing(course, shares):
    funding = dict(zip((factories.make_source("a"), factories.make_source("b")), shares, strict=True))
    with pytest.raises(Refused) as refusal:
        actions.open_run(run=draft(course), by=None, at=AT, funding=funding, instructors=[])
    assert refusal.value.code == "funding"
    assert CourseRun.objects.count() == 0


def test_code_of_another_class_is_refused(course):
    actions.plan_run(run=draft(course), by=None, at=AT, funding={}, instructors=[])
    with pytest.raises(Refused, match="HACCP-2026-01") as refusal:
        actions.plan_run(run=draft(course), by=None, at=AT, funding={}, instructors=[])
    assert refusal.value.code == "code"
    assert CourseRun.objects.count() == 1


def change(run, *, funding=None, instructors=(), **fields):
    run = CourseRun.objects.get(pk=run.pk)
    for name, value in fields.items():
        setattr(run, name, value)
    return actions.change_run(run=run, by=None, at=AT + DAY, funding=funding or {}, instructors=instructors)


def test_change_keeps_the_state_of_the_moment_and_writes_what_changed(course):
    run = factories.make_run(course, seats=10)
    stale = CourseRun.objects.get(pk=run.pk)
    actions.move_run(run=run, to=CourseRun.State.RUNNING, by=None, at=AT)
    stale.place = "Hội trường A"
    actions.change_run(run=stale, by=None, at=AT, funding={}, instructors=[])
    run.refresh_from_db()
    assert (run.state, run.place) == (CourseRun.State.RUNNING, "Hội trường A")
    event = run.events.last()
    assert event.data == {"changed": {"place": ["", "Hội trường A"]}}
    before = run.events.count()
    change(run)
    assert run.events.count() == before


def test_seats_do_not_go_below_those_taken(course):
    run = factories.make_run(course, seats=3)
    for _index in range(2):
        factories.enrol(factories.make_person(), run)
    with pytest.raises(Refused) as refusal:
        change(run, seats=1)
    assert refusal.value.code == "seats"
    assert change(run, seats=2).seats == 2
    assert change(run, seats=None).seats is None


def test_announced_code_and_course_in_use_stay(course):
    run = factories.make_run(course)
    with pytest.raises(Refused) as refusal:
        change(run, code="KHAC-2026-01")
    assert refusal.value.code == "code"
    factories.enrol(factories.make_person(), run)
    with pytest.raises(Refused) as refusal:
        change(run, course=factories.make_course("ISO9001"))
    assert refusal.value.code == "course"


def test_cancelled_class_stays_as_it_was(course):
    run = factories.make_run(course)
    actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=None, at=AT, note="ít người")
    with pytest.raises(NotAllowed):
        change(run, place="Nơi khác")


def test_money_is_replaced_and_its_past_kept_in_history(course):
    a, b = factories.make_source("a"), factories.make_source("b")
    run = factories.make_run(course, funding={a: 100})
    change(run, funding={a: 40, b: 60})
    assert dict(RunFunding.objects.values_list("source__code", "percent")) == {"a": 40, "b": 60}
    assert run.events.last().data["changed"]["funding"] == ["a 100%", "a 40%, b 60%"]
    change(run, funding={b: 100})
    assert dict(RunFunding.objects.values_list("source__code", "percent")) == {"b": 100}


def test_instructor_taken_away_stays_on_record(course):
    first, second = factories.make_person("Trần Quốc Đạt"), factories.make_person("Lê Thị Hoa")
    run = factories.make_run(course, instructors=(first,))
    change(run, instructors=[second])
    posts = dict(RunInstructor.objects.values_list("person", "until"))
    assert posts == {first.pk: AT + DAY, second.pk: None}
    change(run, instructors=[first, second])
    assert RunInstructor.objects.filter(run=run, person=first).count() == 2
    assert RunInstructor.objects.filter(run=run, person=first, until=None).count() == 1


def test_cancelling_needs_a_reason(course):
    run = factories.make_run(course)
    with pytest.raises(Refused) as refusal:
        actions.move_run(run=run, to=CourseRun.State.CANCELLED, by=None, at=AT, note="  ")
    assert refusal.value.code == "reason"
    run.refresh_from_db()
    assert run.state == CourseRun.State.OPEN


def test_requirement_rows_are_one_per_kind_and_key(course, person):
    enrolment = factories.enrol(person, factories.make_run(course))
    with pytest.raises(IntegrityError), transaction.atomic():
        Requirement.objects.create(enrolment=enrolment, kind="lessons")
