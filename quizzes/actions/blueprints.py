"""An exam's blueprint and its fixed forms."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes import equivalence, queries
from quizzes.actions.drawing import draw_pilots, in_order
from quizzes.actions.exams import hold
from quizzes.blueprint import Candidate, CannotServe, Shortage, shortages
from quizzes.blueprint_checks import Fault, faults, most_points
from quizzes.blueprint_plan import LinePlan, Plan, SectionPlan
from quizzes.models import BlueprintLine, Exam, ExamEvent, ExamForm, Section, TopicMinimum
from quizzes.types import rng

CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


RULES = ("draw", "shuffles", "pilots", "pass_percent", "pass_points", "partial", "wrong_percent")
BLUEPRINT = frozenset({"lines", "minima", "sections"})
"""Names under which history keeps what is no field of the exam."""


class NotServed(Refused):
    """The bank has too few questions; `shortages` says for which lines, by their place."""

    def __init__(self, found: dict[int, Shortage]) -> None:
        super().__init__(_("The bank has too few questions for this blueprint. Nothing was saved."), "cannot_serve")
        self.shortages = found


class Impossible(Refused):
    """The plan asks what cannot be; `faults` says what and where."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__(" ".join(dict.fromkeys(fault.text for fault in found)), "impossible")
        self.faults = found


@dataclass(frozen=True)
class Verdict:
    """What a plan comes to: how many questions, at most how many points, what cannot be, what the bank lacks."""

    questions: int
    points: int
    faults: list[Fault]
    shortages: dict[int, Shortage]


def judge(exam: Exam, plan: Plan) -> Verdict:
    """Look at `plan` without storing it; the exam's own rules are those in memory."""
    pool = queries.pool(exam)
    worth = queries.points_of([one.version for one in pool])
    points = most_points(plan.lines, pool, worth)
    found = faults(plan, points, queries.topics_above(exam.bank_id))
    return Verdict(sum(line.count for line in plan.lines), sum(points), found, not_served(exam, plan.lines, pool))


@transaction.atomic
def store_blueprint(*, exam: Exam, plan: Plan, by: User, at: datetime, anyway: bool = False) -> Exam:
    """Make `plan` the exam's blueprint, with a line of history. Attempts that were begun keep the rules of their start.

    Raises NotAllowed for whoever may not change the exam's rules; Impossible for what
    cannot be, such as two lines of the same cell, or a minimum of a topic from which
    nothing or less is drawn; NotServed when the bank cannot serve it, unless it is to be
    stored `anyway`: then nobody can start until it can; Refused for a section that was
    sat and would go.
    """
    exam = hold(exam, by)
    before = _told(exam)
    for name, value in plan.rules.items():
        assert name in RULES
        setattr(exam, name, value)
    verdict = judge(exam, plan)
    if verdict.faults:
        raise Impossible(verdict.faults)
    if not anyway and verdict.shortages:
        raise NotServed(verdict.shortages)
    exam.save(update_fields=list(plan.rules) or None)
    sections = _store_sections(exam, plan.sections)
    exam.blueprint.all().delete()
    BlueprintLine.objects.bulk_create(
        BlueprintLine(
            exam=exam,
            section=None if line.section is None else sections[line.section],
            topic=line.topic,
            difficulty=line.difficulty,
            competence=line.competence,
            count=line.count,
            order=order,
        )
        for order, line in enumerate(plan.lines)
    )
    exam.minima.all().delete()
    TopicMinimum.objects.bulk_create(
        TopicMinimum(exam=exam, topic=one.topic, percent=one.percent, points=one.points) for one in plan.minima
    )
    after = _told(exam)
    if changed := {name: [before[name], after[name]] for name in after if before[name] != after[name]}:
        ExamEvent.objects.create(subject=exam, new="blueprint", by=by, at=at, data=changed)
    return exam


def _told(exam: Exam) -> dict[str, Any]:
    """Rules and blueprint as history keeps them."""
    lines = [
        " · ".join(filter(None, [line.topic.name, line.difficulty, line.competence])) + f": {line.count}"
        for line in queries.lines(exam)
    ]
    minima = [
        f"{one.topic.name}: {one.points or f'{one.percent}%'}"
        for one in exam.minima.select_related("topic").order_by("topic__order", "topic")
    ]
    sections = [
        str(section) + (f" ({section.minutes})" if section.minutes else "")
        for section in exam.sections.order_by("order", "pk")
    ]
    return {"lines": lines, "minima": minima, "sections": sections} | {name: getattr(exam, name) for name in RULES}


