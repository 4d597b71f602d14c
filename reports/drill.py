"""From a figure to its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from certificates.models import Certificate
from enrolments.models import Enrolment
from lms.lib.periods import local_date
from reports.facts import ConsultantFact, Fact, Facts

if TYPE_CHECKING:
    from people.models import User

TURNED, COMPLETED, PASSED = "turned", "completed", "passed"
EVENTS: Mapping[str, str] = {
    "turns": TURNED,
    "persons": TURNED,
    "enterprises": TURNED,
    "completed_turns": COMPLETED,
    "completed_persons": COMPLETED,
    "hours": COMPLETED,
    "passed_turns": PASSED,
}
"""The event of an enrolment that each measure counts."""


@dataclass(frozen=True)
class Line:
    """One enrolment behind a figure, as far as the viewer may see it."""

    person: str
    run: str
    course: str
    edition: str
    enterprise: str
    turned_on: date
    completed_on: date | None
    passed_on: date | None


@dataclass(frozen=True)
class CertificateLine:
    """One consultant certificate behind a figure."""

    person: str
    number: str
    scheme: str
    state: str
    issued_on: date
    expires_on: date | None


def behind(found: Facts, measure: str) -> list[Fact]:
    """The facts that `measure` counts, newest event first. Raises KeyError for another measure."""
    event = EVENTS[measure]
    moment = {TURNED: "turn_at", COMPLETED: "completed_at", PASSED: "passed_at"}[event]
    kept = [fact for fact in found.enrolments if getattr(fact, event)]
    if measure == "enterprises":
        kept = [fact for fact in kept if fact.enterprise is not None]
    return sorted(kept, key=lambda fact: (getattr(fact, moment), fact.enrolment), reverse=True)


def lines(viewer: "User", facts: Sequence[Fact]) -> list[Line]:
    """Names for `facts`: one query."""
    named = (
        Enrolment.objects.visible_to(viewer)
        .filter(pk__in=[fact.enrolment for fact in facts])
        .select_related("person", "run__course", "run__edition", "enterprise")
        .in_bulk()
    )
    found = []
    for fact in facts:
        enrolment = named.get(fact.enrolment)
        if enrolment is None:
            continue
        found.append(
            Line(
                person=str(enrolment.person),
                run=enrolment.run.code,
                course=enrolment.run.course.title,
                edition=enrolment.run.edition.name,
                enterprise=enrolment.enterprise.name if enrolment.enterprise else "",
                turned_on=local_date(fact.turn_at),
                completed_on=local_date(fact.completed_at) if fact.completed_at else None,
                passed_on=local_date(fact.passed_at) if fact.passed_at else None,
            )
        )
    return found


def certificate_lines(viewer: "User", facts: Sequence[ConsultantFact]) -> list[CertificateLine]:
    """Names for consultant certificates: one query."""
    named = (
        Certificate.objects.visible_to(viewer)
        .filter(pk__in=[fact.certificate for fact in facts])
        .select_related("decision__application__version__scheme")
        .in_bulk()
    )
    return [
        CertificateLine(
            person=certificate.holder,
            number=certificate.number,
            scheme=certificate.decision.application.version.name if certificate.decision else "",
            state=certificate.state_name(),
            issued_on=certificate.issued_on,
            expires_on=certificate.expires_on,
        )
        for fact in facts
        if (certificate := named.get(fact.certificate)) is not None
    ]
