"""Texts of what people are told, by kind. Filled with a notice's facts."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from lms.lib.bilingual import of


class Group(StrEnum):
    """What a person may choose to be told, and what nobody can switch off."""

    ACCOUNT = "account"
    CERTIFICATE = "certificate"
    CLASS = "class"
    REMINDER = "reminder"
    TALK = "talk"


class Text(NamedTuple):
    """Subject, body and the button's words; `%(name)s` placeholders come from the facts."""

    subject: Any
    body: Any
    button: Any
    group: Group = Group.ACCOUNT


TEXTS: dict[str, Text] = {
    "completion_certificate": Text(
        _("Your certificate of completion %(number)s is ready"),
        _("You have completed “%(course)s”. The certificate is on your page; anyone can check it by its code."),
        _("See the certificate"),
        Group.CERTIFICATE,
    ),
    "consultant_certificate": Text(
        _("Your consultant certificate %(number)s is ready"),
        _("The decision on your application %(application)s has been made: certification is granted."),
        _("See the certificate"),
        Group.CERTIFICATE,
    ),
    "application_returned": Text(
        _("Application %(application)s: something is missing"),
        _("The officer who checked your file asks: %(note)s"),
        _("Complete the application"),
        Group.CERTIFICATE,
    ),
    "application_refused": Text(
        _("Application %(application)s: decision"),
        _("Certification is not granted. Reason: %(note)s You may ask for the decision to be looked at again."),
        _("See the decision"),
        Group.CERTIFICATE,
    ),
    "certificate_ended": Text(
        _("Certificate %(number)s is no longer valid"),
        _("From %(day)s certificate %(number)s may not be used. Reason: %(reason)s"),
        _("See what this means"),
        Group.CERTIFICATE,
    ),
    "slip_issued": Text(
        _("A new sign-in slip was printed for you"),
        _(
            "%(by)s printed it; the PIN or password used so far no longer works. "
            "If you did not ask for it, tell the programme."
        ),
        _("Open NSCL"),
    ),
    "attempt_graded": Text(
        _("Result of %(exam)s"),
        _("Your result is on your page."),
        _("See the result"),
    ),
}


def register(texts: Mapping[str, Text]) -> None:
    """Add an upper app's kinds, in its `AppConfig.ready()`. Raises ValueError for a kind that is there."""
    if twice := TEXTS.keys() & texts.keys():
        raise ValueError(f"Kinds of notices are declared once: {', '.join(sorted(twice))}.")
    TEXTS.update(texts)


class Wording(NamedTuple):
    """A notice's text, filled, in the reader's language."""

    subject: str
    body: str
    button: str


class _Facts(dict[str, Any]):
    """Facts to fill a text with: texts in both languages are picked, missing ones left out."""

    def __getitem__(self, name: str) -> Any:
        value = self.get(name, "")
        return of(value) if isinstance(value, dict) else value


def wording(kind: str, facts: Mapping[str, Any]) -> Wording:
    """The text of a notice of `kind`. A fact may be a text or `{"vi": …, "en": …}`."""
    text = TEXTS[kind]
    known = _Facts(facts)
    return Wording(str(text.subject) % known, str(text.body) % known, str(text.button))
