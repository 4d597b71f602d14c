"""manage.py import_course PATH: takes a course pack in."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.actions import Imported, import_pack
from courses.packs.files import PackRefused


class Command(BaseCommand):
    """Exit 0 done; 2 refused, every fault listed with its place; 1 anything else."""

    help = "Takes in a course pack, a folder or a zip: lessons, media, questions, exam (docs/course-packs.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The pack and how to tell of it."""
        parser.add_argument("path", type=Path, help="folder or zip of the pack")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what was done."""
        try:
            done = import_pack(path=options["path"], by=None, at=timezone.now(), dry_run=options["dry_run"])
        except PackRefused as refusal:
            self._refuse(refusal, options["json"])
            sys.exit(2)
        if options["json"]:
            self.stdout.write(
                json.dumps({"ok": True, "dry_run": options["dry_run"], **done.facts()}, ensure_ascii=False)
            )
        else:
            self._tell(done, options["dry_run"])

    def _refuse(self, refusal: PackRefused, as_json: bool) -> None:
        if as_json:
            faults = [{"path": fault.path, "line": fault.line, "message": fault.message} for fault in refusal.problems]
            self.stdout.write(json.dumps({"ok": False, "problems": faults}, ensure_ascii=False))
            return
        for fault in refusal.problems:
            self.stderr.write(str(fault))
        self.stderr.write(_("Refused with %(count)s faults; nothing was written.") % {"count": len(refusal.problems)})

    def _tell(self, done: Imported, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(_("Nothing was written. This would happen:"))
        self.stdout.write(
            _(
                "%(code)s: %(lessons)s lessons; %(published)s pages published, %(unchanged)s unchanged; "
                "%(pictures)s pictures added; lessons retired: %(retired)s."
            )
            % {
                "code": done.code,
                "lessons": done.lessons,
                "published": done.pages_published,
                "unchanged": done.pages_unchanged,
                "pictures": done.pictures_added,
                "retired": ", ".join(done.retired) or "–",
            }
        )
        for note in done.notes:
            self.stdout.write(str(note))
