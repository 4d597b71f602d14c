"""The certification decision, by someone who took no part."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from certificates import impartiality, register
from certificates.actions.certificate import issue_consultant
from certificates.models import Application, Decision, Proposal
from lms.lib.access import Role
from lms.lib.periods import local_date
from lms.lib.states import Refused
from people.actions import notify
from people.models import Province, User


class NotImpartial(Refused):
    """The decider took part; `reasons` says in what, and until when that counts."""

    def __init__(self, reasons: list[impartiality.Reason]) -> None:
        super().__init__(" ".join(f"{reason.rule} {reason.fact}" for reason in reasons), code="impartiality")
        self.reasons = reasons


@transaction.atomic
def decide(*, application: Application, outcome: str, basis: str, by: User, at: datetime) -> Decision:
    """Grant or refuse. A grant issues the consultant certificate in the same transaction.

    Raises NotImpartial for a decider who taught, examined or proposed the
    applicant; there is no exception to it. The database refuses the same.
    """
    if not by.has_role(Role.DECIDER):
        raise Refused(_("Only a member of the certification council decides."), code="role")
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("version", "person").get(pk=application.pk)
    )
    proposal = Proposal.objects.filter(application=application).order_by("-at").first()
    if application.state != Application.State.PROPOSED or proposal is None:
        raise Refused(_("This file is not proposed for decision."), code="state")
    if reasons := impartiality.why_not(by, application, at):
        raise NotImpartial(reasons)
    if len(basis.strip()) < 10:
        raise Refused(_("Write what the decision rests on, at least ten characters."), code="basis")
    year = local_date(at).year
    book = register.lock(register.DECISIONS)
    number = register.next_number(book, year)
    form = Province.current().document("consultant")["decision_format"]
    decision = Decision.objects.create(
        application=application,
        applicant=application.person,
        proposed_by=proposal.by,
        decided_by=by,
        outcome=outcome,
        number=form.format(number=number, year=year),
        year=year,
        basis=basis.strip(),
        decided_at=at,
        impartial_since=impartiality.since(application, at),
    )
    granted = outcome == Decision.Outcome.GRANT
    application.move(
        Application.State.GRANTED if granted else Application.State.REFUSED, by=by, at=at, note=basis.strip()
    )
    if granted:
        issue_consultant(decision=decision, at=at)
    else:
        notify(
            person=application.person,
            kind="application_refused",
            key=f"application:{application.pk}",
            at=at,
            facts={
                "application": application.code,
                "note": basis.strip(),
                "url": f"/vi/certification/applications/{application.code}/",
            },
        )
    return decision
