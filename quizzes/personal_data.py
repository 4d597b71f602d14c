"""What exams and assignments keep of a person: for the copy, for erasure, for a merge."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from django.core.files.storage import storages
from django.db.models import Q
from django.utils.translation import gettext as _

from enrolments.models import Enrolment
from people import personal_data
from people.models import User
from people.personal_data import Fact, Keeper, Section, Stored
from quizzes import personal_appeals, personal_files, personal_hall, personal_paper
from quizzes.accommodations import in_words
from quizzes.models import (
    Answer,
    Attempt,
    Grade,
    KeyGrant,
    KeySight,
    LateAnswer,
    Question,
    Sitting,
    SittingEvent,
    SittingExaminer,
    Submission,
    SubmissionEvent,
)
from quizzes.personal_files import ERASED_NAME
from quizzes.types import TYPES

# --- The copy -------------------------------------------------------------------------


def export(person: User, ids: Sequence[int]) -> Iterator[Section]:
    """Attempts, answers and results; not the questions, which belong to the bank."""
    attempts = Attempt.objects.filter(sitting__person__in=ids).select_related("sitting__exam", "session")
    yield Section(
        "attempts",
        _("Attempts"),
        [("code", _("Attempt")), ("exam", _("Exam")), ("number", _("Number")), ("state", _("State")),
         ("started_at", _("Started on")), ("submitted_at", _("Handed in on")), ("session", _("Exam session")),
         ("seat", _("Seat")), ("network", _("Network address"))],
        [[one.code, one.sitting.exam.title, one.number, one.get_state_display(), one.started_at, one.submitted_at,
          one.session.code if one.session else "", one.seat, one.network or ""]
         for one in attempts.order_by("started_at", "pk")],
    )  # fmt: skip
    grades = Grade.objects.filter(attempt__sitting__person__in=ids).select_related("attempt")
    scored = personal_appeals.scored(ids)
    yield Section(
        "results",
        _("Results"),
        [("attempt", _("Attempt")), ("points", _("Points")), ("possible", _("of")), ("passed", _("Passed")),
         ("at", _("When"))],
        [[one.attempt.code, float(one.points) if one.attempt_id in scored else None, one.possible, one.passed,
          one.graded_at]
         for one in grades.order_by("graded_at", "pk")],
    )  # fmt: skip
    answers = Answer.objects.filter(item__attempt__sitting__person__in=ids)
    answers = answers.select_related("item__attempt", "item__version")
    yield Section(
        "answers",
        _("Saved answers"),
        [("attempt", _("Attempt")), ("question", _("Question")), ("revision", _("Version")), ("answer", _("Answer")),
         ("at", _("Saved on"))],
        [[one.item.attempt.code, one.item.position, one.revision, _in_words(one), one.received_at]
         for one in answers.order_by("item__attempt", "item__position", "revision")],
        files=personal_files.stored(ids),
    )  # fmt: skip
    yield _late(ids)
    sittings = Sitting.objects.filter(person__in=ids).exclude(accommodation_reason="").select_related("exam")
    yield Section(
        "accommodations",
        _("Help in exams"),
        [("exam", _("Exam")), ("minutes", _("More minutes")), ("attempts", _("More attempts")),
         ("other", _("Other help")), ("reason", _("Reason"))],
        [[one.exam.title, one.extra_minutes, one.extra_attempts, ", ".join(in_words(one.accommodations)),
          one.accommodation_reason] for one in sittings.order_by("pk")],
    )  # fmt: skip
    yield from personal_appeals.sections(ids)
    yield from personal_paper.sections(ids)
    yield from personal_hall.sections(ids)
    yield _work(ids)
    sights = KeySight.objects.filter(person__in=ids).select_related("version__question").order_by("at")
    yield Section(
        "key_sights",
        _("Answer keys looked at"),
        [("question", _("Question")), ("at", _("When"))],
        [[one.version.question.code, one.at] for one in sights],
    )


def _late(ids: Sequence[int]) -> Section:
    """What came and was not taken: kept as evidence, with what was decided about it."""
    rows = LateAnswer.objects.filter(item__attempt__sitting__person__in=ids)
    rows = rows.select_related("item__attempt", "item__version").order_by("received_at", "pk")
    return Section(
        "late_answers",
        _("Answers kept as evidence"),
        [("attempt", _("Attempt")), ("question", _("Question")), ("answer", _("Answer")), ("why", _("Reason")),
         ("at", _("Received on")), ("counts", _("Counts")), ("grounds", _("Grounds"))],
        [[one.item.attempt.code, one.item.position, _in_words(one), one.get_reason_display(), one.received_at,
          one.counted, one.grounds] for one in rows],
    )  # fmt: skip


def _in_words(answer: Answer | LateAnswer) -> str:
    """What was answered, as it read: the ids under which it is stored are the author's, and might tell something."""
    if answer.response is None:
        return ""
    item = answer.item
    kind = TYPES[item.version.type]
    return "; ".join(kind.given(item.version.content, item.order, answer.response, item.attempt.language))


