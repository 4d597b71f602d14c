"""Lines of an attempt's course in words."""

from typing import Any

from django.utils.translation import gettext as _

from quizzes.models import LateAnswer
from quizzes.queries.logs import Line


def describe(line: Line) -> str:
    """What happened, in one line in the reader's language."""
    return _TELLERS[line.kind](line.data)


def describe_event(data: dict[str, Any]) -> str:
    """What happened to an attempt: `old`, `new`, `note` and what else its event carries."""
    return _event(data)


def _answer(data: dict[str, Any]) -> str:
    if data["response"] is None:
        return _("Answer cleared, revision %(n)s") % {"n": data["revision"]}
    return _("Answer saved, revision %(n)s") % {"n": data["revision"]}


def _late(data: dict[str, Any]) -> str:
    reasons = {reason.value: str(reason.label) for reason in LateAnswer.Reason}
    said = _("Kept as evidence: %(reason)s") % {"reason": reasons.get(data["reason"], data["reason"])}
    if data["counted"] is None:
        return said
    verdict = _("counts") if data["counted"] else _("does not count")
    return f"{said}; {verdict}: {data['grounds']}"


def _mark(data: dict[str, Any]) -> str:
    return _("Marked by hand, turn %(turn)s: %(points)s points") % {"turn": data["turn"], "points": data["points"]}


def _grade(data: dict[str, Any]) -> str:
    verdict = _("passed") if data["passed"] else _("not passed")
    said = _("Result %(n)s: %(points)s of %(possible)s points, %(verdict)s") % {
        "n": data["number"], "points": data["points"], "possible": data["possible"], "verdict": verdict,
    }  # fmt: skip
    return f"{said}. {data['reason']}" if data["reason"] else said


def _event(data: dict[str, Any]) -> str:
    note, reason = data.get("note", ""), data.get("reason", "")
    named = {
        "paused": _("Paused"),
        "resumed": _("Goes on; stood %(n)s seconds") % {"n": data.get("seconds", 0)},
        "extended": _("%(n)s minutes added") % {"n": data.get("minutes", 0)},
        "void_asked": _("Proposed to be void"),
        "take_over": _("Another tab or device took over"),
        "focus_lost": _("Left the exam's window, times: %(n)s, seconds away: %(s)s")
        % {"n": data.get("times", 0), "s": data.get("seconds", 0)},
        "late_decided": _("Late answer decided: %(grounds)s") % {"grounds": data.get("grounds", "")},
    }
    if note in named:
        return f"{named[note]}: {reason}" if reason else named[note]
    moved = {
        "started": _("Started"),
        "submitted": _("Handed in by the clock") if note == "clock" else _("Handed in"),
        "graded": _("Graded"),
        "void": _("Declared void: %(reason)s") % {"reason": note},
    }
    if data["old"] != data["new"]:
        return moved.get(data["new"], str(data["new"]))
    return f"{note}: {reason}" if reason else str(note)


_TELLERS = {"event": _event, "answer": _answer, "late": _late, "mark": _mark, "grade": _grade}