def not_served(exam: Exam, lines: Sequence[LinePlan], pool: Sequence[Candidate]) -> dict[int, Shortage]:
    """By a line's place what the bank lacks for it. An exam of fixed forms draws nothing."""
    if exam.draw == Exam.Draw.FORMS:
        return {}
    cells = [line.cell for line in lines]
    missing = {short.cell: short for short in shortages(cells, pool)}
    return {place: missing[cell] for place, cell in enumerate(cells) if cell in missing}


def unserved(exam: Exam, pool: Sequence[Candidate]) -> dict[int, Shortage]:
    """By a line's place what the bank lacks for the blueprint as it is stored."""
    rows = queries.lines(exam)
    return not_served(exam, [LinePlan(one.topic, one.difficulty, one.count, one.competence) for one in rows], pool)


def why_none_starts(exam: Exam) -> str:
    """Why nobody could start the exam now, whoever they are; empty where nothing is in the way."""
    if exam.draw == Exam.Draw.FORMS:
        return "" if queries.forms_in_use(exam).exists() else _("Nobody can start yet: no fixed form is made.")
    if not exam.blueprint.filter(count__gt=0).exists():
        return _("Nobody can start yet: the blueprint is empty.")
    if unserved(exam, queries.pool(exam)):
        return _("Nobody can start: the bank has too few questions for the blueprint, which says where.")
    return ""


def _store_sections(exam: Exam, plans: Sequence[SectionPlan]) -> list[Section]:
    """Sections as planned. Those that stay are changed in place, for attempts hang on them."""
    present = {section.pk: section for section in exam.sections.all()}
    stored = []
    for order, plan in enumerate(plans):
        section = present.pop(plan.pk, None) if plan.pk else None
        section = section or Section(exam=exam)
        section.order, section.title_vi, section.title_en, section.minutes = (
            order, plan.title_vi, plan.title_en, plan.minutes,
        )  # fmt: skip
        section.save()
        stored.append(section)
    for section in present.values():
        if queries.section_was_sat(section):
            raise Refused(
                _("“%(section)s” was sat already and cannot be taken away. Leave it without lines.")
                % {"section": section},
                "section",
            )
        section.delete()
    return stored


@transaction.atomic
def make_forms(*, exam: Exam, count: int, by: User, at: datetime) -> list[ExamForm]:
    """Make `count` fixed forms that are worth the same, with as few shared questions as the bank allows.

    Raises NotAllowed as `store_blueprint`; Refused when the bank cannot serve the blueprint or all codes are used up.
    """
    exam = hold(exam, by)
    rows = list(queries.lines(exam))
    seed = secrets.token_hex(16)
    random = rng(seed)
    used = set(exam.forms.values_list("code", flat=True))
    free = [code for code in CODES if code not in used][:count]
    if len(free) < count:
        raise Refused(_("All letters are used up: this exam has had 26 forms."), "codes")
    candidates = queries.pool(exam)
    pieces = queries.pieces(exam, [one.version for one in candidates])
    try:
        built = equivalence.build(queries.cells(rows), candidates, pieces, count, random)
    except CannotServe as error:
        raise Refused(
            _("The bank has too few questions for this blueprint. The builder says which line lacks how many."),
            "cannot_serve",
        ) from error
    if not any(any(form) for form in built):
        raise Refused(_("The blueprint is empty. Fill it first."), "empty")
    pilots = draw_pilots(exam, random)
    made = []
    for code, placed in zip(free, built, strict=True):
        order = in_order(rows, placed, set(), random, shuffles=True)
        versions = [version for version, _section in order]
        for pilot in pilots:
            versions.insert(random.randrange(len(versions) + 1), pilot)
        made.append(
            ExamForm.objects.create(
                exam=exam, code=code, versions=versions, pilots=pilots, seed=seed, made_at=at, made_by=by
            )
        )
    return made


@transaction.atomic
def retire_form(*, form: ExamForm, by: User, at: datetime) -> ExamForm:
    """Give a form to nobody any more; attempts at it stay. Done twice it is done once. Raises NotAllowed."""
    hold(form.exam, by)
    ExamForm.objects.filter(pk=form.pk, retired_at=None).update(retired_at=at)
    form.refresh_from_db()
    return form
