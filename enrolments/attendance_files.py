"""Attendance written into a table: the template to fill in, and what comes back. Pure."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _, pgettext

from enrolments.attendance import ABSENT, EXCUSED, LATE, PRESENT
from enrolments.meeting_exports import Known, table
from lms.lib.spreadsheets import harmless
from lms.lib.text import fold

WORDS: Mapping[str, str] = {
    **dict.fromkeys(("present", "p", "yes", "x", "1", "co", "co mat", "c"), PRESENT),
    **dict.fromkeys(("late", "l", "muon", "di muon", "m"), LATE),
    **dict.fromkeys(("excused", "e", "phep", "co phep", "vang co phep", "xin phep"), EXCUSED),
    **dict.fromkeys(("absent", "a", "no", "0", "vang", "vang mat", "khong phep", "vang khong phep", "v"), ABSENT),
}
"""What people write for each status, without accents."""

_COLUMNS = {
    "pk": {"enrolment no.", "enrolment", "so ghi danh", "ma ghi danh"},
    "name": {"full name", "name", "ho va ten", "ho ten"},
    "status": {"attendance", "diem danh", "status"},
    "note": {"note", "ghi chu"},
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: the line as a spreadsheet counts, and the column's name."""

    line: int
    column: str
    text: str


@dataclass(frozen=True)
class Marked:
    """One good line."""

    pk: int
    status: str
    note: str


def template(people: Iterable[tuple[int, str, str]], statuses: Mapping[int, str]) -> bytes:
    """A CSV to fill in: (enrolment, name, enterprise) in the order given, with what is marked already.

    With a mark at its start: Excel takes the file for UTF-8 by that alone.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Enrolment no."), _("Full name"), _("Enterprise"), _("Attendance"), _("Note")])
    said = {
        PRESENT: pgettext("attendance", "present"),
        LATE: pgettext("attendance", "late"),
        EXCUSED: pgettext("attendance", "excused"),
        ABSENT: pgettext("attendance", "absent"),
    }
    for pk, name, enterprise in people:
        writer.writerow([pk, harmless(name), harmless(enterprise), said.get(statuses.get(pk, ""), ""), ""])
    return text.getvalue().encode("utf-8-sig")


def read(content: bytes, known: Sequence[Known]) -> tuple[list[Marked], list[Fault]]:
    """Marks of a filled-in table, and every fault in it; lines without a status are left as they are.

    A line is recognised by its enrolment number, or by a name that only one person
    of the class bears. Raises meeting_exports.Unreadable for what is no table.
    """
    lines = table(content)
    head, place = _head(lines)
    if head < 0:
        return [], [Fault(1, _("Attendance"), _("The columns full name and attendance are missing. Use the template."))]
    reader = _Reader(known)
    marks, faults = [], []
    for number, line in enumerate(lines[head + 1 :], head + 2):
        cells = {name: line[index].strip() if index < len(line) else "" for name, index in place.items()}
        if not cells["status"]:
            continue
        found = reader.line(number, cells)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            marks.append(found)
    if not marks and not faults:
        faults.append(Fault(head + 1, _("Attendance"), _("No line says present, late, excused or absent.")))
    return marks, faults


def _head(lines: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for number, line in enumerate(lines[:20]):
        words = [fold(cell) for cell in line]
        place = {
            column: next(index for index, word in enumerate(words) if word in names)
            for column, names in _COLUMNS.items()
            if names & set(words)
        }
        if "status" in place and ("pk" in place or "name" in place):
            return number, place
    return -1, {}


class _Reader:
    """Recognises people and statuses, each person once."""

    def __init__(self, known: Sequence[Known]) -> None:
        self.known = {one.pk: one for one in known}
        self.named: dict[str, list[int]] = {}
        for one in known:
            self.named.setdefault(fold(one.name), []).append(one.pk)
        self.lines: dict[int, int] = {}

    def line(self, number: int, cells: Mapping[str, str]) -> Marked | Fault:
        """One line that says something."""
        status = WORDS.get(fold(cells["status"]))
        if status is None:
            said = _("“%(text)s” is none of present, late, excused, absent.") % {"text": cells["status"][:40]}
            return Fault(number, _("Attendance"), said)
        pk = self._who(number, cells)
        if isinstance(pk, Fault):
            return pk
        if pk in self.lines:
            said = _("%(name)s stands in line %(line)s already. Keep one of the two.") % {
                "name": self.known[pk].name, "line": self.lines[pk],
            }  # fmt: skip
            return Fault(number, _("Full name"), said)
        self.lines[pk] = number
        return Marked(pk, status, cells.get("note", "")[:200])

    def _who(self, number: int, cells: Mapping[str, str]) -> int | Fault:
        written, name = cells.get("pk", ""), cells.get("name", "").lstrip("'")
        if written:
            pk = int(written) if written.isdecimal() and len(written) < 16 else 0
            if pk not in self.known:
                said = _("Nobody in this class has the number %(number)s. Use the template of this meeting.")
                return Fault(number, _("Enrolment no."), said % {"number": written[:20]})
            if name and fold(name) != fold(self.known[pk].name):
                said = _("Number %(number)s is %(known)s, the line says %(name)s. Correct one of the two.") % {
                    "number": pk, "known": self.known[pk].name, "name": name[:80],
                }  # fmt: skip
                return Fault(number, _("Full name"), said)
            return pk
        found = self.named.get(fold(name), [])
        if len(found) == 1:
            return found[0]
        if found:
            said = _("%(name)s is the name of several people here. Put the enrolment number.") % {"name": name[:80]}
        else:
            said = _("%(name)s is not in this class. Correct the name, or take the line out.") % {"name": name[:80]}
        return Fault(number, _("Full name"), said)
