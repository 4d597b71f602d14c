"""People whom an enterprise brings along by their e-mail address."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.actions.accounts import add_person
from people.actions.history import note
from people.actions.notifying import notify
from people.models import Enterprise, User


@transaction.atomic
def invite(
    *,
    full_name: str,
    email: str,
    birth_date: date,
    enterprise: Enterprise,
    by: User,
    at: datetime,
    phone: str = "",
    sex: str = "",
    job: str = "",
    language: str = "vi",
) -> User:
    """A new person of `enterprise`, told by e-mail how to come in.

    The address is not known to be theirs: it signs them in by a code mailed to it,
    and then they give their date of birth and choose a secret before anything else,
    as with a slip. Raises Refused when an account has the address already, or for
    somebody who is registered, as `add_person` does.
    """
    email = email.strip().lower()
    if EmailAddress.objects.filter(email=email).exists():
        raise Refused(
            _("%(email)s already belongs to an account. Ask the programme to enter that person as yours.")
            % {"email": email},
            code="taken",
        )
    person = add_person(
        full_name=full_name,
        by=by,
        at=at,
        enterprise=enterprise,
        birth_date=birth_date,
        phone=phone,
        sex=sex,
        job=job,
        email=email,
        language=language,
        must_choose_secret=True,
    )
    EmailAddress.objects.create(user=person, email=email, verified=False, primary=True)
    note(person, "invited", by=by, at=at, enterprise=enterprise.pk)
    notify(
        person=person,
        kind="invited",
        key=f"invited:{person.pk}",
        at=at,
        facts={"by": by.full_name, "enterprise": enterprise.name, "email": email, "url": "/vi/account/login/code/"},
    )
    return person
