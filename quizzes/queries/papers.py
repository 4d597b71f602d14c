"""What pages read. Nothing here but `revealed` touches a key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import Q
from wagtail.images import get_image_model

from courses.models import Course
from lms.lib.bilingual import pick
from quizzes.models import Answer, Attempt, AttemptItem, Bank, Exam, Question, QuestionKey
from quizzes.types import TYPES, Fields, Shown, say


@dataclass(frozen=True)
class Newest:
    """The newest answer to a question."""

    response: Any
    revision: int
    received_at: datetime


def newest_answers(attempt: Attempt) -> dict[int, Newest]:
    """By item, the answer with the highest revision."""
    rows = Answer.objects.filter(item__attempt=attempt).order_by("revision")
    return {
        item: Newest(response, revision, received_at)
        for item, response, revision, received_at in rows.values_list("item_id", "response", "revision", "received_at")
    }


def minima(exam: Exam) -> dict[str, Any]:
    """By topic's code its minimum: whole percent, or `{"points": …}`, as an attempt's rules keep it."""
    return {
        minimum.topic.code: {"points": minimum.points} if minimum.points else minimum.percent
        for minimum in exam.minima.select_related("topic")
    }


@dataclass(frozen=True)
class Figure:
    """A picture shown with a question."""

    url: str
    alt: str
    width: int
    height: int
    name: str = ""
    """In the public storage."""
    credit: str = ""
    """Who made it and under which licence it is used."""


@dataclass
class Place:
    """A question as the taker sees it. Holds no key, and nothing that was made from one."""

    position: int
    type: str
    hint: Any
    stem: str
    shown: Shown | None
    flagged: bool
    answered: bool
    revision: int
    points: int
    section: int | None = None
    figure: Figure | None = None
    problem: str = ""
    closed: bool = False
    """Its section is over."""

    @property
    def template(self) -> str:
        """The template of its type."""
        return f"quizzes/types/{self.type}.html"


@dataclass
class Paper:
    """An attempt with its questions, for the pages of the taker."""

    attempt: Attempt
    places: list[Place]
    last_saved_at: datetime | None

    def __getitem__(self, position: int) -> Place:
        return self.places[position - 1]

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(place.answered for place in self.places)

    @property
    def open(self) -> list[Place]:
        """Questions without an answer."""
        return [place for place in self.places if not place.answered]

    @property
    def flagged(self) -> list[Place]:
        """Questions marked to come back to."""
        return [place for place in self.places if place.flagged]

    @property
    def title(self) -> str:
        """The exam's title as it stood at the start."""
        return title(self.attempt)

    @property
    def needed(self) -> int:
        """Points it takes to pass, whole ones."""
        return needed(self.attempt.rules)


def title(attempt: Attempt) -> str:
    """The exam's title as it stood at the start."""
    return pick(attempt.rules["title_vi"], attempt.rules["title_en"])


def needed(rules: dict[str, Any]) -> int:
    """The least whole number of points that reaches the pass mark."""
    return rules.get("pass_points") or ceil(Fraction(rules["possible"] * rules["pass_percent"], 100))


def paper(attempt: Attempt, shown: Iterable[int] = ()) -> Paper:
    """The attempt's questions; those at the positions `shown` with their fields filled in."""
    newest = newest_answers(attempt)
    language = attempt.language
    wanted = set(shown)
    rows = list(attempt.items.select_related("version").order_by("position"))
    contents = [row.version.content for row in rows if row.position in wanted]
    exam = attempt.sitting.exam
    pictures = figures(contents, language, exam.course or exam.bank)
    places = []
    for row in rows:
        content = row.version.content
        last = newest.get(row.pk)
        kind = TYPES[row.version.type]
        response = last.response if last else None
        fields = kind.show(content, row.order, response, language) if row.position in wanted else None
        places.append(
            Place(
                position=row.position,
                type=kind.code,
                hint=kind.hint,
                stem=kind.stem(content, row.order, language),
                shown=fields,
                flagged=row.flagged,
                answered=response is not None,
                revision=last.revision if last else 0,
                points=row.version.points,
                section=row.section_id,
                figure=pictures.get(content.get("figure", "")) if fields else None,
            )
        )
    last_saved = max((answer.received_at for answer in newest.values()), default=None)
    return Paper(attempt, places, last_saved)


def says_the_same(attempt: Attempt, position: int, fields: Fields) -> bool:
    """Whether `fields` are the answer that is stored already (or both are empty). Raises BadResponse."""
    item = AttemptItem.objects.select_related("version").filter(attempt=attempt, position=position).first()
    if item is None:
        return False
    last = item.answers.order_by("-revision").first()
    value = TYPES[item.version.type].read(item.version.content, item.order, fields)
    return bool(value == (last.response if last else None))


PICTURES = ("svg", "png", "jpg", "jpeg", "gif", "webp")


def own_collection(code: str) -> str:
    """Name of the collection of pictures that were added in the bank: a pack that is loaded leaves them alone."""
    return f"{code}: questions"


def keeper(bank: Bank) -> Course | Bank:
    """With whom the bank's pictures are kept: its course, else the bank itself."""
    return bank.course or bank


def lies_with(keeper: Course | Bank) -> Q:
    """Images that questions of the keeper's bank may show.

    A course pack's lie in a collection of the course's, those added in the bank in one
    below it; a bank of a scheme has one of its own.
    """
    own = Q(collection__name=own_collection(keeper.code), collection__depth=2 if isinstance(keeper, Bank) else 3)
    if isinstance(keeper, Bank):
        return own
    return own | Q(collection__name=keeper.code, collection__depth=2)


def figures(contents: Iterable[dict[str, Any]], language: str, keeper: Course | Bank | None) -> dict[str, Figure]:
    """By the name written in the question (`media/x`), the picture in `language`, else without one.

    Pictures are images titled by file name, `x.vi.svg` or `x.svg`; `lies_with` says where.
    """
    alts = {content["figure"]: content.get("alt") for content in contents if "figure" in content}
    if not alts or keeper is None:
        return {}
    names = {figure.removeprefix("media/"): figure for figure in alts}
    titles = {f"{name}.{ending}": figure for name, figure in names.items() for ending in PICTURES}
    titles |= {f"{name}.{language}.{ending}": figure for name, figure in names.items() for ending in PICTURES}
    images = get_image_model().objects.filter(lies_with(keeper), title__in=titles)
    # Those of the language last, so that they win.
    found = {}
    for image in sorted(images, key=lambda image: (image.title.count("."), image.pk)):
        figure = titles[image.title]
        alt = say(alts[figure], language)
        found[figure] = Figure(
            image.file.url, alt, image.width, image.height, image.file.name, credit=image.description
        )
    return found


def current_question(code: str, use: str) -> Question | None:
    """The live question of that code and use, with its version but without its key."""
    return (
        Question.objects.filter(code=code, use=use, state=Question.State.APPROVED, current__isnull=False)
        .select_related("current", "bank__course")
        .first()
    )


def revealed(version_id: int) -> QuestionKey:
    """The key of a version: for practice after an answer, and for staff after `see_key`."""
    return QuestionKey.objects.get(version=version_id)
