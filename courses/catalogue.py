"""What the catalogue and the course's pages show: reads only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.apps import apps
from django.core.paginator import Paginator
from django.http import QueryDict

from courses.models.subject import Family
from lms.lib.text import fold

if TYPE_CHECKING:
    from courses.models.course import Course, Lesson, Part
    from courses.models.pages import CataloguePage, CoursePage, LessonPage

LEVELS = ("knows", "applies", "leads")
PER_PAGE = 24


@dataclass(frozen=True)
class Facet:
    """One choice of a filter, with how many courses it holds."""

    code: str
    name: str
    count: int
    chosen: bool
    without: str
    """The query string that drops this choice and keeps the others."""


def found(page: "CataloguePage", query: QueryDict | Mapping[str, str]) -> dict[str, Any]:
    """Courses below `page` that match `query` (`q`, any number of `family`, `page`), with facets.

    Words are matched without accents and case; all must occur. A facet counts
    what the words alone find.
    """
    course_page = apps.get_model("courses", "CoursePage")
    text = query.get("q", "")[:100].strip()
    wanted = query.getlist("family") if isinstance(query, QueryDict) else [query.get("family", "")]
    rows = (
        course_page.objects.child_of(page)
        .live()
        .select_related("course__subject__family", "course__edition")
        .defer("keywords", "audience", "needs", "outcomes", "result")
        .order_by("course__subject__family__order", "course__subject__order", "title")
    )
    for word in fold(text).split():
        rows = rows.filter(search_key_folded__contains=word)
    matching = list(rows)
    counts = Counter(row.course.subject.family.code for row in matching)
    families = list(Family.objects.all())
    chosen = [item.code for item in families if item.code in wanted]
    shown = [row for row in matching if not chosen or row.course.subject.family.code in chosen]
    here = Paginator(shown, PER_PAGE).get_page(query.get("page"))
    return {
        "q": text,
        "families": [
            Facet(
                item.code,
                item.name,
                counts[item.code],
                item.code in chosen,
                _query(text, [code for code in chosen if code != item.code]),
            )
            for item in families
        ],
        "chosen_count": len(chosen),
        "total": len(shown),
        "courses": list(here),
        "result_page": here,
        "query": _query(text, chosen),
        "without_words": _query("", chosen),
    }


def _query(text: str, families: list[str]) -> str:
    return urlencode([*([("q", text)] if text else []), *(("family", code) for code in families)])


@dataclass
class OutlineLesson:
    """A lesson in the outline, in one language."""

    lesson: "Lesson"
    page: "LessonPage"
    number: str
    done: bool = False


@dataclass
class OutlinePart:
    """A part with its lessons."""

    part: "Part | None"
    number: int
    lessons: list[OutlineLesson] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Learning time of the part."""
        return sum(item.lesson.minutes for item in self.lessons)

    @property
    def done(self) -> bool:
        """Whether all lessons of the part are done."""
        return all(item.done for item in self.lessons)


def outline(course: "Course", language: str) -> list[OutlinePart]:
    """Parts and lessons of `course` in teaching order, with the live pages' titles.

    A lesson without a live page in `language` is shown by its page in the other
    one. Bodies are not read.
    """
    lesson_page = apps.get_model("courses", "LessonPage")
    pages = (
        lesson_page.objects.filter(lesson__course=course, lesson__retired=False, live=True)
        .select_related("lesson__part")
        .defer("body", "summary")
    )
    best: dict[int, LessonPage] = {}
    for page in pages:
        if page.language == language or page.lesson_id not in best:
            best[page.lesson_id] = page
    ordered = sorted(best.values(), key=lambda page: (page.lesson.order, page.lesson_id))
    parts: list[OutlinePart] = []
    for page in ordered:
        part = page.lesson.part
        if not parts or parts[-1].part != part:
            parts.append(OutlinePart(part, len(parts) + 1))
        here = parts[-1]
        here.lessons.append(OutlineLesson(page.lesson, page, f"{here.number}.{len(here.lessons) + 1}"))
    return parts


def place(parts: list[OutlinePart], lesson: "Lesson") -> OutlineLesson | None:
    """Where `lesson` stands in the outline; None if it is not in it."""
    return next((item for part in parts for item in part.lessons if item.lesson.pk == lesson.pk), None)


def outcomes(page: "CoursePage") -> list[tuple[str, list[str]]]:
    """Outcomes by level, from knowing to leading; levels without any are left out."""
    by_level: dict[str, list[str]] = {level: [] for level in LEVELS}
    for block in page.outcomes:
        by_level.setdefault(block.value["level"], []).append(block.value["text"])
    return [(level, texts) for level, texts in by_level.items() if texts]
