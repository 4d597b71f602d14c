"""What happened in a hall, in words: for the screen and for the minutes."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _, ngettext, pgettext

from quizzes.log_words import describe_event
from quizzes.models import ExamSessionEvent
from quizzes.queries.minutes import Happening


def told(happening: Happening) -> str:
    """A line of the minutes, without its time, person and author."""
    if happening.session_event is not None:
        return told_of_session(happening.session_event)
    event = happening.attempt_event
    assert event is not None
    return describe_event({"old": event.old, "new": event.new, "note": event.note, **event.data})


def told_of_session(event: ExamSessionEvent) -> str:
    """What happened to a session."""
    data = event.data
    if event.old != event.new:
        return _moved(event)
    match event.note:
        case "seated":
            return _count(_("seats given"), len(data.get("seats", {})))
        case "sheets_printed":
            return _("answer sheets printed: %(n)s") % {"n": data.get("sheets", 0)}
        case "unseated":
            return _("somebody taken out")
        case "changed":
            return _changed(event)
        case "invigilator_assigned":
            return _("invigilator named: %(name)s") % {"name": data.get("name", "")}
        case "invigilator_released":
            return _("no longer invigilator: %(name)s") % {"name": data.get("name", "")}
        case "incident":
            return _("Incident: %(text)s") % {"text": data.get("text", "")}
        case "identity":
            return _("Papers checked") if data.get("checked") else _("Check of papers taken back")
        case _:
            return event.note


def _moved(event: ExamSessionEvent) -> str:
    if not event.old:
        return _("Session planned")
    if event.new == "open":
        return _("Hall opened again") if event.old == "closed" else _("Hall opened")
    if event.new == "closed":
        return _("Hall closed")
    if event.new == "cancelled":
        return pgettext("exam session", "cancelled") + f": {event.note}"
    return pgettext("exam session", "planned")


def _count(words: str, number: int) -> str:
    return words + ": " + ngettext("%(n)s person", "%(n)s people", number) % {"n": number} if number else words


def _changed(event: ExamSessionEvent) -> str:
    before, after = event.data.get("before", {}), event.data.get("after", {})
    changes = [
        f"{_said(before.get(name, ''))} → {_said(after.get(name, ''))}"
        for name in ("place", "starts_at", "ends_at")
        if before.get(name) != after.get(name)
    ]
    return ": ".join(filter(None, (_("time or place changed"), "; ".join(changes))))


def _said(text: str) -> str:
    try:
        return date_format(timezone.localtime(datetime.fromisoformat(text)), "H:i d/m/Y")
    except ValueError:
        return text or "–"
