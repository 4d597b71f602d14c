"""What the blueprint's builder reads: what the bank has, and how forms compare. No key is read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from quizzes.analysis import FEWEST
from quizzes.blueprint import Candidate
from quizzes.equivalence import Balance, Piece, compare, expected
from quizzes.models import Attempt, AttemptItem, Exam, ExamForm, Question, QuestionVersion, Section, Topic
from quizzes.queries.measuring import graded_attempts, measured
from quizzes.queries.pools import topics_above


@dataclass(frozen=True)
class Stock:
    """How many questions a topic has, with those below it, by difficulty."""

    topic: Topic
    depth: int
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All difficulties together."""
        return sum(self.counts.values())


def stock(exam: Exam, candidates: Iterable[Candidate]) -> list[Stock]:
    """What may be drawn, by topic as a tree."""
    counts: dict[str, Counter[str]] = {}
    for one in candidates:
        for topic in (one.topic, *one.above):
            counts.setdefault(topic, Counter())[one.difficulty] += 1
    return [
        Stock(
            topic,
            depth,
            {code: counts.get(str(topic.pk), Counter())[code] for code in QuestionVersion.Difficulty.values},
        )
        for topic, depth in topic_tree(exam)
    ]


def topic_tree(exam: Exam) -> list[tuple[Topic, int]]:
    """The bank's topics in use, each under its parent, with how deep it stands."""
    topics = list(Topic.objects.filter(bank=exam.bank_id, retired=False).order_by("order", "pk"))
    above = topics_above(exam.bank_id)
    below: dict[int | None, list[Topic]] = {}
    known = {topic.pk for topic in topics}
    for topic in topics:
        below.setdefault(topic.parent_id if topic.parent_id in known else None, []).append(topic)
    found: list[tuple[Topic, int]] = []

    def walk(parent: int | None) -> None:
        for topic in below.get(parent, []):
            found.append((topic, len(above.get(topic.pk, ()))))
            walk(topic.pk)

    walk(None)
    return found


def attempts_begun(exam: Exam) -> int:
    """How many attempts have begun; they keep the rules of their start."""
    return Attempt.objects.filter(sitting__exam=exam).count()


def section_was_sat(section: Section) -> bool:
    """Whether an attempt has a question in it."""
    return AttemptItem.objects.filter(section=section).exists()


def pieces(exam: Exam, versions: Sequence[int]) -> dict[int, Piece]:
    """Each version with the facility measured in this exam, where enough have sat it."""
    facility = {
        item.version: item.facility for item in measured(exam, graded_attempts(exam)).items if item.count >= FEWEST
    }
    found = QuestionVersion.objects.in_bulk(versions)
    return {pk: Piece(pk, str(one.topic_id), one.difficulty, one.points, facility.get(pk)) for pk, one in found.items()}


@dataclass(frozen=True)
class FormRow:
    """A form, its attempts so far, and how it compares with the others in use."""

    form: ExamForm
    times: int
    points: int
    expected: float
    balances: list[tuple[str, Balance]]
    retired: int = 0
    """How many of its questions were retired since it was made: it still holds them."""

    @property
    def balanced(self) -> bool:
        """Whether it may stand for any of the others."""
        return all(balance.balanced for _code, balance in self.balances)


def form_rows(exam: Exam, forms: Sequence[ExamForm]) -> list[FormRow]:
    """Forms side by side; `forms` have `times`. Questions on trial do not count."""
    if not forms:
        return []
    known = pieces(exam, [version for form in forms for version in form.versions])
    gone = set(
        QuestionVersion.objects.filter(pk__in=known, question__state=Question.State.RETIRED).values_list(
            "pk", flat=True
        )
    )
    sheets = {form.pk: [known[pk] for pk in form.versions if pk not in form.pilots] for form in forms}
    balances: dict[int, list[tuple[str, Balance]]] = {form.pk: [] for form in forms}
    for first, second in combinations(forms, 2):
        balance = compare(sheets[first.pk], sheets[second.pk])
        balances[first.pk].append((second.code, balance))
        balances[second.pk].append((first.code, balance))
    return [
        FormRow(
            form,
            int(getattr(form, "times", 0)),
            sum(piece.points for piece in sheets[form.pk]),
            100 * expected(sheets[form.pk]),
            balances[form.pk],
            len(gone.intersection(form.versions)),
        )
        for form in forms
    ]
