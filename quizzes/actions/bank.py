"""Banks as course packs bring them, and the log of looks at keys."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses import bodies
from courses.models import Course, Lesson
from courses.packs.files import PackRefused, Problems
from enrolments.actions import require
from enrolments.models import Requirement
from lms.lib import publiccache
from people.models import User
from quizzes.authored import Authored
from quizzes.exam_file import AuthoredBank, AuthoredExam
from quizzes.models import (
    Bank,
    BlueprintLine,
    Exam,
    KeySight,
    Question,
    QuestionKey,
    QuestionVersion,
    Topic,
    TopicMinimum,
)


@transaction.atomic
def store_bank(*, course: Course, authored: AuthoredBank, by: User | None, at: datetime) -> Bank:
    """Make the course's bank and exam as `authored`; loading the same again changes nothing.

    A changed question gets a new version, a missing one is retired. Raises
    PackRefused when a code belongs to another bank.
    """
    bank, _created = Bank.objects.get_or_create(code=course.code, defaults={"course": course})
    _refuse_foreign(bank, authored)
    topics = _store_topics(bank, authored.exam)
    _store_questions(bank, authored, topics, by, at)
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
    if Exam.objects.filter(code=authored.exam.code).exclude(bank=bank).exists():
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
    bank.topics.exclude(code__in=topics).update(retired=True)
    return topics


def _store_questions(
    bank: Bank, authored: AuthoredBank, topics: dict[str, Topic], by: User | None, at: datetime
) -> None:
    present = {question.code: question for question in bank.questions.select_related("current")}
    assert bank.course is not None
    lessons = {lesson.code: lesson for lesson in bank.course.lessons.all()}
    for file, rows in authored.files.items():
        for order, row in enumerate(rows):
            question = present.pop(row.code, None) or Question(bank=bank, code=row.code)
            place = {"file": file, "order": order, "use": row.use, "state": Question.State.APPROVED}
            if question.pk is None or any(getattr(question, name) != value for name, value in place.items()):
                for name, value in place.items():
                    setattr(question, name, value)
                question.save()
            if question.current is None or question.current.fingerprint != row.fingerprint():
                _add_version(question, row, topics[row.topic], lessons[row.lesson], by, at)
    gone = [question.pk for question in present.values()]
    Question.objects.filter(pk__in=gone).update(state=Question.State.RETIRED)


def _add_version(
    question: Question, row: Authored, topic: Topic, lesson: Lesson, by: User | None, at: datetime
) -> None:
    last = question.versions.order_by("-number").first()
    version = QuestionVersion.objects.create(
        question=question,
        number=last.number + 1 if last else 1,
        type=row.type,
        topic=topic,
        lesson=lesson,
        difficulty=row.difficulty,
        points=row.points,
        content=row.content,
        fingerprint=row.fingerprint(),
        created_at=at,
        created_by=by,
    )
    QuestionKey.objects.create(version=version, key=row.key, feedback=row.feedback, explanation=row.explanation)
    question.current = version
    question.save(update_fields=["current"])


def _store_exam(bank: Bank, course: Course, authored: AuthoredExam, topics: dict[str, Topic]) -> Exam:
    exam, _created = Exam.objects.update_or_create(
        code=authored.code,
        defaults={
            "course": course,
            "bank": bank,
            "title_vi": authored.titles.get("vi", ""),
            "title_en": authored.titles.get("en", ""),
            "minutes": authored.minutes,
            "pass_percent": authored.pass_percent,
            "attempts": authored.attempts,
            "wait_hours": authored.wait_hours,
            "retired": False,
        },
    )
    bank.exams.exclude(pk=exam.pk).update(retired=True)
    cells = [(topics[cell.topic].pk, cell.difficulty, cell.count) for cell in authored.draw]
    if list(exam.blueprint.order_by("order").values_list("topic_id", "difficulty", "count")) != cells:
        exam.blueprint.all().delete()
        BlueprintLine.objects.bulk_create(
            BlueprintLine(exam=exam, topic_id=topic, difficulty=difficulty, count=count, order=order)
            for order, (topic, difficulty, count) in enumerate(cells)
        )
    minima = {topics[topic.code].pk: topic.minimum for topic in authored.topics if topic.minimum is not None}
    if dict(exam.minima.values_list("topic_id", "percent")) != minima:
        exam.minima.all().delete()
        TopicMinimum.objects.bulk_create(
            TopicMinimum(exam=exam, topic_id=topic, percent=percent) for topic, percent in minima.items()
        )
    return exam


@transaction.atomic
def see_key(*, version: QuestionVersion, by: User, at: datetime) -> QuestionKey:
    """Log that `by` looks at the key, and hand it out: in one transaction, so no look goes unlogged."""
    KeySight.objects.create(version=version, person=by, at=at)
    return QuestionKey.objects.get(version=version)
