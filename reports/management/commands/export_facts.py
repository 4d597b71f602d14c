"""`manage.py export_facts PERIOD --output FILE.csv`: the raw rows that a report counts."""

import csv
import io
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.lib.periods import BadPeriod
from people.models import Province
from reports import exports, reading
from reports.facts import facts
from reports.output import write


class Command(BaseCommand):
    """From these rows anyone can count the report again; they hold ids and dates, no names."""

    help = "Writes the rows behind a period's figures as CSV, one per enrolment, without names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Period and target."""
        parser.add_argument("period")
        parser.add_argument("--output", type=Path, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 2 for a period that does not parse or a file that cannot be written."""
        try:
            period = reading.period(options["period"], Province.current().boundaries)
        except BadPeriod as error:
            raise CommandError(str(error), returncode=2) from error
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        count = -1  # the head is no row
        for row in exports.raw(facts(None, period, {}, at=timezone.now())):
            writer.writerow(row)
            count += 1
        write(options["output"], out.getvalue().encode())
        self.stdout.write(f"{count} rows.")
