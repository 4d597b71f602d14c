"""Whether someone holds what a scheme asks for: pure, with what each line was counted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from lms.lib.bilingual import of


class Held(NamedTuple):
    """A certificate of completion that counts towards a scheme."""

    course: str
    number: str
    issued_on: date


@dataclass(frozen=True)
class Facts:
    """What is known of an applicant."""

    held: Sequence[Held] = ()
    experience_years: int | None = None
    education: str = ""
    evidence: Mapping[str, int] = field(default_factory=dict)


class Line(NamedTuple):
    """One requirement. `met` is None where a person must judge; `fatal` ones stop the handing in."""

    code: str
    met: bool | None
    text: str
    counted_from: str
    clause: str = ""


def check(
    *,
    requires: Mapping[str, Any],
    evidence: Sequence[Mapping[str, Any]],
    clauses: Mapping[str, str],
    facts: Facts,
    on: date,
) -> list[Line]:
    """Lines of a scheme's requirements on the day `on`, in the scheme's order."""
    lines = [_course(rule, clauses, facts, on) for rule in requires.get("courses", [])]
    years = requires.get("experience_years")
    if years:
        declared = facts.experience_years
        lines.append(
            Line(
                "experience",
                declared is not None and declared >= years,
                of(requires.get("experience")) or _("At least %(years)s years of work in the field") % {"years": years},
                _("%(years)s years declared") % {"years": declared} if declared is not None else _("not yet declared"),
                clauses.get("requires.experience_years", ""),
            )
        )
    if requires.get("education"):
        lines.append(
            Line(
                "education",
                # Free words: whether they are enough is for the officer to judge.
                None if facts.education.strip() else False,
                of(requires["education"]),
                facts.education or _("not yet declared"),
                clauses.get("requires.education", ""),
            )
        )
    for kind in evidence:
        if kind.get("required"):
            count = facts.evidence.get(kind["code"], 0)
            least = int(kind.get("min", 1))
            lines.append(
                Line(
                    f"evidence:{kind['code']}",
                    count >= least,
                    of(kind["name"]),
                    _("%(count)s of %(least)s files sent") % {"count": count, "least": least},
                    clauses.get("evidence", ""),
                )
            )
    return lines


def _course(rule: Mapping[str, Any], clauses: Mapping[str, str], facts: Facts, on: date) -> Line:
    months = rule.get("max_age_months")
    oldest = on - relativedelta(months=months) if months else date.min
    text = _("Course %(course)s completed") % {"course": rule["course"]}
    if months:
        text = _("Course %(course)s completed within the last %(months)s months") % {
            "course": rule["course"],
            "months": months,
        }
    fresh = [item for item in facts.held if item.course == rule["course"] and item.issued_on >= oldest]
    clause = clauses.get("requires.courses", "")
    if fresh:
        best = max(fresh, key=lambda item: item.issued_on)
        return Line(
            f"course:{rule['course']}",
            True,
            text,
            _("certificate %(number)s of %(day)s") % {"number": best.number, "day": f"{best.issued_on:%d/%m/%Y}"},
            clause,
        )
    if facts.evidence.get("training", 0):
        # Clause 5.2: training with us is never the only way in.
        return Line(
            f"course:{rule['course']}",
            None,
            text,
            _("training elsewhere, shown by evidence; the officer judges it"),
            clause,
        )
    old = [item for item in facts.held if item.course == rule["course"]]
    counted = (
        _("the certificate of %(day)s is too old") % {"day": f"{max(i.issued_on for i in old):%d/%m/%Y}"}
        if old
        else _("no valid certificate found, and no evidence of training elsewhere")
    )
    return Line(f"course:{rule['course']}", False, text, counted, clause)


def missing(lines: Sequence[Line]) -> list[Line]:
    """Lines that stop an application from being handed in."""
    return [line for line in lines if line.met is False]
