"""Two versions side by side, and a question's history in words. `keys` takes keys that `actions.see_key` handed out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from quizzes import queries
from quizzes.models import QuestionEvent, QuestionKey, QuestionVersion
from quizzes.types import TYPES
from quizzes.wording import Line, compare, compare_lists, lines_of

VERBS: Mapping[str, Any] = {
    "create": gettext_lazy("written"),
    "save": gettext_lazy("edited"),
    "hand_in": gettext_lazy("handed in for review"),
    "return": gettext_lazy("returned to the author"),
    "approve": gettext_lazy("approved"),
    "drop": gettext_lazy("version put aside"),
    "retire": gettext_lazy("retired"),
    "take_up": gettext_lazy("taken up again"),
    "reviewer": gettext_lazy("reviewer set"),
    "tags": gettext_lazy("tags set"),
    "pilot": gettext_lazy("trial set"),
    "exposure": gettext_lazy("exposure set"),
    "topic": gettext_lazy("moved to another topic"),
    "difficulty": gettext_lazy("difficulty set"),
    "pack": gettext_lazy("changed by the course pack"),
    "pack_proposes": gettext_lazy("the course pack brought a version; it waits for a review"),
    "pack_beside": gettext_lazy("the course pack brought a version; it stands beside the edits made here"),
    "gone_from_pack": gettext_lazy("no longer in the course pack: retired"),
    "in_pack_again": gettext_lazy("in the course pack again"),
}


@dataclass(frozen=True)
class Told:
    """A line of history in words."""

    at: datetime
    by: str
    what: str
    number: int | None
    note: str


def told_history(events: Iterable[QuestionEvent]) -> list[Told]:
    """Each event in words."""
    return [
        Told(
            event.at,
            event.by.full_name if event.by else "",
            str(VERBS.get(event.data.get("verb", ""), event.new)),
            event.data.get("number"),
            event.note,
        )
        for event in events
    ]


@dataclass(frozen=True)
class Fact:
    """Something of the version that has no language."""

    label: Any
    old: str
    new: str

    @property
    def changed(self) -> bool:
        """Whether the two differ."""
        return self.old != self.new


def facts(old: QuestionVersion, new: QuestionVersion) -> list[Fact]:
    """Type, topic, lesson, difficulty, points and figure of both."""

    def of(version: QuestionVersion) -> list[str]:
        return [
            str(TYPES[version.type].label),
            str(version.topic),
            version.lesson.code if version.lesson else "",
            str(version.get_difficulty_display()),
            str(version.points),
            str(version.content.get("figure", "")).removeprefix("media/"),
        ]

    labels = [_("Type"), _("Topic"), _("Lesson"), _("Difficulty"), _("Points"), _("Figure")]
    return [Fact(label, one, other) for label, one, other in zip(labels, of(old), of(new), strict=True)]


def texts(old: QuestionVersion, new: QuestionVersion, language: str) -> list[Line]:
    """All texts without key, the stem first."""
    stems = [str(version.content["stem"].get(language, "")) for version in (old, new)]
    before, after = (list(lines_of(version.content, language)) for version in (old, new))
    return [compare(*stems), *compare_lists(before, after)]


def keys(old: tuple[QuestionVersion, QuestionKey], new: tuple[QuestionVersion, QuestionKey]) -> list[Line]:
    """Right answers, feedback, explanation and references of both, in both languages."""

    def of(version: QuestionVersion, key: QuestionKey) -> list[str]:
        lines = []
        for language in ("vi", "en"):
            told = queries.told(version, key, language)
            lines += [*told.right, *told.feedback, told.explanation]
        return [line for line in [*lines, *key.references] if line]

    return compare_lists(of(*old), of(*new))
