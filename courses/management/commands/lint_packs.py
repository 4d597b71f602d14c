"""manage.py lint_packs PATH…: whether course packs are fit to ship."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from courses.packs.lint import avoided, lint, packs
from people.starter import read_yaml


class Command(BaseCommand):
    """Exit 0 nothing found; 2 faults, every one listed with its file and line; 1 anything else."""

    help = "Checks course packs (docs/course-packs.md, “Fit to ship”). Reads files only, no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which packs, and by which glossary."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="path", help="a pack, or a folder of packs")
        parser.add_argument(
            "--terms", type=Path, default=settings.BASE_DIR / "starter" / "terms.yaml", help="the glossary"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell every fault of every pack."""
        avoid = avoided(read_yaml(options["terms"]))
        count = faults = 0
        for path in options["paths"]:
            found = packs(path)
            if not found:
                faults += 1
                self.stderr.write(f"{path}: " + _("Here is no course pack."))
            for pack in found:
                count += 1
                for fault in lint(pack, avoid):
                    faults += 1
                    self.stderr.write(f"{pack}/{fault}")
        if faults:
            self.stderr.write(_("%(packs)s packs, %(faults)s faults.") % {"packs": count, "faults": faults})
            sys.exit(2)
        self.stdout.write(_("%(packs)s packs, no fault.") % {"packs": count})
