"""manage.py load_starter: the starter catalogue; safe to repeat."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.actions import load_starter
from courses.packs.files import PackRefused
from lms.lib.states import Refused


class Command(BaseCommand):
    """Exit 0 done; 2 refused, every fault listed with its place; 1 anything else."""

    help = "Loads the starter catalogue: subjects, places, programmes, course packs, schemes. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the catalogue lies."""
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "starter", help="default: starter/")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what was new."""
        try:
            done = load_starter(folder=options["folder"], by=None, at=timezone.now())
        except PackRefused as refusal:
            for fault in refusal.problems:
                self.stderr.write(str(fault))
            sys.exit(2)
        except Refused as refusal:
            self.stderr.write(str(refusal))
            sys.exit(2)
        if done.files:
            self.stdout.write(_("Loaded: %(files)s.") % {"files": ", ".join(done.files)})
        for pack in done.packs:
            self.stdout.write(
                _("%(code)s: %(published)s pages published, %(unchanged)s unchanged.")
                % {"code": pack.code, "published": pack.pages_published, "unchanged": pack.pages_unchanged}
            )
