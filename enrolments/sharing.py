"""What people paste into the group chats that they really use: plain letters, a short address."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext, override

from enrolments.models import CourseRun
from enrolments.queries import ClassRow
from lms.lib.periods import ZONE


def address(run: CourseRun) -> str:
    """The short address of a class."""
    return settings.SITE_URL + reverse("share:class", args=[run.code])


def invitation(row: ClassRow) -> str:
    """An invitation to enrol, in the language of the class."""
    run = row.run
    with override(run.language):
        lines = [
            _("You are invited to class %(code)s") % {"code": run.code},
            str(run.course),
            "",
            _("Learn at your own pace until %(day)s") % {"day": f"{run.ends_on:%d/%m/%Y}"}
            if run.mode == CourseRun.Mode.SELF_PACED
            else f"{run.starts_on:%d/%m} – {run.ends_on:%d/%m/%Y}",
            run.timetable,
            run.place,
            run.cost_note,
            _left(row),
            _until(run.enrols_until),
            "",
            _("Enrol here:"),
            address(run),
        ]
    return "\n".join(line for index, line in enumerate(lines) if line or index in (2, 9))


def _left(row: ClassRow) -> str:
    if row.left is None:
        return ""
    if row.full:
        return _("All places are taken; there is a waiting list.") if row.run.waiting != CourseRun.Waiting.NONE else ""
    return ngettext("%(left)s place left", "%(left)s places left", row.left) % {"left": row.left}


def _until(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return _("Enrol until %(moment)s") % {"moment": date_format(moment.astimezone(ZONE), "SHORT_DATETIME_FORMAT")}
