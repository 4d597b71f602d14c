"""manage.py import_people FILE: takes trainees and their enterprises in from XLSX or CSV."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.lib.access import Role
from lms.lib.states import Refused
from people import actions
from people.imports.columns import COLUMNS, label, tell
from people.imports.grid import BadFile, column_name
from people.imports.matching import Verdict
from people.logins import Kind, recognise
from people.models import User


class Command(BaseCommand):
    """Exit 0 done; 2 refused, every fault with sheet, row and column, nothing written; 1 anything else."""

    help = "Takes people and their enterprises in from an XLSX or CSV file (docs/import-people.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and how to take it in."""
        parser.add_argument("file", type=Path, help="XLSX or CSV with headings; the template names them")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object for machines")
        parser.add_argument("--good-rows", action="store_true", help="leave refused rows out instead of refusing all")
        parser.add_argument("--by", metavar="LOGIN", help="who it is done for: e-mail, phone number or code of staff")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what was done."""
        by = _person(options["by"]) if options["by"] else None
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                outcome = actions.import_file(
                    file=file, name=path.name, by=by, at=timezone.now(),
                    only_good=options["good_rows"], dry_run=options["dry_run"],
                )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except BadFile as bad:
            self._say({"ok": False, "faults": [_place("", 0, {}, fault.stored()) for fault in bad.faults]}, options)
            sys.exit(2)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        facts = _facts(outcome, **options)
        self._say(facts, options)
        if not facts["ok"]:
            sys.exit(2)

    def _say(self, facts: dict[str, Any], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        for note in facts.get("notes", []):
            self.stdout.write(_line(note))
        for fault in facts["faults"]:
            self.stderr.write(_line(fault))
        if "rows" in facts:
            self.stdout.write(
                _(
                    "%(rows)s rows: %(create)s new, %(match)s known, %(same)s with nothing new, %(refuse)s refused; "
                    "%(enterprises)s new enterprises."
                )
                % {**facts, "enterprises": len(facts["enterprises"])}
            )
        if not facts.get("written"):
            self.stdout.write(_("Nothing was written."))


def _person(login: str) -> User:
    """The member of staff whom `login` signs in. Raises CommandError."""
    found = recognise(login)
    people = {
        Kind.EMAIL: User.objects.filter(emailaddress__email=found.value, emailaddress__verified=True),
        Kind.PHONE: User.objects.filter(login_phone=found.value),
        Kind.CODE: User.objects.filter(login_code=found.value),
    }[found.kind]
    person: User | None = people.filter(is_active=True).first()
    if person is None or not person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME):
        raise CommandError(_("No programme officer or administrator signs in as %(login)s.") % {"login": login})
    return person


def _facts(outcome: actions.Outcome, *, good_rows: bool, dry_run: bool, **_rest: Any) -> dict[str, Any]:
    counts = {verdict.value: outcome.count(verdict) for verdict in Verdict}
    ok = good_rows or not counts[Verdict.REFUSE]
    said: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for line, one in zip(outcome.lines, outcome.judged, strict=True):
        places = outcome.sheets[line.sheet]
        for fault in one.faults:
            # Of a refused row only what refuses it; the rest would hide that.
            if not fault.remark or one.verdict != Verdict.REFUSE:
                said[fault.remark].append(_place(line.sheet, line.number, places, fault.stored()))
    return {
        "ok": ok,
        "dry_run": dry_run,
        "written": ok and not dry_run and bool(counts[Verdict.CREATE] + counts[Verdict.MATCH]),
        "sha256": outcome.sha256,
        "rows": len(outcome.lines),
        **counts,
        "enterprises": outcome.firms,
        "faults": said[False],
        "notes": [_place(note["sheet"], 0, {}, note) for note in outcome.notes],
        "remarks": said[True],
    }


def _place(sheet: str, row: int, places: dict[str, int], fault: dict[str, Any]) -> dict[str, Any]:
    """A fault with its place: sheet, row, letter and name of the column, code and sentence."""
    column = fault["column"]
    return {
        "sheet": sheet,
        "row": row or None,
        "cell": f"{column_name(places[column])}{row}" if column in places and row else None,
        "column": label(column) if column in COLUMNS else None,
        "code": fault["code"],
        "reason": tell(fault["code"], fault["facts"]),
    }


def _line(fault: dict[str, Any]) -> str:
    row = _("row %(row)s") % {"row": fault["row"]} if fault["row"] else ""
    place = [part for part in (fault["sheet"], fault["cell"] or row, fault["column"]) if part]
    return f"{', '.join(place)}: {fault['reason']}" if place else str(fault["reason"])
