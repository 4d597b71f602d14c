"""Questions about lessons with their answers, as trainees and instructors read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language

from courses.models import Lesson, LessonPage
from enrolments.models import Announcement, CourseRun, Enrolment, LessonPost
from lms.lib.bilingual import of

if TYPE_CHECKING:
    from people.models import User

SHOWN = 30
"""How many questions stand below a lesson, the newest."""
HEARD = 20
"""How many announcements stand on the page of a class."""


@dataclass(frozen=True)
class Said:
    """One question or answer."""

    post: LessonPost
    name: str
    teaches: bool
    """Whether it is of somebody who teaches or runs the class."""

    @property
    def hidden(self) -> bool:
        """Whether it was taken out of sight; its author and staff still see it, marked."""
        return self.post.hidden_at is not None


@dataclass(frozen=True)
class Thread:
    """A question with its answers, oldest first."""

    question: Said
    answers: list[Said] = field(default_factory=list)
    lesson: str = ""
    """The lesson's title, where threads of several lessons stand together."""

    @property
    def waiting(self) -> bool:
        """Whether nobody who teaches has answered."""
        return not self.question.hidden and not any(said.teaches and not said.hidden for said in self.answers)


def below_lesson(run: CourseRun, lesson: Lesson, reader: "User") -> list[Thread]:
    """What stands below a lesson for one reader: three queries however much was said."""
    questions = LessonPost.objects.filter(run=run, lesson=lesson, parent=None).select_related("person")
    newest = list(questions.order_by("-at", "-pk")[:SHOWN])
    return _threads(run, reversed(newest), reader)


def waiting(run: CourseRun) -> QuerySet[LessonPost]:
    """Questions that nobody who teaches or runs the class has answered, oldest first."""
    of_the_class = Enrolment.objects.filter(run=OuterRef("run"), person=OuterRef("person"))
    answers = LessonPost.objects.filter(~Exists(of_the_class), parent=OuterRef("pk"), hidden_at=None)
    return LessonPost.objects.filter(~Exists(answers), run=run, parent=None, hidden_at=None).order_by("at", "pk")


def of_class(run: CourseRun, posts: Sequence[LessonPost]) -> list[Thread]:
    """Threads of some questions as staff read them, what is hidden too: three queries."""
    titles: dict[int, dict[str, str]] = {}
    pages = LessonPage.objects.live().filter(lesson__in={post.lesson_id for post in posts})
    for lesson, language, title in pages.values_list("lesson", "language", "title"):
        titles.setdefault(lesson, {})[language] = title
    found = _threads(run, posts, None)
    return [replace(thread, lesson=of(titles.get(thread.question.post.lesson_id, {}))) for thread in found]


def _threads(run: CourseRun, questions: Iterable[LessonPost], reader: "User | None") -> list[Thread]:
    asked = [post for post in questions if _seen(post, reader)]
    if not asked:
        return []
    answers = LessonPost.objects.filter(parent__in=asked).select_related("person").order_by("at", "pk")
    given = [post for post in answers if _seen(post, reader)]
    learning = _learning(run, [*asked, *given])
    threads = {post.pk: Thread(_said(post, learning, reader)) for post in asked}
    for post in given:
        threads[post.parent_id or 0].answers.append(_said(post, learning, reader))
    return list(threads.values())


def _seen(post: LessonPost, reader: "User | None") -> bool:
    return post.hidden_at is None or reader is None or post.person_id == reader.pk


def _learning(run: CourseRun, posts: Sequence[LessonPost]) -> set[int]:
    people = {post.person_id for post in posts}
    return set(Enrolment.objects.filter(run=run, person__in=people).values_list("person", flat=True))


def _said(post: LessonPost, learning: set[int], reader: "User | None") -> Said:
    teaches = post.person_id not in learning
    whole = teaches or reader is None
    return Said(post, post.person.full_name if whole else _called(post.person), teaches)


def _called(person: "User") -> str:
    """What classmates call somebody: “anh An”; the whole name is the office's."""
    short = person.get_short_name()
    return f"{person.address} {short}" if (get_language() or "vi").startswith("vi") else short


def announcements(run: CourseRun) -> QuerySet[Announcement]:
    """What was announced to a class, latest first."""
    return run.announcements.select_related("by").order_by("-at", "-pk")
