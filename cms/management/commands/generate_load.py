"""`manage.py generate_load --people N --enrolments M --seed S`: a large synthetic world for benches."""

import secrets
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.demo.cast import PASSWORD
from cms.load import crowd, world
from lms.lib.states import Refused


class Command(BaseCommand):
    """Exit 0 done; 2 refused, nothing written; 1 anything else."""

    help = "Writes a large synthetic world in bulk, for benches; the same for the same seed on the same day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large, and which one."""
        parser.add_argument("--people", type=int, default=10_000)
        parser.add_argument("--enrolments", type=int, default=50_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--yes", action="store_true", help="also where real people are")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate in one transaction."""
        people, enrolments, seed = options["people"], options["enrolments"], options["seed"]
        if people < 10 or enrolments < 1 or seed < 0:
            raise CommandError("Give at least 10 people, at least 1 enrolment and a seed from 0.", returncode=2)
        real = world.real_people()
        if real and not options["yes"]:
            raise CommandError(
                f"This database holds {real} real people. Their world would be mixed with a synthetic one: "
                "use another database, or add --yes.",
                returncode=2,
            )
        password = PASSWORD if settings.DEMO else secrets.token_urlsafe(12)
        began = time.monotonic()

        def say(part: str) -> None:
            if options["verbosity"]:
                self.stdout.write(f"{time.monotonic() - began:6.1f} s  {part} …")

        try:
            made = world.generate(
                people=people, enrolments=enrolments, seed=seed, password=password, at=timezone.now(), say=say
            )
        except Refused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        names = ", ".join([*crowd.STAFF, *(f"trainee{number}" for number in range(1, crowd.TRAINEES + 1))])
        self.stdout.write(
            f"{time.monotonic() - began:6.1f} s  {made.people} people, {made.runs} classes, "
            f"{made.enrolments} enrolments, {made.certificates} certificates, {made.consultants} consultants.\n"
            f"Sign in as {crowd.PREFIX}{seed}-NAME@{settings.DEMO_DOMAIN} with the password {password}; NAME: {names}."
        )
