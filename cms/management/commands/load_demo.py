"""`manage.py load_demo`: the fictional demo world, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from certificates.receivers import issue_soon, render_soon
from certificates.signals import certificate_issued
from certificates.tasks import issue_missing
from cms.demo import cast, certification, hall, office, question_types, study
from courses.models import Edition
from enrolments.actions.meetings import mark_told
from enrolments.models import CourseRun, MeetingEvent
from enrolments.receivers import settle_attendance_soon, tell_completed_soon, tell_of_meetings_soon
from enrolments.signals import attendance_marked, enrolment_completed, meetings_changed, person_enrolled
from lms.lib.periods import local_date
from people.models import Notice, User
from people.receivers import mail_soon
from people.signals import notice_queued
from quizzes.receivers import give_sittings
from quizzes.tasks import open_missing_sittings

QUIETENED = (
    (person_enrolled, give_sittings),
    (attendance_marked, settle_attendance_soon),
    (meetings_changed, tell_of_meetings_soon),
    (notice_queued, mail_soon),
    (enrolment_completed, issue_soon),
    (enrolment_completed, tell_completed_soon),
    (certificate_issued, render_soon),
)


@contextmanager
def _quietly() -> Iterator[None]:
    """Without a message per enrolment and certificate, which would keep the worker from the first visitor.

    Two sweeps find all that follows from them.
    """
    for signal, receiver in QUIETENED:
        signal.disconnect(receiver)
    try:
        yield
    finally:
        for signal, receiver in QUIETENED:
            signal.connect(receiver)


class Command(BaseCommand):
    """Refuses outside of the demo; run again it changes nothing."""

    help = "Loads the fictional demo world: enterprises, people, a year and a half of classes, certificates."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the world in one transaction: killed half-way, nothing of it is there."""
        if not settings.DEMO:
            raise CommandError("The demo world is only for the demo: NSCL_DEMO is not set.", returncode=2)
        if User.objects.filter(is_demo=True).exists():
            self.stdout.write("The demo world is there already.")
            return
        with _quietly(), transaction.atomic():
            self._make()
            transaction.on_commit(open_missing_sittings.delay)
            transaction.on_commit(issue_missing.delay)
        self.stdout.write(f"{User.objects.filter(is_demo=True).count()} people, {CourseRun.objects.count()} classes.")

    def _make(self) -> None:
        now = timezone.now()
        long_ago = now - timedelta(days=600)
        people = cast.gather(long_ago, local_date(long_ago))
        world = study.World(people.accounts, people.trainees, now)
        trainee = people.accounts["trainee"]
        world.ability[trainee.pk] = 0.9
        # trainee@ has done 5S, and is at the end of HACCP in the class that runs now.
        guests = {study.PLANS[9]: {trainee: 1.0}, study.PLANS[-1]: {trainee: 0.85}}
        for plan in study.PLANS:
            world.hold(plan, guests.get(plan))
        for plan in study.AHEAD:
            world.hold(plan)
        study.grant_keys(people.accounts, long_ago)
        certification.issue_completions(now)
        certification.certify(people.accounts, now)
        office.run_office(people.accounts, people.trainees, now)
        mark_told(events=MeetingEvent.objects.all(), at=now)
        hall.open_hall(people.accounts, people.trainees, now)
        question_types.offer(trainee, Edition.objects.order_by("pk")[0], now)
        # What the world was told in the past is not mailed today.
        Notice.objects.filter(state=Notice.State.QUEUED).update(state=Notice.State.SENT, sent_at=now)
        Notice.objects.filter(created_at__lt=now - timedelta(days=7)).update(read_at=now)
