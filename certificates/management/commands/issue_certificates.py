"""`manage.py issue_certificates --run CODE`: whatever is due and not yet issued."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certificates import actions
from enrolments.models import CourseRun, Enrolment


class Command(BaseCommand):
    """Safe to repeat: an enrolment has at most one certificate."""

    help = "Issues the certificates of a class that are due and not yet issued; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The class."""
        parser.add_argument("--run", required=True, help="code of the class")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue one by one, each in its own transaction."""
        run = CourseRun.objects.filter(code=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no class “{options['run']}”.", returncode=2)
        due = Enrolment.objects.filter(run=run, state=Enrolment.State.COMPLETED, certificate=None).order_by(
            "completed_at"
        )
        count = 0
        for enrolment in due:
            actions.issue_completion(enrolment=enrolment, at=timezone.now())
            count += 1
        self.stdout.write(f"{count} certificates issued.")
