"""Exams on paper: forms as they were printed, and what entered answers would become. No key is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import Job, User
from quizzes import paper
from quizzes.models import (
    Answer,
    Attempt,
    Exam,
    ExamForm,
    ExamSession,
    PaperBatch,
    PaperScan,
    QuestionVersion,
    Sitting,
)
from quizzes.paper_sheet import Page, pages
from quizzes.paper_table import Entry
from quizzes.seating import by_seat
from quizzes.types import TYPES, BadResponse, Json, Printed


@dataclass(frozen=True)
class Item:
    """A question in its place in the booklet."""

    number: int
    version: QuestionVersion
    section: int | None
    order: Any
    scored: bool

    def printed(self, language: str) -> Printed:
        """As it is printed."""
        return TYPES[self.version.type].paper(self.version.content, self.order, language)


@dataclass
class PaperForm:
    """A form as it was printed first; it never changes after that."""

    form: ExamForm
    items: list[Item]

    @cached_property
    def printed(self) -> dict[int, Printed]:
        """By question's number, in Vietnamese: letters are the same in every language."""
        return {item.number: item.printed("vi") for item in self.items}

    @cached_property
    def pages(self) -> list[Page]:
        """The answer sheet's pages."""
        return pages(line for item in self.items for line in paper.lines(item.number, self.printed[item.number]))


def paper_forms(exam: Exam) -> dict[str, PaperForm]:
    """By code the forms of an exam that were printed, retired ones too: a sheet may come in late."""
    forms = [form for form in exam.forms.order_by("code") if form.paper]
    ids = {row["version"] for form in forms for row in form.paper}
    versions = QuestionVersion.objects.select_related("topic").in_bulk(ids)
    return {form.code: PaperForm(form, _items(form, versions)) for form in forms}


def _items(form: ExamForm, versions: Mapping[int, QuestionVersion]) -> list[Item]:
    return [
        Item(number, versions[row["version"]], row["section"], row["order"], row["scored"])
        for number, row in enumerate(form.paper, 1)
    ]


def paper_form(form: ExamForm) -> PaperForm:
    """One form that was printed."""
    versions = QuestionVersion.objects.select_related("topic", "question").in_bulk(row["version"] for row in form.paper)
    return PaperForm(form, _items(form, versions))


def off_paper(found: PaperForm) -> list[int]:
    """The numbers of questions that cannot be answered on paper, whole or in a part."""
    return [item.number for item in found.items if not _sits_on_paper(found.printed[item.number])]


def _sits_on_paper(printed: Printed) -> bool:
    return printed.on_paper and all(_sits_on_paper(part) for _stem, part in printed.parts)


@dataclass
class Judged:
    """What one sheet would become, and every reason why it cannot."""

    entry: Entry
    sitting: Sitting | None = None
    form: PaperForm | None = None
    answers: dict[int, Json | None] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    by_cell: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    same: bool = False
    """The very same answers were taken in before."""

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(answer is not None for answer in self.answers.values())


class _World:
    """The session as it stands: who sits in it, and what is there of them already."""

    def __init__(self, session: ExamSession) -> None:
        self.forms = paper_forms(session.exam)
        found = session.sittings.select_related("person", "form", "exam", "enrolment", "session")
        self.sittings = {sitting.pk: sitting for sitting in found}
        self.attempts: dict[int, list[Attempt]] = {}
        rows = Attempt.objects.filter(sitting__in=self.sittings).exclude(state=Attempt.State.VOID).order_by("number")
        for attempt in of_session(rows, session).select_related("form"):
            self.attempts.setdefault(attempt.sitting_id, []).append(attempt)
        self.answers: dict[int, dict[int, Any]] = {}
        answers = Answer.objects.filter(item__attempt__in=[one for row in self.attempts.values() for one in row])
        for attempt_id, position, response in answers.order_by("revision").values_list(
            "item__attempt_id", "item__position", "response"
        ):
            self.answers.setdefault(attempt_id, {})[position] = response


def of_session(attempts: QuerySet[Attempt], session: ExamSession) -> QuerySet[Attempt]:
    """Without those that were sat in another session."""
    return attempts.filter(Q(session=session) | Q(session=None))


def judge(session: ExamSession, entries: Iterable[Entry], by: User) -> list[Judged]:
    """What the sheets would become, judged against what is there at this moment."""
    world, found = _World(session), []
    seen: dict[int, str] = {}
    for entry in entries:
        judged = Judged(entry)
        _find(judged, world, by)
        if judged.sitting is not None:
            if (before := seen.setdefault(judged.sitting.pk, entry.line)) != entry.line:
                judged.faults.append(_("This sheet stands here twice: see row %(row)s.") % {"row": before})
            _read(judged, world)
            _compare(judged, world)
        found.append(judged)
    return found


def _find(judged: Judged, world: _World, by: User) -> None:
    code = judged.entry.code
    number = paper.number_of(code)
    if number is None:
        judged.faults.append(
            _("“%(code)s” is no code of a sheet: its check digit does not fit.") % {"code": code[:20]}
            if code
            else _("The code of the sheet is missing.")
        )
        return
    judged.sitting = world.sittings.get(number)
    if judged.sitting is None:
        judged.faults.append(_("The sheet %(code)s is not of this session.") % {"code": paper.sheet_code(number)})
    elif judged.sitting.ended_at is not None:
        judged.faults.append(_("This person's right to sit the exam was taken back."))
    elif judged.sitting.person_id == by.pk:
        judged.faults.append(_("Nobody enters their own answers. Ask somebody else."))


