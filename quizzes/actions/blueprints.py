"""An exam's blueprint and its fixed forms."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes import equivalence, queries
from quizzes.actions.drawing import draw_pilots, in_order
from quizzes.blueprint import CannotServe, Shortage, shortages
from quizzes.blueprint_plan import LinePlan, Plan, SectionPlan
from quizzes.models import BlueprintLine, Exam, ExamForm, Section, Topic, TopicMinimum
from quizzes.types import rng

CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


RULES = ("draw", "shuffles", "pilots", "pass_percent", "pass_points")


class NotServed(Refused):
    """The bank has too few questions; `shortages` says for which lines, by their place."""

    def __init__(self, found: dict[int, Shortage]) -> None:
        super().__init__(_("The bank has too few questions for this blueprint. Nothing was saved."), "cannot_serve")
        self.shortages = found


@transaction.atomic
def store_blueprint(*, exam: Exam, plan: Plan, by: User, at: datetime, anyway: bool = False) -> Exam:
    """Make `plan` the exam's blueprint. Attempts that were begun keep the rules of their start.

    Raises NotServed when the bank cannot serve it, unless it is to be stored
    `anyway`: then nobody can start until it can; Refused for two lines of the same
    cell, a minimum of a topic from which nothing is drawn, or a section that was sat
    and would go.
    """
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    _refuse(plan)
    for name, value in plan.rules.items():
        assert name in RULES
        setattr(exam, name, value)
    if not anyway and (found := not_served(exam, plan.lines)):
        raise NotServed(found)
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
    return exam


def not_served(exam: Exam, lines: Sequence[LinePlan]) -> dict[int, Shortage]:
    """By a line's place what the bank lacks for it. An exam of fixed forms draws nothing."""
    if exam.draw == Exam.Draw.FORMS:
        return {}
    cells = [line.cell for line in lines]
    missing = {short.cell: short for short in shortages(cells, queries.pool(exam))}
    return {place: missing[cell] for place, cell in enumerate(cells) if cell in missing}


def _refuse(plan: Plan) -> None:
    cells = [(line.topic.pk, line.difficulty, line.competence) for line in plan.lines]
    for line, cell in zip(plan.lines, cells, strict=True):
        if cells.count(cell) > 1:
            raise Refused(
                _("“%(topic)s” stands in two lines that are the same. Make them one.") % {"topic": line.topic}
            )
    drawn_from = {topic for line in plan.lines for topic in _with_above(line.topic)}
    for minimum in plan.minima:
        if minimum.topic.pk not in drawn_from:
            raise Refused(
                _("“%(topic)s” has a minimum, but nothing is drawn from it.") % {"topic": minimum.topic}, "minimum"
            )


def _with_above(topic: Topic) -> list[int]:
    """A topic and those over it: what is drawn from it counts for them too."""
    found: list[int] = []
    over: Topic | None = topic
    while over is not None and over.pk not in found:
        found.append(over.pk)
        over = over.parent
    return found


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

    Raises Refused when the bank cannot serve the blueprint or all codes are used up.
    """
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
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
            _("The bank has too few questions for this blueprint: %(what)s.") % {"what": error}, "cannot_serve"
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
    """Give a form to nobody any more; attempts at it stay. Done twice it is done once."""
    ExamForm.objects.filter(pk=form.pk, retired_at=None).update(retired_at=at)
    form.refresh_from_db()
    return form
