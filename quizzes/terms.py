"""All that applies to one person's next attempt, in words, for the page before the exam."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _, ngettext

from lms.lib.access import Role
from quizzes import admission, visibility
from quizzes.accommodations import in_words
from quizzes.admission import Standing, clock
from quizzes.models import Exam, Section, Sitting

CERTIFIERS = (Role.ADMINISTRATOR, Role.EXAMINER, Role.OFFICER)
"""Who sets rules of exams that certify."""


@dataclass(frozen=True)
class Term:
    """One sentence with its icon."""

    icon: str
    text: str


def terms(sitting: Sitting, standing: Standing, at: datetime) -> list[Term]:
    """What holds for an attempt of `sitting` beside the rules of every exam, as seen at `at`."""
    exam = sitting.exam
    return [*_window(sitting, standing, at), *_own(sitting), *_door(exam), *_points(exam), *_attempts(exam, standing),
            *_after(exam, standing)]  # fmt: skip


def rule(exam: Exam) -> visibility.Rule:
    """The exam's choices of what is seen when."""
    return visibility.Rule(exam.shows_score, exam.shows_answers, exam.shows_feedback)


def _window(sitting: Sitting, standing: Standing, at: datetime) -> list[Term]:
    found = []
    exam, session = sitting.exam, sitting.session
    if session is not None and session.state in (session.State.PLANNED, session.State.OPEN):
        seat = _("seat %(seat)s") % {"seat": sitting.seat} if sitting.seat else ""
        where = ", ".join(text for text in (session.place, seat) if text)
        planned = _("Exam session %(code)s, planned for %(moment)s.") % {
            "code": session.code, "moment": clock(session.starts_at),
        }  # fmt: skip
        found.append(Term("map-pin", f"{planned} {where}".strip()))
        found.append(Term("id-card", _("Bring an identity document: the invigilator looks at it before you start.")))
    if standing.opens_at and at < standing.opens_at:
        found.append(Term("calendar", _("It can be started from %(moment)s.") % {"moment": clock(standing.opens_at)}))
    if standing.closes_at is None:
        return found
    moment = {"moment": clock(standing.closes_at)}
    cut = exam.window_end == Exam.WindowEnd.CUT
    if cut and sitting.extra_minutes and not standing.own_end:
        last = standing.closes_at + timedelta(minutes=sitting.extra_minutes)
        text = _(
            "Start before %(moment)s: the exam closes then. With your extra minutes your time ends at %(last)s "
            "at the latest."
        ) % {**moment, "last": clock(last)}
    elif cut:
        text = _("The exam closes at %(moment)s, also for attempts that have not used all their time.") % moment
    else:
        text = _("Start before %(moment)s. Whoever has started by then has the whole time.") % moment
    found.append(Term("calendar", text))
    full = timedelta(minutes=exam.minutes + sitting.extra_minutes)
    over = admission.deadline(
        at, minutes=exam.minutes, extra=sitting.extra_minutes, closes_at=standing.closes_at,
        own_end=standing.own_end, cut=cut,
    )  # fmt: skip
    if at < standing.closes_at and over < at + full:
        left = max(0, int((over - at).total_seconds() // 60))
        found.append(
            Term(
                "triangle-alert",
                ngettext(
                    "Whoever starts now has only %(n)s minute left.",
                    "Whoever starts now has only %(n)s minutes left.",
                    left,
                )
                % {"n": left},
            )
        )
    return found


def _own(sitting: Sitting) -> list[Term]:
    """What was arranged for this person."""
    found = []
    if minutes := sitting.extra_minutes:
        found.append(
            ngettext(
                "You have %(n)s extra minute; it is included above.",
                "You have %(n)s extra minutes; they are included above.",
                minutes,
            )
            % {"n": minutes}
        )
    if attempts := sitting.extra_attempts:
        found.append(
            ngettext(
                "You have %(n)s extra attempt; it is included above.",
                "You have %(n)s extra attempts; they are included above.",
                attempts,
            )
            % {"n": attempts}
        )
    if sitting.opens_at or sitting.closes_at:
        found.append(_("These times were set for you; others may have other ones."))
    if sitting.accommodations:
        found.append(_("Arranged for you: %(what)s.") % {"what": ", ".join(in_words(sitting.accommodations))})
    return [Term("circle-check", text) for text in found]


def _door(exam: Exam) -> list[Term]:
    found = []
    if exam.password:
        found.append(Term("lock", _("It is started with a password, which the examiner tells you.")))
    if exam.needs_ticket:
        found.append(Term("ticket", _("It is started with a ticket from the invigilator. A ticket holds once.")))
    if exam.networks:
        found.append(Term("wifi", _("It can be taken only in the network of the exam room.")))
    if exam.watches_focus:
        found.append(
            Term(
                "info",
                _(
                    "Leaving the exam's window is noted with its time. The examiner sees it as a hint; "
                    "it takes no points away."
                ),
            )
        )
    return found


def _points(exam: Exam) -> list[Term]:
    found = []
    if exam.wrong_percent:
        found.append(
            Term(
                "triangle-alert",
                _("A wrong answer takes away %(percent)s%% of the question's points; no answer takes away nothing.")
                % {"percent": exam.wrong_percent},
            )
        )
    if not exam.partial:
        found.append(Term("info", _("Only a fully right answer earns points.")))
    if exam.pilots:
        found.append(
            Term(
                "info",
                ngettext(
                    "%(n)s question is on trial: it looks like the others and does not count.",
                    "%(n)s questions are on trial: they look like the others and do not count.",
                    exam.pilots,
                )
                % {"n": exam.pilots},
            )
        )
    return found + [Term("clock", _closes(section)) for section in exam.sections.all() if section.minutes]


def _closes(section: Section) -> str:
    text = ngettext(
        "Part “%(part)s” closes for good after %(n)s minute.",
        "Part “%(part)s” closes for good after %(n)s minutes.",
        section.minutes or 0,
    )
    return text % {"part": section, "n": section.minutes}


def _attempts(exam: Exam, standing: Standing) -> list[Term]:
    if standing.allowed < 2 or not exam.wait_hours:
        return []
    text = ngettext(
        "Between two attempts lies %(n)s hour at least.",
        "Between two attempts lie %(n)s hours at least.",
        exam.wait_hours,
    )
    return [Term("hourglass", text % {"n": exam.wait_hours})]


def _after(exam: Exam, standing: Standing) -> list[Term]:
    told = visibility.promises(rule(exam), exam.closes_at)
    found = [Term("eye", " ".join(told))]
    if exam.appeal_days:
        found.append(
            Term(
                "file-text",
                ngettext(
                    "A request to look at the result again is taken for %(n)s day.",
                    "A request to look at the result again is taken for %(n)s days.",
                    exam.appeal_days,
                )
                % {"n": exam.appeal_days},
            )
        )
    return found
