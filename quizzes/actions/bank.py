"""Banks as course packs bring them, and banks made here."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import bodies
from courses.models import Course
from courses.packs.files import PackRefused, Problems
from enrolments.actions import require
from enrolments.models import Requirement
from lms.lib import publiccache
from people.models import User
from quizzes.actions.blueprints import BLUEPRINT
from quizzes.actions.exam_making import MADE
from quizzes.actions.pack_questions import store_questions
from quizzes.exam_file import AuthoredBank, AuthoredExam
from quizzes.models import (
    Bank,
    BlueprintLine,
    Exam,
    ExamEvent,
    Question,
    Topic,
    TopicMinimum,
)


@transaction.atomic
def store_bank(*, course: Course, authored: AuthoredBank, by: User | None, at: datetime) -> Bank:
    """Make the course's bank and exam as `authored`; loading the same again changes nothing.

    A changed question gets a new version, a missing one is retired. What was edited
    here is never overwritten (`quizzes.actions.pack_questions` says how), and
    questions, topics and exams made here stay. Raises PackRefused when a code belongs to
    another bank, or to a question or an exam made here.
    """
    bank, _created = Bank.objects.get_or_create(code=course.code, defaults={"course": course})
    _refuse_foreign(bank, authored)
    topics = _store_topics(bank, authored.exam)
    store_questions(bank=bank, authored=authored, topics=topics, by=by, at=at)
    _store_exam(bank, course, authored.exam, topics)
    require(course=course, kind=Requirement.Kind.EXAM, key=authored.exam.code)
    # Practice cards stand in lessons that are kept rendered.
    transaction.on_commit(bodies.forget)
    publiccache.forget()
    return bank


def _refuse_foreign(bank: Bank, authored: AuthoredBank) -> None:
    problems = Problems()
    codes = {question.code: (file, question) for file, rows in authored.files.items() for question in rows}
    for code in Question.objects.filter(code__in=codes).exclude(bank=bank).values_list("code", flat=True):
        file, question = codes[code]
        problems.add(file, question.line, _("The code “%(code)s” belongs to another question bank.") % {"code": code})
    for code in Question.objects.filter(code__in=codes, bank=bank, file="").values_list("code", flat=True):
        file, question = codes[code]
        problems.add(
            file,
            question.line,
            _("The code “%(code)s” belongs to a question that was written in the bank itself.") % {"code": code},
        )
    taken = Exam.objects.filter(code=authored.exam.code)
    if taken.exclude(bank=bank).exists() or taken.filter(events__new=MADE).exists():
        problems.add("exam.yaml", 1, _("The code “%(code)s” belongs to another exam.") % {"code": authored.exam.code})
    if problems:
        raise PackRefused(problems)


def _store_topics(bank: Bank, exam: AuthoredExam) -> dict[str, Topic]:
    topics = {}
    for order, topic in enumerate(exam.topics):
        topics[topic.code], _created = Topic.objects.update_or_create(
            bank=bank,
            code=topic.code,
            defaults={
                "name_vi": topic.names.get("vi", ""),
                "name_en": topic.names.get("en", ""),
                "order": order,
                "retired": False,
            },
        )
    # Topics made here stay, as do those that questions written here stand under.
    written_here = Question.objects.filter(bank=bank, file="").exclude(state=Question.State.RETIRED)
    kept = {topic for pair in written_here.values_list("current__topic", "proposed__topic") for topic in pair if topic}
    bank.topics.filter(local=False).exclude(code__in=topics).exclude(pk__in=kept).update(retired=True)
    return topics


def _store_exam(bank: Bank, course: Course, authored: AuthoredExam, topics: dict[str, Topic]) -> Exam:
    """The pack's exam. Rules, blueprint and minima that somebody changed here stay as they are here."""
    changed = _changed_here(authored.code)
    brought = {
        "title_vi": authored.titles.get("vi", ""),
        "title_en": authored.titles.get("en", ""),
        "minutes": authored.minutes,
        "pass_percent": authored.pass_percent,
        "attempts": authored.attempts,
        "wait_hours": authored.wait_hours,
        "retired": False,
    }
    fresh = {"course": course, "bank": bank} | brought
    exam, _created = Exam.objects.update_or_create(
        code=authored.code,
        defaults={name: value for name, value in fresh.items() if name not in changed},
        create_defaults=fresh,
    )
    # Exams made here are not the pack's to end.
    bank.exams.exclude(pk=exam.pk).exclude(events__new=MADE).update(retired=True)
    if not changed & BLUEPRINT:
        _store_blueprint(exam, authored, topics)
    return exam


def _changed_here(code: str) -> set[str]:
    """What of the exam's rules and blueprint somebody changed here, by the exam's history."""
    events = ExamEvent.objects.filter(subject__code=code, new__in=("rules", "blueprint"))
    return {name for data in events.values_list("data", flat=True) for name in data}


def _store_blueprint(exam: Exam, authored: AuthoredExam, topics: dict[str, Topic]) -> None:
    cells = [(topics[cell.topic].pk, cell.difficulty, cell.count) for cell in authored.draw]
    if list(exam.blueprint.order_by("order").values_list("topic_id", "difficulty", "count")) != cells:
        exam.blueprint.all().delete()
        BlueprintLine.objects.bulk_create(
            BlueprintLine(exam=exam, topic_id=topic, difficulty=difficulty, count=count, order=order)
            for order, (topic, difficulty, count) in enumerate(cells)
        )
    minima = {topics[topic.code].pk: (topic.minimum, topic.points) for topic in authored.topics if topic.has_minimum}
    if {topic: told for topic, *told in exam.minima.values_list("topic_id", "percent", "points")} != {
        topic: list(told) for topic, told in minima.items()
    }:
        exam.minima.all().delete()
        TopicMinimum.objects.bulk_create(
            TopicMinimum(exam=exam, topic_id=topic, percent=percent, points=points)
            for topic, (percent, points) in minima.items()
        )