def _read(judged: Judged, world: _World) -> None:
    assert judged.sitting is not None
    given = judged.sitting.form.code if judged.sitting.form else ""
    code = judged.entry.form or given
    judged.form = world.forms.get(code)
    if judged.form is None:
        judged.faults.append(
            _("Form %(form)s was never printed for this exam.") % {"form": code} if code else _("The form is missing.")
        )
        return
    if given and code != given:
        judged.notes.append(_("Was to sit form %(form)s.") % {"form": given})
    numbers = {item.number for item in judged.form.items}
    for number in sorted(set(judged.entry.cells) - numbers):
        judged.by_cell[number] = _("Form %(form)s has no question %(number)s.") % {"form": code, "number": number}
    for item in judged.form.items:
        try:
            fields = paper.read_cell(judged.form.printed[item.number], judged.entry.cells.get(item.number, ""))
            kind = TYPES[item.version.type]
            judged.answers[item.number] = kind.read(item.version.content, item.order, fields) if fields else None
        except (paper.BadCell, BadResponse) as refusal:
            judged.by_cell[item.number] = str(refusal)
    judged.faults += [
        _("Question %(number)s: %(reason)s") % {"number": number, "reason": reason}
        for number, reason in sorted(judged.by_cell.items())
    ]


def _compare(judged: Judged, world: _World) -> None:
    """Against attempts that are there: one on screen, or one from paper."""
    assert judged.sitting is not None
    for attempt in world.attempts.get(judged.sitting.pk, []):
        if not attempt.on_paper:
            judged.faults.append(_("Has sat the exam on screen already, attempt %(code)s.") % {"code": attempt.code})
            continue
        stored = {place: answer for place, answer in world.answers.get(attempt.pk, {}).items() if answer is not None}
        given = {number: answer for number, answer in judged.answers.items() if answer is not None}
        same_form = judged.form is not None and attempt.form_id == judged.form.form.pk
        if same_form and stored == given and not judged.faults:
            judged.same = True
        elif not judged.faults:
            judged.faults.append(
                _("Answers of this sheet were taken in before and differ: attempt %(code)s.") % {"code": attempt.code}
            )


# --- Pictures ------------------------------------------------------------------------------------


def scan_entries(scans: Sequence[PaperScan], forms: Mapping[str, PaperForm]) -> tuple[list[Entry], list[str]]:
    """The sheets that pictures make up, and what is wrong with them as a whole."""
    by_sheet: dict[str, list[PaperScan]] = {}
    faults = []
    for scan in scans:
        if not scan.dropped and scan.code and not scan.fault:
            by_sheet.setdefault(scan.code, []).append(scan)
    entries = []
    for code, group in by_sheet.items():
        codes = {scan.form for scan in group if scan.form}
        form = forms.get(group[0].form)
        numbers = sorted(scan.page for scan in group)
        if len(codes) > 1:
            faults.append(_("Sheet %(code)s: its pages name different forms.") % {"code": code})
        elif len(set(numbers)) < len(numbers):
            twice = next(number for number in numbers if numbers.count(number) > 1)
            names = ", ".join(scan.name for scan in group if scan.page == twice)
            faults.append(
                _("Sheet %(code)s: page %(page)s came more than once (%(names)s). Leave out all but one.")
                % {"code": code, "page": twice, "names": names}
            )
        elif form is not None and numbers != list(range(1, len(form.pages) + 1)):
            found = ", ".join(map(str, numbers))
            faults.append(
                _("Sheet %(code)s: %(count)s pages are needed, and there are the pages %(found)s.")
                % {"code": code, "count": len(form.pages), "found": found}
            )
        cells = {int(number): text for scan in group for number, text in scan.cells.items()}
        entries.append(Entry(", ".join(scan.name for scan in group)[:120], code, group[0].form, cells))
    return entries, faults


def entries_of(batch: PaperBatch) -> tuple[list[Entry], list[str]]:
    """The sheets of a batch, and why it cannot be taken in as a whole."""
    if batch.kind != PaperBatch.Kind.SCANS:
        return [Entry.of(row) for row in batch.rows], []
    scans = list(batch.scans.all())
    entries, faults = scan_entries(scans, paper_forms(batch.session.exam))
    left = sum(scan.read_at is None for scan in scans)
    if left:
        faults.insert(0, _("%(count)s pictures are still to be read.") % {"count": left})
    open_ones = sum(is_open(scan) for scan in scans)
    if open_ones:
        faults.insert(0, _("%(count)s pictures have doubts that a person must settle.") % {"count": open_ones})
    return entries, faults


def at_work(batch: PaperBatch) -> bool:
    """Whether the worker reads the batch, or takes it in."""
    job = batch.job
    return (
        batch.state == PaperBatch.State.READ and job is not None and job.state in (Job.State.WAITING, Job.State.RUNNING)
    )


def is_open(scan: PaperScan) -> bool:
    """Whether a person must still look at the picture."""
    return scan.read_at is not None and not scan.dropped and bool(scan.fault or (scan.doubts and not scan.settled_at))


# --- Who may ---------------------------------------------------------------------------------------


def refuse_taker(exam: Exam, person: User) -> None:
    """Raises Refused for somebody who sits the exam: whoever prints it sees its questions."""
    accounts = User.objects.same_as(person)
    if Sitting.objects.filter(exam=exam, person__in=accounts, ended_at=None).exists():
        raise Refused(_("You sit this exam yourself. Ask somebody else to print it."), "own")


def without_answers(session: ExamSession) -> list[Sitting]:
    """Who sits in the session and has no attempt, on screen or from paper."""
    done = of_session(Attempt.objects.exclude(state=Attempt.State.VOID), session).values("sitting")
    found = session.sittings.filter(ended_at=None).exclude(pk__in=done).select_related("person", "form")
    return by_seat(found)
