"""manage.py export_course CODE PATH: writes a course as a pack."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from courses.models import Course
from courses.packs.dumping import dump, write_folder, write_zip
from courses.packs.files import PackRefused


class Command(BaseCommand):
    """Exit 0 done; 2 refused, every fault listed with its place; 1 anything else."""

    help = "Writes a course as a pack: into a folder, or as a zip if PATH ends in .zip."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which course, and where to."""
        parser.add_argument("code", help="the course's code")
        parser.add_argument("path", type=Path, help="folder, or file ending in .zip")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, and say how many files were written."""
        path: Path = options["path"]
        course = Course.objects.select_related("subject", "edition").filter(code=options["code"]).first()
        if course is None:
            raise CommandError(_("There is no course “%(code)s”.") % {"code": options["code"]})
        try:
            files = dump(course)
            if path.suffix == ".zip":
                write_zip(files, path)
            else:
                write_folder(files, path)
        except PackRefused as refusal:
            for fault in refusal.problems:
                self.stderr.write(str(fault))
            sys.exit(2)
        self.stdout.write(_("%(count)s files written to %(path)s.") % {"count": len(files), "path": path})
