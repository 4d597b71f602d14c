"""`manage.py demo_state --json`: how far the worker has come, for the set-up test."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from certificates.models import Certificate
from enrolments.models import Enrolment


class Command(BaseCommand):
    """Counts only."""

    help = "Certificates issued, rendered, and completions that still wait for theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accepts --json, its only form."""
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one JSON object."""
        state = {
            "certificates": Certificate.objects.count(),
            "rendered": Certificate.objects.exclude(rendered_at=None).count(),
            "pending": Enrolment.objects.filter(state=Enrolment.State.COMPLETED, certificate=None).count(),
        }
        self.stdout.write(json.dumps(state))
