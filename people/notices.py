"""Texts of what people are told, by kind. Filled with a notice's facts."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from lms.lib.bilingual import of


class Text(NamedTuple):
    """Subject, body and the button's words; `%(name)s` placeholders come from the facts."""

    subject: Any
    body: Any
    button: Any


TEXTS: Mapping[str, Text] = {
    "enrolled": Text(
        _("You are enrolled: %(course)s"),
        _("You hold a place in class %(run)s. Lessons are open now; take up where you like."),
        _("Start learning"),
    ),
    "completion_certificate": Text(
        _("Your certificate of completion %(number)s is ready"),
        _("You have completed “%(course)s”. The certificate is on your page; anyone can check it by its code."),
        _("See the certificate"),
    ),
    "consultant_certificate": Text(
        _("Your consultant certificate %(number)s is ready"),
        _("The decision on your application %(application)s has been made: certification is granted."),
        _("See the certificate"),
    ),
    "application_returned": Text(
        _("Application %(application)s: something is missing"),
        _("The officer who checked your file asks: %(note)s"),
        _("Complete the application"),
    ),
    "application_refused": Text(
        _("Application %(application)s: decision"),
        _("Certification is not granted. Reason: %(note)s You may ask for the decision to be looked at again."),
        _("See the decision"),
    ),
    "certificate_ended": Text(
        _("Certificate %(number)s is no longer valid"),
        _("From %(day)s certificate %(number)s may not be used. Reason: %(reason)s"),
        _("See what this means"),
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