def _work(ids: Sequence[int]) -> Section:
    """Work handed in, every file of it."""
    rows = list(Submission.objects.filter(enrolment__person__in=ids).select_related("enrolment__run").order_by("pk"))
    return Section(
        "work",
        _("Work handed in"),
        [("run", _("Class")), ("file", _("File")), ("submitted_at", _("Handed in on")), ("state", _("State")),
         ("remark", _("Remark"))],
        [[one.enrolment.run.code, one.name, one.submitted_at, one.get_state_display(), one.remark] for one in rows],
        files=[
            Stored(f"{number:02d}{PurePosixPath(path).suffix}", path)
            for number, path in enumerate(_paths(rows), start=1)
        ],
    )  # fmt: skip


def _paths(rows: Sequence[Submission]) -> list[str]:
    """Where the files lie, those handed in before as well."""
    before = SubmissionEvent.objects.filter(subject__in=[one.pk for one in rows]).order_by("at", "pk")
    paths = [event.data["path"] for event in before if event.data.get("path")]
    return list(dict.fromkeys([*paths, *(one.path for one in rows if one.path)]))


# --- Erasure --------------------------------------------------------------------------


def bars_erasure(person: User, ids: Sequence[int]) -> Iterator[str]:
    """Nobody is taken out of a running exam."""
    running = Attempt.objects.filter(sitting__person__in=ids, state=Attempt.State.STARTED)
    for attempt in running.select_related("sitting__exam"):
        yield _("%(name)s is sitting the exam “%(exam)s”. Wait until it is handed in.") % {
            "name": person.full_name,
            "exam": attempt.sitting.exam.title,
        }


def erase(person: User, ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Work handed in, reasons for help and notes of the hall go; attempts with their results stay as proof, under
    the pseudonym. Who is erased sees no keys any more.
    """
    rows = list(Submission.objects.filter(enrolment__person__in=ids))
    for path in _paths(rows):
        storages["private"].delete(path)
    for row in rows:
        Submission.objects.filter(pk=row.pk).update(path="", name=ERASED_NAME, remark="")
    SubmissionEvent.objects.filter(subject__in=[row.pk for row in rows]).update(data={}, note="")
    Sitting.objects.filter(person__in=ids).exclude(accommodation_reason="").update(
        accommodation_reason="", accommodations=[]
    )
    SittingEvent.objects.filter(subject__person__in=ids).update(note="", data={})
    personal_appeals.erase(ids, by=by, at=at)
    personal_files.erase(ids)
    personal_paper.erase(ids)
    personal_hall.erase(ids)
    KeyGrant.objects.filter(person__in=ids, until=None).update(
        until=at, ended_by=by, end_reason=_("The person's data were erased.")
    )


# --- Merging ---------------------------------------------------------------------------


def facts(person: User) -> Iterator[Fact]:
    """How many exams hang on an account."""
    yield Fact(_("Attempts"), str(Attempt.objects.filter(sitting__person=person).count()))


def bars_merge(source: User, into: User) -> Iterator[str]:
    """Whoever examined or graded the other is another person; and a running exam is finished first."""
    for examiner, taker in ((source, into), (into, source)):
        one, other = User.objects.same_as(examiner), User.objects.same_as(taker)
        examined = SittingExaminer.objects.filter(examiner__in=one, sitting__person__in=other)
        graded = Grade.objects.filter(graded_by__in=one, attempt__sitting__person__in=other)
        if examined.exists() or graded.exists():
            yield _("%(examiner)s examined %(taker)s: they are two people.") % {
                "examiner": examiner.full_name,
                "taker": taker.full_name,
            }
    if Attempt.objects.filter(sitting__person=source, state=Attempt.State.STARTED).exists():
        yield _("%(name)s is sitting an exam under the account that would go. Wait until it is handed in.") % {
            "name": source.full_name
        }


def merge(source: User, into: User, *, by: User, at: datetime) -> None:
    """Sittings follow their enrolment, and those without one the person. Attempts and results hang on the sitting.

    The permission to see a bank's keys goes on as it is, and so does the watch over sessions; where both accounts
    had it, the one that goes ends.
    """
    moved = Enrolment.objects.filter(person=into).values("pk")
    Sitting.objects.filter(Q(enrolment=None) | Q(enrolment__in=moved), person=source).update(person=into)
    running = KeyGrant.objects.filter(person=source, until=None)
    had = list(KeyGrant.objects.filter(person=into, until=None).values_list("bank", flat=True))
    running.filter(bank__in=had).update(
        until=at, ended_by=by, end_reason=_("The person's other account has the permission.")
    )
    running.update(person=into)
    personal_hall.merge(source, into, at=at)
    Question.objects.filter(reviewer=source).update(reviewer=into)


def fill() -> None:
    """Fill the port."""
    personal_data.register(
        Keeper(
            floor=3,
            export=export,
            facts=facts,
            bars_erasure=bars_erasure,
            erase=erase,
            bars_merge=bars_merge,
            merge=merge,
        )
    )
