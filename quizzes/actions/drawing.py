"""What an attempt is made of: the questions drawn or those of a form, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import structlog
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from quizzes import queries
from quizzes.blueprint import Candidate, CannotServe, assign
from quizzes.models import AttemptItem, BlueprintLine, Exam, ExamForm, QuestionVersion, Sitting
from quizzes.types import rng

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Drawn:
    """A question in its place. `section` is the section's id, `scored` False for one on trial."""

    version: QuestionVersion
    section: int | None = None
    scored: bool = True


@dataclass(frozen=True)
class Sheet:
    """What an attempt is made of; `form` where it is a fixed one."""

    items: list[Drawn]
    form: ExamForm | None = None


def drawn(sitting: Sitting, seed: str) -> Sheet:
    """The questions of an attempt, in their order. Only what was drawn is read in full.

    Raises Refused when the bank cannot serve the exam or no form is ready.
    """
    exam = sitting.exam
    random = rng(seed)
    rows = list(queries.lines(exam))
    form = _form(sitting) if exam.draw == Exam.Draw.FORMS else None
    try:
        if form is not None:
            placed, pilots = _of_form(form, rows), set(form.pilots)
        else:
            placed = draw_cells(exam, rows, random, person=sitting.person_id)
            pilots = set(draw_pilots(exam, random))
    except CannotServe as error:
        log.error("blueprint_not_served", exam=exam.code, shortages=str(error))
        raise Refused(
            _("The question bank cannot serve this exam at present. Tell the organiser; nothing was started."),
            "cannot_serve",
        ) from error
    if not any(placed):
        raise Refused(_("This exam has no questions yet. Tell the organiser; nothing was started."), "cannot_serve")
    order = in_order(rows, placed, pilots, random, shuffles=exam.shuffles, fixed=form.versions if form else None)
    versions = QuestionVersion.objects.select_related("topic").in_bulk([version for version, _section in order])
    return Sheet([Drawn(versions[pk], section, pk not in pilots) for pk, section in order], form)


def of_form(form: ExamForm) -> list[Drawn]:
    """A form's questions as it is printed: section by section, inside each in the form's own order."""
    rows = list(queries.lines(form.exam))
    order: list[tuple[int, int | None]] = [(version, None) for version in form.versions]
    if rows:
        placed, pilots = _of_form(form, rows), set(form.pilots)
        order = in_order(rows, placed, pilots, rng(form.seed), shuffles=False, fixed=form.versions)
    versions = QuestionVersion.objects.select_related("topic").in_bulk([version for version, _section in order])
    return [Drawn(versions[pk], section, pk not in form.pilots) for pk, section in order]


def draw_cells(
    exam: Exam, rows: Sequence[BlueprintLine], random: Random, *, person: int | None = None
) -> list[list[int]]:
    """Versions for each line of the blueprint. Raises CannotServe."""
    spread = exam.draw == Exam.Draw.SPREAD
    return assign(queries.cells(rows), queries.pool(exam, seen_by=person), random, spread=spread)


def draw_pilots(exam: Exam, random: Random) -> list[int]:
    """Questions on trial, as many as the exam takes and the bank has: they decide nothing, so fewer are no fault."""
    if not exam.pilots:
        return []
    on_trial: list[Candidate] = sorted(queries.pool(exam, pilot=True), key=lambda one: one.version)
    random.shuffle(on_trial)
    return [one.version for one in sorted(on_trial, key=lambda one: one.uses)[: exam.pilots]]


def in_order(
    rows: Sequence[BlueprintLine],
    placed: Sequence[Sequence[int]],
    pilots: set[int],
    random: Random,
    *,
    shuffles: bool,
    fixed: Sequence[int] | None = None,
) -> list[tuple[int, int | None]]:
    """Versions with their section's id in the order shown: by section, inside it drawn or the author's.

    `fixed` is a form's own order. Those on trial are spread among the others, so
    that nothing tells them apart.
    """
    sections: dict[int | None, list[int]] = {}
    order = {line.section_id: (line.section.order, line.section.pk) if line.section else (-1, 0) for line in rows}
    for line, versions in zip(rows, placed, strict=True):
        sections.setdefault(line.section_id, []).extend(versions)
    names = sorted(sections, key=lambda section: order[section])
    if fixed is not None:
        place = {version: number for number, version in enumerate(fixed)}
        for versions in sections.values():
            versions.sort(key=lambda version: place[version])
    for version in sorted(pilots - {version for versions in placed for version in versions}):
        there = sections[names[random.randrange(len(names))]]
        there.insert(place[version] if fixed is not None else random.randrange(len(there) + 1), version)
    if shuffles:
        for section in names:
            random.shuffle(sections[section])
    return [(version, section) for section in names for version in sections[section]]


def _form(sitting: Sitting) -> ExamForm:
    """The form set for the sitting; else the least used of those that the person has not sat yet."""
    if sitting.form is not None:
        return sitting.form
    forms = list(queries.forms_in_use(sitting.exam))
    sat = set(
        AttemptItem.objects.filter(attempt__sitting__person=sitting.person_id, attempt__form__in=forms)
        .values_list("attempt__form", flat=True)
        .distinct()
    )
    fresh = [form for form in forms if form.pk not in sat] or forms
    if not fresh:
        raise Refused(_("No form of this exam is ready yet. Tell the organiser; nothing was started."), "cannot_serve")
    return fresh[0]


def _of_form(form: ExamForm, rows: Sequence[BlueprintLine]) -> list[list[int]]:
    """A form's versions by line of the blueprint, which it was made for.

    Where the blueprint has changed since, all stand under its first line: a form is
    sat as it was made.
    """
    scored = [version for version in form.versions if version not in form.pilots]
    above = queries.topics_above(form.exam.bank_id)
    candidates = [
        Candidate(version.pk, str(version.topic_id), version.difficulty, version.topic.competence,
                  above.get(version.topic_id, ()))
        for version in QuestionVersion.objects.select_related("topic").filter(pk__in=scored)
    ]  # fmt: skip
    try:
        placed = assign(queries.cells(rows), candidates, rng(form.seed))
    except CannotServe:
        placed = []
    if sum(map(len, placed)) != len(scored):
        return [scored, *([] for _line in rows[1:])]
    return placed
