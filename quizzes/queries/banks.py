"""What staff read about banks. Only `told` writes a key down, after `actions.see_key`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from courses.models import Course
from lms.lib.text import fold
from people.models import User
from quizzes.models import Bank, KeySight, Question, QuestionKey, QuestionVersion
from quizzes.queries.papers import Figure, figures
from quizzes.types import TYPES, Shown, rng, say


def bank_rows(person: User) -> QuerySet[Bank]:
    """Banks by who reads, each with `exam_questions` and `practice_questions` in use."""
    live = ~Q(questions__state=Question.State.RETIRED)
    return (
        Bank.objects.visible_to(person)
        .select_related("course")
        .annotate(
            exam_questions=Count("questions", filter=live & Q(questions__use=Question.Use.EXAM), distinct=True),
            practice_questions=Count("questions", filter=live & Q(questions__use=Question.Use.PRACTICE), distinct=True),
        )
    )


def questions(bank: Bank, chosen: Mapping[str, Any]) -> list[Question]:
    """The bank's questions that fit the filter, by code; words are matched without accents."""
    found = bank.questions.filter(current__isnull=False).select_related("current__topic").order_by("code")
    columns = {
        "topic": "current__topic",
        "type": "current__type",
        "difficulty": "current__difficulty",
        "use": "use",
        "state": "state",
    }
    for name, column in columns.items():
        if chosen.get(name):
            found = found.filter(**{column: chosen[name]})
    words = fold(chosen.get("q") or "").split()
    return [question for question in found if all(word in _words(question) for word in words)]


def _words(question: Question) -> str:
    assert question.current is not None
    return fold(" ".join([question.code, *question.current.content["stem"].values()]))


@dataclass(frozen=True)
class Preview:
    """A question as a trainee sees it, in one language."""

    language: str
    stem: str
    hint: Any
    shown: Shown
    figure: Figure | None


def preview(version: QuestionVersion, course: Course | None, language: str) -> Preview:
    """The version without its key, in an order that tells nothing."""
    kind = TYPES[version.type]
    content = version.content
    order = kind.shuffle(content, rng(f"preview:{version.pk}"))
    return Preview(
        language=language,
        stem=say(content["stem"], language),
        hint=kind.hint,
        shown=kind.show(content, order, None, language),
        figure=figures([content], language, course).get(content.get("figure", "")),
    )


def versions(question: Question) -> QuerySet[QuestionVersion]:
    """All versions, newest first, each with `times_drawn`."""
    return question.versions.annotate(times_drawn=Count("drawn")).select_related("created_by").order_by("-number")


@dataclass(frozen=True)
class Told:
    """A key in words."""

    right: list[str]
    feedback: list[str]
    explanation: str


def told(version: QuestionVersion, key: QuestionKey, language: str) -> Told:
    """The key of a version in words."""
    kind = TYPES[version.type]
    order = kind.shuffle(version.content, rng("key"))
    reveal = kind.reveal(version.content, order, key.key, key.feedback, None, language)
    options = {option["id"]: say(option, language) for option in version.content.get("options", [])}
    feedback = [f"{options.get(name, name)}: {say(texts, language)}" for name, texts in key.feedback.items()]
    return Told(reveal.right, feedback, say(key.explanation, language))


def sights(question: Question) -> QuerySet[KeySight]:
    """The last looks at the question's keys."""
    return KeySight.objects.filter(version__question=question).select_related("person", "version")[:20]
