"""What of a result is seen when: the rule, the end of the window for everybody, the release, and the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import Notice
from quizzes import actions, queries, visibility
from quizzes.actions.exams import release, set_rules
from quizzes.models import Attempt, Exam, ExamSession, Grade, Sitting
from quizzes.visibility import Rule, Sight, seen
from tests.factories import AT, make_person
from tests.quizzes.conftest import CANARY

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


# --- The rule, without a database --------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "closed", "released", "expected"),
    [
        ("at_once", False, False, True),
        ("closed", False, True, False),
        ("closed", True, False, True),
        ("released", True, False, False),
        ("released", False, True, True),
        ("never", True, True, False),
        ("sometimes", True, True, False),
    ],
)
def test_each_follows_its_own_choice(choice: str, closed: bool, released: bool, expected: bool) -> None:
    for place in range(3):
        choices = ["never"] * 3
        choices[place] = choice
        sight = seen(Rule(*choices), graded=True, closed=closed, released=released)
        assert [*sight] == [expected and number == place for number in range(3)]


def test_before_the_grade_nothing_is_seen() -> None:
    always = Rule("at_once", "at_once", "at_once")
    assert not any(seen(always, graded=False, closed=True, released=True))


def test_every_choice_of_the_model_is_known_to_the_rule() -> None:
    assert set(Exam.Shows.values) == set(visibility.Shows)


def test_the_words_before_and_after() -> None:
    with override("en"):
        told = visibility.promises(Rule("closed", "released", "never"), AT)
        assert "not before 09:00, 23/11/2026" in told[0]
        assert "when the examiner releases them" in told[1]
        assert visibility.waits(Rule("at_once", "never", "never"), Sight(True, False, False)) == ""
        assert "releases" in visibility.waits(Rule("released", "never", "never"), visibility.NOTHING)
        assert "over for everybody" in visibility.waits(Rule("closed", "closed", "never"), visibility.NOTHING)
        # Each with its own when.
        both = visibility.waits(Rule("closed", "released", "never"), visibility.NOTHING)
        assert both.index("points") < both.index("over for everybody") < both.index("right and wrong")


# --- The end for everybody -----------------------------------------------------------------


@pytest.fixture
def graded(attempt: Attempt, right: Callable[[Any], dict[str, list[str]]]) -> Attempt:
    """An attempt with everything right but one, handed in at AT."""
    for item in attempt.items.select_related("version__key").exclude(position=1):
        actions.save_answer(
            attempt=attempt, position=item.position, response=right(item), revision=1,
            key=f"{item.pk:032x}", by=attempt.sitting.person, at=AT, device="tab-1",
        )  # fmt: skip
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    return Attempt.objects.select_related("sitting__exam").get(pk=attempt.pk)


def change(exam: Exam, **fields: Any) -> Exam:
    Exam.objects.filter(pk=exam.pk).update(**fields)
    return Exam.objects.get(pk=exam.pk)


@pytest.mark.django_db
def test_over_is_when_nobody_may_start_and_nobody_is_in(exam: Exam, graded: Attempt) -> None:
    assert not queries.is_over(exam, AT + 1000 * HOUR)
    exam = change(exam, closes_at=AT + HOUR)
    assert [queries.is_over(exam, AT + HOUR + step) for step in (-SECOND, 0 * SECOND, SECOND)] == [False, True, True]
    after = AT + 2 * HOUR

    other = Sitting.objects.create(person=make_person(), exam=exam, closes_at=AT + 3 * HOUR)
    assert not queries.is_over(exam, after)
    assert queries.is_over(exam, AT + 3 * HOUR)
    running = actions.start(sitting=other, by=other.person, at=after, language="vi")
    assert not queries.is_over(exam, AT + 4 * HOUR)
    actions.submit(attempt=running, by=other.person, at=after)
    assert not queries.is_over(exam, after)
    Grade.objects.filter(attempt=running).update(passed=True)
    assert queries.is_over(exam, after)

    session = ExamSession.objects.create(code="S", exam=exam, starts_at=after, ends_at=after + HOUR)
    assert not queries.is_over(exam, after)
    ExamSession.objects.filter(pk=session.pk).update(state="cancelled")
    assert queries.is_over(exam, after)
    assert queries.is_over(change(exam, retired=True, closes_at=None), AT)


# --- The release -----------------------------------------------------------------------------


@pytest.fixture
def examiner(db: None) -> Any:
    return make_person("Người sát hạch", roles=(Role.EXAMINER,))


def test_a_release_shows_what_was_handed_in_by_then(exam: Exam, graded: Attempt, examiner: Any) -> None:
    set_rules(exam=exam, by=examiner, at=AT, shows_score="released", shows_answers="released")
    taker = graded.sitting.person

    def look(attempt: Attempt, at: Any) -> Sight:
        return queries.sight(Attempt.objects.select_related("sitting__exam").get(pk=attempt.pk), at)

    assert look(graded, AT + HOUR) == (False, False, False)
    release(exam=exam, by=examiner, at=AT + HOUR)
    assert look(graded, AT + HOUR) == (True, True, False)
    assert Notice.objects.filter(person=taker, kind="exam_released", channel="screen").count() == 1

    with pytest.raises(Refused) as nothing:
        release(exam=exam, by=examiner, at=AT + 2 * HOUR)
    assert nothing.value.code == "nothing_new"
    later = _another(exam)
    with pytest.raises(Refused) as running:
        release(exam=exam, by=examiner, at=AT + 2 * HOUR)
    assert running.value.code == "running"
    actions.submit(attempt=later, by=later.sitting.person, at=AT + 3 * HOUR)
    assert look(later, AT + 4 * HOUR) == (False, False, False)
    release(exam=exam, by=examiner, at=AT + 4 * HOUR)
    assert look(later, AT + 4 * HOUR) == (True, True, False)
    assert [event.new for event in exam.events.all()] == ["rules", "released", "released"]


def _another(exam: Exam) -> Attempt:
    sitting = Sitting.objects.create(person=make_person(), exam=exam)
    return actions.start(sitting=sitting, by=sitting.person, at=AT + 2 * HOUR, language="vi")


def test_nothing_to_release(exam: Exam, graded: Attempt, examiner: Any) -> None:
    with pytest.raises(Refused) as refused:
        release(exam=exam, by=examiner, at=AT)
    assert refused.value.code == "nothing"


def test_an_instructor_releases_no_exam_that_certifies(exam: Exam, graded: Attempt) -> None:
    exam = change(exam, certifies=True, shows_score="released")
    with pytest.raises(NotAllowed):
        release(exam=exam, by=make_person(roles=(Role.INSTRUCTOR,)), at=AT)
    assert Exam.objects.get().released_at is None


# --- The pages ---------------------------------------------------------------------------------


@pytest.fixture
def taker(client: Client, graded: Attempt) -> Client:
    client.force_login(graded.sitting.person)
    return client


def test_the_result_without_points(taker: Client, exam: Exam, graded: Attempt) -> None:
    change(exam, shows_score="released")
    points = f"{Grade.objects.get().points.normalize()}/7"
    page = taker.get(f"/en/learn/attempts/{graded.code}/result/").content.decode()
    assert "6/7" not in page
    assert points not in page
    assert "needed." not in page
    assert "Points per topic" not in page
    assert "They are shown when the examiner releases them" in page
    assert ">Passed<" in page
    change(exam, shows_score="at_once")
    page = taker.get(f"/en/learn/attempts/{graded.code}/result/").content.decode()
    assert "6/7" in page
    assert "Points per topic" in page


def test_the_questions_are_a_404_until_they_may_be_seen(taker: Client, exam: Exam, graded: Attempt) -> None:
    address = reverse("quizzes:outcome", args=[graded.code])
    assert taker.get(address).status_code == 404
    change(exam, shows_answers="at_once", shows_feedback="released")
    page = taker.get(f"/en/learn/attempts/{graded.code}/outcome/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert text.count(">Right<") == 6
    assert text.count(">No answer<") == 1
    assert CANARY not in text
    change(exam, shows_answers="never", shows_feedback="at_once")
    text = taker.get(f"/en/learn/attempts/{graded.code}/outcome/").content.decode()
    assert f"{CANARY}-explanation-C-1" in text
    assert ">Right<" not in text
    assert "opt--right" not in text
    stranger = Client()
    stranger.force_login(make_person())
    assert stranger.get(address).status_code == 404


def test_the_questions_cost_the_same_however_many(
    taker: Client, exam: Exam, graded: Attempt, django_assert_max_num_queries: Any
) -> None:
    change(exam, shows_answers="at_once", shows_feedback="at_once")
    address = reverse("quizzes:outcome", args=[graded.code])
    taker.get(address)
    with django_assert_max_num_queries(22):
        assert taker.get(address).status_code == 200


def test_a_running_attempt_and_a_void_one_show_nothing(client: Client, exam: Exam, attempt: Attempt) -> None:
    change(exam, shows_answers="at_once", shows_feedback="at_once")
    client.force_login(attempt.sitting.person)
    address = reverse("quizzes:outcome", args=[attempt.code])
    assert client.get(address).status_code == 404
    attempt.move("void", by=None, at=AT)
    assert client.get(address).status_code == 404
    assert "void" in client.get(f"/en/learn/attempts/{attempt.code}/result/").content.decode()


def test_points_of_failed_attempts_stay_hidden_in_lists(exam: Exam, graded: Attempt) -> None:
    grades = Grade.objects.filter(queries.score_open("attempt"))
    assert grades.count() == 1
    for fields in ({"shows_score": "never"}, {"shows_score": "closed"}, {"shows_score": "released"}):
        change(exam, **fields)
        assert not grades.all().exists()
    change(exam, released_at=AT - SECOND)
    assert not grades.all().exists()
    change(exam, released_at=AT)
    assert grades.all().exists()
