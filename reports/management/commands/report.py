"""`manage.py report PERIOD`: a period's figures as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.lib.periods import BadPeriod
from people.models import Province
from reports import exports, reading
from reports.output import write

LATER = ("docx", "pdf")


class Command(BaseCommand):
    """The same figures as the screen's, of everything."""

    help = "Counts a period: 2026-H1, 2026-H2, 2026 or 2026-03-01..2026-05-31 (last day included)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Period, format and target."""
        parser.add_argument("period")
        parser.add_argument("--format", choices=[*exports.MEDIA_TYPES, *LATER], default="json")
        parser.add_argument("--output", type=Path, help="file to write; standard output without it")
        parser.add_argument("--frozen", metavar="VERSION", help="a frozen version instead of today's figures")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 2 for what is refused: a period that does not parse, a format that there is not yet."""
        kind, output = options["format"], options["output"]
        if kind in LATER:
            raise CommandError(f"The format {kind} is not available yet. Use json, csv or xlsx.", returncode=2)
        if options["frozen"]:
            raise CommandError("Frozen reports are not available yet. Leave --frozen out.", returncode=2)
        if kind == "xlsx" and output is None:
            raise CommandError("An XLSX file needs --output FILE.", returncode=2)
        try:
            period = reading.period(options["period"], Province.current().boundaries)
        except BadPeriod as error:
            raise CommandError(str(error), returncode=2) from error
        content = exports.render(reading.read(None, period, {}, at=timezone.now()), kind)
        if output is None:
            self.stdout.write(content.decode("utf-8-sig"), ending="")
        else:
            write(output, content)
