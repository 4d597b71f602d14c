"""A person in two enterprises at different times: each time counts for the enterprise of that day."""

from datetime import date, datetime, timedelta

import pytest

from enrolments.models import Enrolment
from lms.lib.periods import ZONE, parse
from people import actions
from people.models import Enterprise, User
from reports.reading import read
from tests.factories import AT, enrol, join, make_course, make_enterprise, make_person, make_run, make_sector

pytestmark = pytest.mark.django_db
MAY, JULY = (datetime(2026, month, 10, 9, tzinfo=ZONE) for month in (5, 7))


@pytest.fixture
def firms(db) -> tuple[Enterprise, Enterprise]:
    return (
        make_enterprise("Công ty Cũ (mẫu)", size="micro"),
        make_enterprise("Công ty Mới (mẫu)", size="medium", sector=make_sector("may-mac")),
    )


@pytest.fixture
def worker(firms) -> User:
    """In the old enterprise until the end of June, in the new one since July."""
    person = make_person("Nguyễn Thị Hồng Thắm")
    post = join(person, firms[0], since=date(2026, 1, 1))
    actions.leave_enterprise(membership=post, on=date(2026, 7, 1), by=None, at=AT)
    join(person, firms[1], since=date(2026, 7, 1))
    return person


def test_the_enterprise_of_each_day(worker, firms):
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [worker.enterprise_on(day) for day in days] == [None, firms[0], firms[0], firms[1]]


def test_each_enrolment_keeps_the_enterprise_of_its_day(worker, firms):
    first = enrol(worker, make_run(make_course(), at=MAY), at=MAY)
    second = enrol(worker, make_run(make_course("5S"), at=JULY), at=JULY)
    assert (first.enterprise, first.size) == (firms[0], "micro")
    assert (second.enterprise, second.size, second.sector.code) == (firms[1], "medium", "may-mac")
    report = read(None, parse("2026"), {}, at=AT)
    assert (report.total.turns, report.total.persons, report.total.enterprises) == (2, 1, 2)
    sizes = {row.key: (row.figures.turns, row.figures.persons) for row in report.table("size").rows}
    assert sizes == {"micro": (1, 1), "medium": (1, 1)}


def test_each_contact_sees_the_turns_of_their_own_enterprise(worker, firms):
    enrolments = [
        enrol(worker, make_run(make_course(), at=MAY), at=MAY),
        enrol(worker, make_run(make_course("5S"), at=JULY), at=JULY),
    ]
    for firm, enrolment, sees_person in zip(firms, enrolments, (False, True), strict=True):
        contact = make_person(f"Đầu mối {firm.name}")
        join(contact, firm, contact=True)
        assert list(Enrolment.objects.visible_to(contact)) == [enrolment]
        assert User.objects.visible_to(contact).filter(pk=worker.pk).exists() is sees_person


def test_back_in_the_first_enterprise_is_a_time_of_its_own(worker, firms):
    present = worker.memberships.get(ended_on=None)
    actions.leave_enterprise(membership=present, on=date(2026, 9, 1), by=None, at=AT)
    actions.join_enterprise(person=worker, enterprise=firms[0], since=date(2026, 9, 1), by=None, at=AT)
    assert worker.memberships.count() == 3
    assert [worker.enterprise_on(date(2026, 8, 31)), worker.enterprise_on(AT.date())] == [firms[1], firms[0]]


def test_both_at_once_counts_for_the_one_joined_last(worker, firms):
    actions.join_enterprise(person=worker, enterprise=firms[0], since=date(2026, 10, 1), by=None, at=AT)
    assert worker.memberships.filter(ended_on=None).count() == 2
    assert worker.enterprise_on(AT.date()) == firms[0]
    assert worker.enterprise_on(date(2026, 9, 30)) == firms[1]


def test_merging_the_two_leaves_what_was_counted(worker, firms):
    first = enrol(worker, make_run(make_course(), at=MAY), at=MAY)
    second = enrol(worker, make_run(make_course("5S"), at=JULY), at=JULY)
    actions.merge_enterprises(source=firms[0], into=firms[1], by=None, at=AT + timedelta(days=1))
    for enrolment, firm in ((first, firms[0]), (second, firms[1])):
        enrolment.refresh_from_db()
        assert enrolment.enterprise == firm
    assert worker.enterprise_on(date(2026, 5, 1)) == firms[1]
    assert read(None, parse("2026"), {}, at=AT).total.enterprises == 1
