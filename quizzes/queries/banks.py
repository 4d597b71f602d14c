"""What staff read about banks. Only `told` writes a key down, after `actions.see_key`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy, override

from courses.models import Course
from people.models import User
from quizzes.models import Bank, KeySight, Question, QuestionKey, QuestionVersion
from quizzes.queries.papers import Figure, figures
from quizzes.types import TYPES, Shown, rng, say


def bank_rows(person: User) -> QuerySet[Bank]:
    """Banks by who reads, each with `exam_questions` and `practice_questions` in use and those `waiting` for review."""
    live = ~Q(questions__state=Question.State.RETIRED)
    return (
        Bank.objects.visible_to(person)
        .select_related("course")
        .annotate(
            exam_questions=Count("questions", filter=live & Q(questions__use=Question.Use.EXAM), distinct=True),
            practice_questions=Count("questions", filter=live & Q(questions__use=Question.Use.PRACTICE), distinct=True),
            waiting=Count("questions", filter=live & Q(questions__awaits_review=True), distinct=True),
        )
    )


@dataclass(frozen=True)
class Preview:
    """A question as a trainee sees it, in one language."""

    language: str
    stem: str
    hint: Any
    shown: Shown
    figure: Figure | None
    template: str


def preview(version: QuestionVersion, keeper: Course | Bank | None, language: str) -> Preview:
    """The version without its key, in an order that tells nothing."""
    kind = TYPES[version.type]
    content = version.content
    order = kind.shuffle(content, rng(f"preview:{version.pk}"))
    with override(language):
        hint = str(kind.hint)
    return Preview(
        language=language,
        stem=kind.stem(content, order, language),
        hint=hint,
        shown=kind.show(content, order, None, language),
        figure=figures([content], language, keeper).get(content.get("figure", "")),
        template=f"quizzes/types/{kind.code}.html",
    )


def sample_stem(version: QuestionVersion, language: str) -> str:
    """The stem with sample values where a taker's are drawn: those that `preview` shows."""
    kind = TYPES[version.type]
    return kind.stem(version.content, kind.shuffle(version.content, rng(f"preview:{version.pk}")), language)


def versions(question: Question) -> QuerySet[QuestionVersion]:
    """All versions, newest first, each with `times_drawn`."""
    return question.versions.annotate(times_drawn=Count("drawn")).select_related("created_by").order_by("-number")


VERDICTS = {
    "=right": gettext_lazy("right answer"),
    "=part": gettext_lazy("partly right answer"),
    "=wrong": gettext_lazy("wrong answer"),
}


@dataclass(frozen=True)
class Told:
    """A key in words."""

    right: list[str]
    feedback: list[str]
    explanation: str
    references: list[str]


def told(version: QuestionVersion, key: QuestionKey, language: str) -> Told:
    """The key of a version in words."""
    kind = TYPES[version.type]
    order = kind.shuffle(version.content, rng("key"))
    reveal = kind.reveal(version.content, order, key.key, key.feedback, None, language)
    options = {option["id"]: say(option, language) for option in version.content.get("options", [])} | VERDICTS
    feedback = [f"{options.get(name, name)}: {say(texts, language)}" for name, texts in _told_of(key.feedback)]
    return Told(reveal.right, feedback, kind.words(order, key.explanation, language), list(key.references))


def _told_of(feedback: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What each feedback is for, and its texts; those of a case's parts by the part's number."""
    for name, texts in feedback.items():
        if name != "parts":
            yield name, texts
            continue
        for place, part in enumerate(texts, 1):
            yield from ((f"{place}. {inner}", told) for inner, told in _told_of(part))


def sights(question: Question) -> QuerySet[KeySight]:
    """The last looks at the question's keys."""
    return KeySight.objects.filter(version__question=question).select_related("person", "version")[:20]
