"""Roles and what is done to accounts, by name, for screens."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.lib.access import Role

ROLE_NAMES: Mapping[Role, Promise] = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.PROGRAMME: _("programme officer"),
    Role.OFFICER: _("certification officer"),
    Role.DECIDER: _("council member"),
    Role.EXAMINER: _("examiner"),
    Role.INSTRUCTOR: _("instructor"),
    Role.REVIEWER: _("content reviewer"),
    Role.INVIGILATOR: _("invigilator"),
    Role.INSPECTOR: _("inspector"),
    Role.CONTACT: _("enterprise contact"),
    Role.TRAINEE: _("trainee"),
    Role.ANONYMOUS: _("visitor"),
}


def role_name(name: str) -> str:
    """A stored role in the reader's language."""
    return str(ROLE_NAMES[Role(name)])


_EVENTS: Mapping[str, Promise] = {
    "added": _("entered by staff"),
    "closed": _("account closed"),
    "contact_appointed": _("speaks for the enterprise from now on"),
    "contact_ended": _("speaks for the enterprise no more"),
    "consent_withdrawn": _("took a consent back"),
    "enterprise_merged": _("the enterprise was merged into another"),
    "erased": _("personal data erased"),
    "erasure_asked": _("asked for erasure"),
    "identity_removed": _("identity number removed"),
    "identity_seen": _("identity number looked at"),
    "identity_set": _("identity number stored"),
    "invited": _("invited by their enterprise"),
    "joined": _("put into an enterprise"),
    "left": _("left an enterprise"),
    "login_email": _("may sign in by e-mail"),
    "merged": _("merged into another account"),
    "merged_from": _("took another account in"),
    "notice_resent": _("a notice was sent again"),
    "notices_chosen": _("chose which notices to get"),
    "post_changed": _("post in the enterprise changed"),
    "profile_changed": _("profile changed"),
    "reopened": _("account opened again"),
    "role_ended": _("role ended"),
    "role_granted": _("role granted"),
    "secret_chosen": _("chose an own PIN or password"),
    "session_ended": _("signed one device out"),
    "sessions_ended": _("signed devices out"),
    "signed_up": _("signed up"),
    "slip_issued": _("slip printed"),
}


def event_name(name: str) -> str:
    """A line of a person's history in the reader's language; of another app, as it is stored."""
    return str(_EVENTS.get(name, name))
