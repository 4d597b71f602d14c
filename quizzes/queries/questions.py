"""The list of a bank's questions, its topics, and what may be done to a question now. No key is read here."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from wagtail.images import get_image_model

from lms.lib.access import Role
from lms.lib.text import fold
from people.models import User
from quizzes.models import (
    AttemptItem,
    Bank,
    ItemFlag,
    Question,
    QuestionEvent,
    QuestionVersion,
    SaidDistinct,
    Topic,
)
from quizzes.queries.banks import sample_stem
from quizzes.queries.keys import staff
from quizzes.queries.papers import PICTURES, keeper, lies_with
from quizzes.similarity import Pair, alike, nearest, texts_of, words_of

# --- Topics -----------------------------------------------------------------------------------


@dataclass
class TopicRow:
    """A topic with its depth and how many questions stand right under it."""

    topic: Topic
    depth: int
    questions: int = 0


def topic_rows(bank: Bank, *, retired: bool = False) -> list[TopicRow]:
    """The bank's topics, each under its parent; those retired only when asked for."""
    topics = bank.topics.order_by("order", "pk")
    rows = list(topics if retired else topics.filter(retired=False))
    known = {topic.pk for topic in rows}
    below: dict[int | None, list[Topic]] = {}
    for topic in rows:
        below.setdefault(topic.parent_id if topic.parent_id in known else None, []).append(topic)
    found: list[TopicRow] = []

    def walk(parent: int | None, depth: int) -> None:
        for topic in below.get(parent, []):
            found.append(TopicRow(topic, depth))
            walk(topic.pk, depth + 1)

    walk(None, 0)
    return found


def with_counts(bank: Bank, rows: list[TopicRow]) -> list[TopicRow]:
    """The rows, each told how many questions not retired stand right under it."""
    live = bank.questions.exclude(state=Question.State.RETIRED)
    counts = Counter(live.values_list(Coalesce("current__topic", "proposed__topic"), flat=True))
    for row in rows:
        row.questions = counts[row.topic.pk]
    return rows


def topic_choices(rows: Iterable[TopicRow], by: str = "code") -> list[tuple[Any, str]]:
    """Choices of a field, those below indented."""
    return [(getattr(row.topic, by), "\u2003" * row.depth + row.topic.name) for row in rows]


def below(rows: Sequence[TopicRow], topic: int) -> list[int]:
    """The topic and all below it, by id."""
    found: list[int] = []
    depth = None
    for row in rows:
        if depth is not None and row.depth <= depth:
            break
        if row.topic.pk == topic:
            depth = row.depth
        if depth is not None:
            found.append(row.topic.pk)
    return found


# --- The list -----------------------------------------------------------------------------------


def questions(bank: Bank, chosen: Mapping[str, Any]) -> "QuerySet[Question]":
    """The bank's questions that fit the filter, each with `times_drawn` and `flagged`; words match without accents."""
    drawn = (
        AttemptItem.objects.filter(version__question=OuterRef("pk"))
        .order_by()
        .values("version__question")
        .annotate(n=Count("pk"))
        .values("n")
    )
    flags = ItemFlag.objects.filter(version__question=OuterRef("pk"), settled_at=None)
    # Any: the annotations are no fields of the model.
    found: Any = bank.questions.select_related("current__topic", "proposed__topic", "author", "reviewer").annotate(
        times_drawn=Coalesce(Subquery(drawn), 0), flagged=Exists(flags)
    )
    for name, column in (("use", "use"), ("state", "state"), ("exposure", "exposure"), ("author", "author"),
                         ("reviewer", "reviewer")):  # fmt: skip
        if chosen.get(name):
            found = found.filter(**{column: chosen[name]})
    for name in ("type", "difficulty"):
        if chosen.get(name):
            found = found.filter(_of_shown(name, chosen[name]))
    if chosen.get("topic"):
        found = found.filter(_of_shown("topic__in", below(topic_rows(bank, retired=True), chosen["topic"])))
    if chosen.get("competence"):
        found = found.filter(_of_shown("topic__competence", chosen["competence"]))
    found = _marks(found, chosen)
    words = fold(chosen.get("q") or "").split()
    if words:
        found = found.filter(pk__in=_matching(found, words))
    order: dict[str, list[Any]] = {
        "new": [Coalesce("current__created_at", "proposed__created_at").desc(), "code"],
        "difficulty": [Coalesce("current__difficulty", "proposed__difficulty"), "code"],
        "drawn": ["-times_drawn", "code"],
        "state": ["state", "code"],
    }
    listed: QuerySet[Question] = found.order_by(*order.get(chosen.get("sort") or "", ["code"]))
    return listed


def _of_shown(column: str, value: Any) -> Q:
    return Q(**{f"current__{column}": value}) | Q(**{"current": None, f"proposed__{column}": value})


def _marks(found: Any, chosen: Mapping[str, Any]) -> Any:
    """What stands beside the question itself: tags, warnings, use in attempts, a version that waits."""
    if chosen.get("tag"):
        tagged = [pk for pk, tags in found.values_list("pk", "tags") if chosen["tag"] in tags]
        found = found.filter(pk__in=tagged)
    if chosen.get("waits"):
        found = found.filter(awaits_review=True) if chosen["waits"] == "review" else found.exclude(proposed=None)
    if chosen.get("flagged"):
        found = found.filter(flagged=True)
    if chosen.get("lacks"):
        rows = found.values_list("pk", "current__content__stem", "proposed__content__stem")
        lacking = [pk for pk, now, proposed in rows if not (now or proposed or {}).get(chosen["lacks"])]
        found = found.filter(pk__in=lacking)
    if chosen.get("drawn") == "limit":
        found = found.filter(times_drawn__gte=F("exposure_limit"))
    elif chosen.get("drawn"):
        found = found.filter(times_drawn__gt=0) if chosen["drawn"] == "yes" else found.filter(times_drawn=0)
    return found


