"""What a person holds, for eligibility: reads only."""

from collections import Counter
from datetime import date

from certificates.eligibility import Facts, Held, Line, check
from certificates.models import Application, Certificate, SchemeVersion
from people.models import User


def facts_of(person: User, application: Application | None, on: date) -> Facts:
    """What is known of `person`, with what `application` declares and holds."""
    certificates = Certificate.objects.filter(
        person__in=User.objects.same_as(person), kind=Certificate.Kind.COMPLETION
    ).in_force(on)
    return Facts(
        held=[Held(item.facts["course_code"], item.number, item.issued_on) for item in certificates],
        experience_years=application.experience_years if application else None,
        education=application.education if application else person.education,
        evidence=Counter(application.evidence.filter(removed_at=None).values_list("kind", flat=True))
        if application
        else {},
    )


def eligibility(version: SchemeVersion, person: User, application: Application | None, on: date) -> list[Line]:
    """The scheme's requirements for `person` on `on`, each with what it was counted from."""
    return check(
        requires=version.requires,
        evidence=version.evidence,
        clauses=version.clauses,
        facts=facts_of(person, application, on),
        on=on,
    )
