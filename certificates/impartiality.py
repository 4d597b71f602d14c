"""Who may not decide about an applicant (ISO/IEC 17024:2012, 4.3 and 9.4).

The same rule stands in the database as a trigger; here it is told in words. Accounts
that were merged are one person: what either did or had done counts.
"""

from datetime import date, datetime
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q
from django.utils.translation import gettext as _

from certificates.models import Application, Proposal
from enrolments.models import RunInstructor
from people.models import User
from quizzes.models import Grade, SittingExaminer


class Reason(NamedTuple):
    """Why somebody may not decide: the rule, the fact it rests on, and the day it ends (None: never)."""

    rule: str
    fact: str
    until: date | None


def since(application: Application, at: datetime) -> datetime:
    """From when teaching and examining count: the scheme's look-back before `at`."""
    moment: datetime = at - relativedelta(months=application.version.look_back_months)
    return moment


def why_not(decider: User, application: Application, at: datetime) -> list[Reason]:
    """Every reason why `decider` may not decide on `application`; empty if there is none."""
    reasons = []
    months = application.version.look_back_months
    from_when = since(application, at)
    judges = set(User.objects.same_as(decider).values_list("pk", flat=True))
    applicants = set(User.objects.same_as(application.person).values_list("pk", flat=True))
    if judges & applicants:
        reasons.append(Reason(_("Nobody decides about themselves."), _("The application is your own."), None))
    proposal = Proposal.objects.filter(application=application, by__in=judges).first()
    if proposal is not None:
        reasons.append(
            Reason(
                _("Whoever proposes does not decide."),
                _("You proposed this file on %(day)s.") % {"day": f"{proposal.at:%d/%m/%Y}"},
                None,
            )
        )
    rule = _("Whoever taught or examined the applicant within %(months)s months does not decide.") % {"months": months}
    taught = (
        RunInstructor.objects.filter(
            Q(until=None) | Q(until__gt=F("run__enrolments__enrolled_at")),
            person__in=judges,
            run__enrolments__person__in=applicants,
            run__ends_on__gte=from_when.date(),
        )
        .select_related("run")
        .order_by("-run__ends_on", "pk")
        .distinct()
    )
    reasons.extend(
        Reason(
            rule,
            _("You taught class %(run)s, which the applicant attended.") % {"run": teaching.run.code},
            teaching.run.ends_on + relativedelta(months=months),
        )
        for teaching in taught
    )
    examined = SittingExaminer.objects.filter(
        examiner__in=judges, sitting__person__in=applicants, since__gte=from_when
    ).select_related("sitting__exam")
    reasons.extend(
        Reason(
            rule,
            _("You examined the applicant in %(exam)s.") % {"exam": post.sitting.exam},
            post.since.date() + relativedelta(months=months),
        )
        for post in examined
    )
    graded = Grade.objects.filter(
        graded_by__in=judges, attempt__sitting__person__in=applicants, graded_at__gte=from_when
    ).select_related("attempt__sitting__exam")
    reasons.extend(
        Reason(
            rule,
            _("You graded the applicant in %(exam)s.") % {"exam": grade.attempt.sitting.exam},
            grade.graded_at.date() + relativedelta(months=months),
        )
        for grade in graded
    )
    return reasons
