"""Of several workers one sends, of several who tell one tells, of several presses one counts.

Seen failing on PostgreSQL: with the claim of `send_notice` taken without its
condition on the state, 12 workers sent 12 mails; with `bulk_create` not told to
ignore conflicts, all but one of those who told the same ended in IntegrityErrors of
`a_person_is_told_a_thing_once_per_channel`; without the lock on the class an
announcement pressed 12 times became several; without the lock on the person more
questions were taken than are allowed.
"""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection

from enrolments import actions as enrolments, said
from enrolments.models import Announcement, LessonPost
from lms.lib.states import Refused
from people import actions
from people.models import Job, Notice
from tests import factories
from tests.factories import AT
from tests.racing import at_once

pytestmark = [pytest.mark.race, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
FACTS = {"course": "HACCP", "run": "HACCP-2026-07", "url": "/vi/learn/"}


def many() -> int:
    """Threads: fewer where all writers stand in one queue anyway."""
    return 12 if connection.vendor == "postgresql" else 5


def test_of_several_workers_one_sends():
    person = factories.make_person()
    actions.notify(person=person, kind="enrolled", key="1", at=AT, facts=FACTS)
    letter = Notice.objects.get(channel="mail")

    def work() -> object:
        return actions.send_notice(notice_id=letter.pk, at=AT, site_url="https://nscl.example")

    outcomes = at_once([work] * many())
    assert sorted(map(bool, outcomes)) == [False] * (many() - 1) + [True]
    assert len(mail.outbox) == 1


def test_of_several_who_tell_the_same_each_person_is_told_once():
    people = [factories.make_person(f"Người {number}") for number in range(6)]
    tellings = [actions.Telling(person, "enrolled", "1", FACTS) for person in people]

    def work(own: list[actions.Telling]) -> Callable[[], object]:
        return lambda: len(actions.notify_all(tellings=own, at=AT))

    # In either order: who tells the same people in another order does not wait for the other for ever.
    outcomes = at_once([work(tellings), work(tellings[::-1])] * (many() // 2))
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert Notice.objects.count() == 2 * len(people)


def test_an_announcement_pressed_many_times_at_once_is_one():
    course = factories.make_course()
    run = factories.make_run(course)
    factories.enrol(factories.make_person(), run)
    teacher = factories.make_person("Lê Thị Thủy")

    def press() -> object:
        return enrolments.announce(run=run, subject="Đổi phòng", text="Phòng 305", by=teacher, at=AT)

    outcomes = at_once([press] * many())
    assert len({getattr(outcome, "pk", outcome) for outcome in outcomes}) == 1
    assert Announcement.objects.count() == Job.objects.filter(kind="announcement").count() == 1


def test_no_more_questions_than_are_allowed_however_many_at_once():
    course = factories.make_course()
    enrolment = factories.enrol(factories.make_person(), factories.make_run(course))
    lesson = course.lessons.get(code="bai-1")

    def ask(number: int) -> Callable[[], object]:
        return lambda: enrolments.ask_about_lesson(enrolment=enrolment, lesson=lesson, text=f"Câu {number}", at=AT)

    outcomes = at_once([ask(number) for number in range(said.OFTEN[0] + many())])
    assert LessonPost.objects.count() == said.OFTEN[0]
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == many()
