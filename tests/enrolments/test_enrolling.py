"""Seats: who gets one, who is refused, leaving and coming back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from enrolments import actions, prerequisites
from enrolments.models import CourseRun, Enrolment, Prerequisite
from lms.lib.states import NotAllowed, Refused
from people.models import Notice
from tests import factories
from tests.enrolments.conftest import finish_all
from tests.factories import AT

pytestmark = pytest.mark.django_db

ACTIVE, COMPLETED, WITHDRAWN = Enrolment.State.ACTIVE, Enrolment.State.COMPLETED, Enrolment.State.WITHDRAWN
DAY = timedelta(days=1)


@pytest.fixture
def course():
    return factories.make_course(lessons=2)


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


class Nothing:
    """A source for what nobody has."""

    def choices(self):
        return [("ISO9001", "ISO 9001")]

    def names(self, keys):
        return dict(self.choices())

    def held(self, people, keys, on):
        return {}

    def addresses(self, keys, language):
        return {}

    def absent(self):
        return "Chưa có."


def test_prerequisites_are_asked_through_the_port(course, person, monkeypatch):
    monkeypatch.setitem(prerequisites._sources, "certificate", Nothing())
    run = factories.make_run(course)
    Prerequisite.objects.create(run=run, kind="certificate", key="ISO9001")
    with pytest.raises(Refused, match=r"ISO 9001.*Chưa có") as refusal:
        factories.enrol(person, run)
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