def _matching(found: Any, words: list[str]) -> list[int]:
    """By code, tags and every text that a taker reads, in both languages: stem, options, gapped text, sub-questions."""
    rows = found.order_by().values_list("pk", "code", "tags", "current__content", "proposed__content")
    return [pk for pk, *told in rows if _holds(fold(" ".join(words_of(told))), words)]


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def tags_of(bank: Bank) -> list[str]:
    """Every tag of the bank once."""
    return sorted({tag for tags in bank.questions.exclude(tags=[]).values_list("tags", flat=True) for tag in tags})


def competences_of(bank: Bank) -> list[str]:
    """Every competence of the bank's topics once."""
    return sorted(set(bank.topics.exclude(competence="").values_list("competence", flat=True)))


def authors_of(bank: Bank) -> "QuerySet[User]":
    """Who wrote questions of the bank."""
    people: QuerySet[User] = User.objects.filter(questions_written__bank=bank)
    return people.distinct().order_by("sort_key")


def reviewers() -> "QuerySet[User]":
    """Who may review questions."""
    return staff([Role.REVIEWER, Role.ADMINISTRATOR])


# --- One question -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Steps:
    """What the reader may do to a question as it stands."""

    edit: bool
    hand_in: bool
    review: bool
    approve: bool
    drop: bool
    retire: bool
    take_up: bool


def steps(question: Question, person: User, *, keys: bool, wrote: bool) -> Steps:
    """By the question's state, the reader's role, whether they see `keys` and `wrote` the proposed version."""
    live = question.state != Question.State.RETIRED
    reviewer = person.has_role(Role.REVIEWER, Role.ADMINISTRATOR)
    waits = live and question.awaits_review and question.proposed_id is not None
    return Steps(
        edit=live and keys,
        hand_in=live and question.proposed_id is not None and not question.awaits_review,
        review=waits and reviewer,
        approve=waits and reviewer and keys and not wrote,
        drop=live and question.proposed_id is not None and question.current_id is not None,
        retire=live,
        take_up=not live and reviewer,
    )


def question_history(question: Question) -> "QuerySet[QuestionEvent]":
    """The question's life, the newest first."""
    return question.events.select_related("by").order_by("-at", "-pk")


def figure_names(bank: Bank) -> list[str]:
    """Names of the pictures that a question of the bank may show, as questions write them."""
    titles = get_image_model().objects.filter(lies_with(keeper(bank))).values_list("title", flat=True)
    names = set()
    for title in titles:
        name, _dot, ending = title.rpartition(".")
        if ending in PICTURES:
            names.add(f"media/{name.removesuffix('.vi').removesuffix('.en')}")
    return sorted(names)


def next_code(bank: Bank) -> str:
    """A free code to propose: the bank's, with the next number."""
    stem = f"{bank.code.upper()}-"
    numbers = [
        int(code[len(stem):])
        for code in Question.objects.filter(code__startswith=stem).values_list("code", flat=True)
        if code[len(stem):].isdigit()
    ]  # fmt: skip
    return f"{stem}{max(numbers, default=0) + 1:04d}"


# --- Duplicates --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Twins:
    """Two questions that read alike."""

    pair: Pair
    first: Question
    second: Question
    stems: tuple[str, str]


def _texts(bank: Bank, **without: Any) -> dict[int, str]:
    live = bank.questions.exclude(state=Question.State.RETIRED).exclude(**without)
    rows = live.order_by("pk").values_list("pk", "current__content", "proposed__content")
    return {pk: " ".join(texts_of(current or proposed or {})) for pk, current, proposed in rows}


def duplicates(bank: Bank, language: str, most: int = 100) -> list[Twins]:
    """Pairs of questions in use that read alike, but for those said to be two; the most alike first."""
    said = set(SaidDistinct.objects.filter(first__bank=bank).values_list("first", "second"))
    pairs = [pair for pair in alike(_texts(bank)) if (pair.first, pair.second) not in said][:most]
    ids = {key for pair in pairs for key in (pair.first, pair.second)}
    rows = {row.pk: row for row in bank.questions.filter(pk__in=ids).select_related("current", "proposed")}
    found = []
    for pair in pairs:
        first, second = rows[pair.first], rows[pair.second]
        found.append(Twins(pair, first, second, (stem(first, language), stem(second, language))))
    return found


def stem(question: Question, language: str) -> str:
    """The stem of what is drawn, or of what is proposed."""
    version = question.current or question.proposed
    return sample_stem(version, language) if version is not None else ""


def nearest_to(bank: Bank, content: Any, question: Question | None) -> tuple[Question, int] | None:
    """The question of the bank that reads most like `content`, with the percent; None where nothing is alike."""
    found = nearest(" ".join(texts_of(content)), _texts(bank, pk=question.pk if question else 0))
    if found is None:
        return None
    key, score = found
    return bank.questions.get(pk=key), int(score * 100)


def version_of(question: Question, number: int) -> QuestionVersion | None:
    """A version by its number, with its topic and lesson."""
    return question.versions.select_related("topic", "lesson", "question__bank").filter(number=number).first()
