"""manage.py import_questions FILE --bank CODE --by LOGIN: takes questions in as drafts."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes.actions import imports
from quizzes.formats import sentences
from quizzes.models import Bank
from quizzes.queries import imports as reading


class Command(BaseCommand):
    """Exit 0 done; 2 refused, every fault listed with its place, nothing written; 1 anything else."""

    help = "Takes questions in from Word, Excel, GIFT, Aiken, Moodle XML, QTI or YAML (docs/question-formats.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, its bank, and what holds where the file says nothing."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--bank", required=True, help="code of the question bank")
        parser.add_argument("--by", metavar="LOGIN", help="e-mail of who takes them in and may see the bank's keys")
        parser.add_argument("--format", default="auto", help="known by the content; named for other programs' sake")
        parser.add_argument("--language", default="vi", choices=["vi", "en"])
        parser.add_argument("--topic", help="code of the topic; the bank's first unless given")
        parser.add_argument("--difficulty", default="recall", choices=["recall", "apply", "analyse"])
        parser.add_argument("--use", default="exam", choices=["exam", "practice"])
        parser.add_argument("--good-only", action="store_true", help="leave questions with faults out")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, judge, and take in unless it is a dry run or there are faults."""
        bank = Bank.objects.select_related("course").filter(code=options["bank"]).first()
        if bank is None:
            raise CommandError(_("There is no question bank “%(code)s”.") % {"code": options["bank"]})
        topic = options["topic"] or next(iter(reading.known(bank).topics), "")
        chosen = {
            "language": options["language"],
            "topic": topic,
            "difficulty": options["difficulty"],
            "use": options["use"],
            "lesson": "",
        }
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        try:
            facts = self._import(bank, content, chosen, options)
        except Refused as refusal:
            facts = {"ok": False, "written": False, "faults": [{"place": "", "text": str(refusal)}]}
        self._say(facts, options)
        if not facts["ok"]:
            sys.exit(2)

    def _import(self, bank: Bank, content: bytes, chosen: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        looked = imports.look(imports.read_file(content, chosen["language"]), bank, chosen)
        facts: dict[str, Any] = {
            "format": looked.read.format,
            "questions": len(looked.judged),
            **{name: looked.count(name) for name in ("good", "fault", "left")},
            "faults": [],
            "left_out": [],
        }
        for said in (*looked.read.said, *(one for judged in looked.judged for one in judged.item.said)):
            line = {"place": sentences.place(said.place), "text": sentences.tell(said)}
            facts["faults" if said.kind == "fault" else "left_out"] += [line] if said.kind != "note" else []
        for judged in looked.judged:
            where = sentences.place(judged.item.place)
            facts["faults"] += [{"place": where, "text": text} for text in judged.faults]
        facts["ok"] = bool(facts["good"]) and (options["good_only"] or not facts["fault"])
        facts["written"] = facts["ok"] and not options["dry_run"]
        if facts["written"]:
            person = User.objects.filter(emailaddress__email=options["by"], is_active=True).first()
            if person is None:
                raise CommandError(_("Say by whom: --by with the e-mail of somebody who may see the bank's keys."))
            batch = imports.upload_questions(
                bank=bank, content=content, name=options["file"].name, options=chosen, by=person, at=timezone.now()
            )
            imports.take_in(batch=batch, only_good=options["good_only"], by=person, at=timezone.now())
            facts["codes"] = batch.report["codes"]
        return facts

    def _say(self, facts: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        for fault in facts["faults"]:
            self.stderr.write(f"{fault['place']}: {fault['text']}" if fault["place"] else fault["text"])
        for line in facts.get("left_out", []):
            self.stdout.write(f"{line['place']}: {line['text']}" if line["place"] else line["text"])
        if "good" in facts:
            self.stdout.write(
                _("%(format)s: %(good)s questions good, %(fault)s with faults, %(left)s not supported.") % facts
            )
        if not facts["written"]:
            self.stdout.write(_("Nothing was written."))
