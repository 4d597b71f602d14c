"""manage.py export_questions --bank CODE --format FORMAT --by LOGIN PATH: writes a bank as a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes.actions import exports
from quizzes.formats import sentences
from quizzes.formats.writing import FORMS
from quizzes.models import Bank

_NAMES = {"moodlexml": "moodle", "qti": "qti30", "docx": "word"}


class Command(BaseCommand):
    """What the format does not hold is named; every key written is logged as seen by whom --by names."""

    help = "Writes the questions of a bank as a file (docs/question-formats.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The bank, the format, and where to."""
        parser.add_argument("path", type=Path)
        parser.add_argument("--bank", required=True, help="code of the question bank")
        parser.add_argument("--format", required=True, choices=[*FORMS, *_NAMES])
        parser.add_argument("--by", metavar="LOGIN", required=True, help="e-mail of who may see the bank's keys")
        parser.add_argument("--language", default="vi", choices=["vi", "en"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, and say what it holds."""
        bank = Bank.objects.select_related("course").filter(code=options["bank"]).first()
        person = User.objects.filter(emailaddress__email=options["by"], is_active=True).first()
        if bank is None or person is None:
            raise CommandError(
                _("There is no question bank “%(code)s”, or nobody of that e-mail.") % {"code": options["bank"]}
            )
        form = _NAMES.get(options["format"], options["format"])
        try:
            written = exports.export_questions(
                bank=bank, form=form, language=options["language"], by=person, at=timezone.now()
            )
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        options["path"].write_bytes(written.content)
        for said in written.left:
            self.stderr.write(sentences.tell(said))
        self.stdout.write(
            _("%(count)s questions written to %(path)s.") % {"count": written.count, "path": options["path"]}
        )
