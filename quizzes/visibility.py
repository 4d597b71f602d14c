"""What a taker sees of a graded attempt, and when: a pure rule, and its words.

Whether it was passed is always told: the class and the certificate go by it. The
score, the answers with right and wrong, and the feedback each follow a rule of
the exam; nothing made from a key leaves before the rule lets it.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from quizzes.admission import clock


class Shows(StrEnum):
    """When something becomes visible; the values of `Exam.Shows`."""

    AT_ONCE = "at_once"
    CLOSED = "closed"
    RELEASED = "released"
    NEVER = "never"


class Rule(NamedTuple):
    """The exam's three choices."""

    score: str
    answers: str
    feedback: str


class Sight(NamedTuple):
    """What may be seen now."""

    score: bool
    answers: bool
    feedback: bool

    @property
    def review(self) -> bool:
        """Whether there is anything to see question by question."""
        return self.answers or self.feedback


NOTHING = Sight(False, False, False)


def seen(rule: Rule, *, graded: bool, closed: bool, released: bool) -> Sight:
    """What of a graded attempt is visible.

    `closed`: the window is over for everybody and nobody is still in the exam.
    `released`: an examiner released the results. Unknown values show nothing.
    """
    if not graded:
        return NOTHING
    now = {Shows.AT_ONCE: True, Shows.CLOSED: closed, Shows.RELEASED: released}
    return Sight(*(now.get(Shows(choice), False) if choice in list(Shows) else False for choice in rule))


def asks_whether_closed(rule: Rule) -> bool:
    """Whether it matters that the window is closed: only then it is looked up."""
    return Shows.CLOSED in rule


def promises(rule: Rule, closes_at: datetime | None) -> list[str]:
    """In words, before the exam: what will be seen afterwards, and when."""
    when = {
        Shows.AT_ONCE: _("at once after the hand-in"),
        Shows.CLOSED: _("once the exam is over for everybody")
        + (_(", not before %(moment)s") % {"moment": clock(closes_at)} if closes_at else ""),
        Shows.RELEASED: _("when the examiner releases them"),
        Shows.NEVER: "",
    }
    names = (
        (rule.score, _("Points are shown %(when)s."), _("Points are not shown, only whether the exam is passed.")),
        (rule.answers, _("Your answers with right and wrong are shown %(when)s."), _("Right answers are not shown.")),
        (rule.feedback, _("Explanations are shown %(when)s."), ""),
    )
    told = [text % {"when": when[Shows(choice)]} if choice != Shows.NEVER else never for choice, text, never in names]
    return [sentence for sentence in told if sentence]


def waits(rule: Rule, sight: Sight) -> str:
    """In words, on the result: what is still to come; empty when nothing is."""
    later: dict[bool, list[str]] = {}
    for choice, shown, name in (
        (rule.score, sight.score, _("the points")),
        (rule.answers, sight.answers, _("your answers with right and wrong")),
        (rule.feedback, sight.feedback, _("the explanations")),
    ):
        if not shown and choice != Shows.NEVER:
            later.setdefault(choice == Shows.RELEASED, []).append(name)
    told = {
        False: _("Still to come: %(what)s. They are shown once the exam is over for everybody."),
        True: _("Still to come: %(what)s. They are shown when the examiner releases them."),
    }
    return " ".join(told[released] % {"what": ", ".join(later[released])} for released in sorted(later))
