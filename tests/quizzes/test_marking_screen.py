"""The screens of marking by hand: blind, row by row, and nothing typed is lost."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from lms.lib.access import Role
from people.models import User
from quizzes import actions, queries
from quizzes.models import Attempt, AttemptItem, Exam, KeySight, Mark, QuestionKey, QuestionVersion, Sitting
from quizzes.queries import marking as to_mark
from tests.factories import AT, enrol, make_person, make_run
from tests.quizzes.test_marking import ESSAY, RUBRIC, add_essay, double, essay_in, examiner, give


@pytest.fixture
def version(exam: Exam) -> QuestionVersion:
    return essay_in(exam)


@pytest.fixture
def item(attempt: Attempt, version: QuestionVersion) -> AttemptItem:
    """An essay handed in, which waits."""
    made = add_essay(attempt, version)
    actions.submit(attempt=attempt, by=attempt.sitting.person, at=AT)
    return made


@pytest.fixture
def desk(db: None, client: Client, settings: Any) -> tuple[Client, User]:
    one = examiner()
    client.force_login(one, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client, one


def test_the_table_is_blind_and_each_look_at_the_rubric_is_logged(
    desk: tuple[Client, User], attempt: Attempt, item: AttemptItem
) -> None:
    client, one = desk
    taker = attempt.sitting.person
    address = f"/admin/marking/{attempt.sitting.exam_id}/{item.version_id}/"
    assert f'href="{address}"' in client.get("/admin/marking/").content.decode()
    covered = client.get(address).content.decode()
    assert ESSAY not in covered
    assert "Nêu mối nguy" not in covered
    assert not KeySight.objects.exists()
    assert client.post(address, {"open": "1"}).status_code == 302
    assert KeySight.objects.get().person == one
    page = client.get(address).content.decode()
    assert ESSAY in page
    assert "Nêu mối nguy" in page
    assert to_mark.pseudonym(attempt) in page
    for naming in (taker.full_name, taker.username, attempt.code, taker.email or "…"):
        assert naming not in page


def test_marks_come_by_the_table_row_by_row(desk: tuple[Client, User], attempt: Attempt, item: AttemptItem) -> None:
    client, _one = desk
    address = f"/admin/marking/{attempt.sitting.exam_id}/{item.version_id}/"
    client.post(address, {"open": "1"})
    wrong = client.post(address, {f"points-{item.pk}-c0": "9", f"points-{item.pk}-c1": "6"})
    assert wrong.status_code == 422
    assert 'value="9"' in wrong.content.decode()
    right = {f"points-{item.pk}-c0": "3,5", f"points-{item.pk}-c1": "6", f"comment-{item.pk}": "Rõ"}
    assert client.post(address, right).status_code == 302
    assert item.marks.get().scores == {"c0": "3.5", "c1": "6"}
    attempt.refresh_from_db()
    assert attempt.state == "graded"
    assert client.get(address).status_code == 200


def test_the_queue_costs_the_same_however_long_it_is(
    exam: Exam, version: QuestionVersion, django_assert_max_num_queries: Any
) -> None:
    run = make_run(exam.course)
    one = examiner()

    def hand_one_in() -> None:
        person = make_person()
        sitting: Sitting = actions.open_sitting(person=person, exam=exam, enrolment=enrol(person, run), by=None, at=AT)
        made = actions.start(sitting=sitting, by=person, at=AT, language="vi")
        add_essay(made, version)
        actions.submit(attempt=made, by=person, at=AT)

    for _number in range(3):
        hand_one_in()
    with django_assert_max_num_queries(6):
        heaps = to_mark.heaps(one, AT)
    assert [heap.waiting for heap in heaps] == [3]
    with django_assert_max_num_queries(6):
        found = to_mark.scripts(one, exam, version, AT)
        to_mark.read_scripts(found)
    assert [script.lines for script in found] == [[ESSAY]] * 3
    assert queries.newest_grade(Attempt.objects.latest("pk")) is None


def hand_in(exam: Exam, run: Any, version: QuestionVersion, **response: Any) -> AttemptItem:
    """Somebody else's answer to `version`, handed in."""
    person = make_person()
    sitting: Sitting = actions.open_sitting(person=person, exam=exam, enrolment=enrol(person, run), by=None, at=AT)
    made = actions.start(sitting=sitting, by=person, at=AT, language="vi")
    item = add_essay(made, version)
    if response:
        item.answers.update(response=response)
    actions.submit(attempt=made, by=person, at=AT)
    return item


def test_what_was_typed_is_never_dropped_without_a_word(
    desk: tuple[Client, User], exam: Exam, version: QuestionVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, one = desk
    run = make_run(exam.course)
    taken, kept, beyond = (hand_in(exam, run, version) for _number in range(3))
    address = f"/admin/marking/{exam.pk}/{version.pk}/"
    client.post(address, {"open": "1"})
    give(taken, examiner("Nhanh Hơn"), 1, 1)
    monkeypatch.setattr("quizzes.admin_marking.PER_PAGE", 1)
    typed: dict[str, str] = {}
    for item in (taken, kept, beyond):
        typed |= {f"points-{item.pk}-c0": "3,5", f"points-{item.pk}-c1": "2", f"comment-{item.pk}": f"Lời {item.pk}"}
    answer = client.post(address, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    # Those on another page by now are saved all the same; what somebody else was first with comes back.
    assert [item.marks.get(marker=one).points for item in (kept, beyond)] == [Decimal("5.5")] * 2
    assert f"Lời {taken.pk}" in page
    assert "3,5" in page
    assert taken.marks.count() == 1
    # Pressed again after a cut line: what is saved already is no complaint.
    again = {name: value for name, value in typed.items() if f"-{taken.pk}" not in name}
    assert client.post(address, again).status_code == 302
    assert Mark.objects.filter(marker=one).count() == 2


def test_marks_typed_until_the_look_ran_out_are_taken(
    desk: tuple[Client, User], attempt: Attempt, item: AttemptItem
) -> None:
    client, _one = desk
    address = f"/admin/marking/{attempt.sitting.exam_id}/{item.version_id}/"
    client.post(address, {"open": "1"})
    KeySight.objects.update(at=AT - to_mark.SHOWN_FOR)
    typed = {f"points-{item.pk}-c0": "3.5", f"points-{item.pk}-c1": "6"}
    assert client.post(address, typed)["Location"].endswith("?saved=1")
    assert item.marks.get().points == Decimal("9.5")
    assert KeySight.objects.count() == 2


def test_the_order_of_the_table_is_not_the_order_of_the_hand_ins(exam: Exam, version: QuestionVersion) -> None:
    run = make_run(exam.course)
    items = [hand_in(exam, run, version) for _number in range(3)]
    for seed, item in zip("cab", items, strict=True):
        Attempt.objects.filter(pk=item.attempt_id).update(seed=seed * 32)
    found = [script.item for script in to_mark.scripts(examiner(), exam, version, AT)]
    assert found == [items[1], items[2], items[0]]


def test_the_name_of_a_file_is_not_shown(desk: tuple[Client, User], exam: Exam) -> None:
    client, _one = desk
    version = essay_in(exam)
    QuestionVersion.objects.filter(pk=version.pk).update(type="file")
    facts = {"path": "answers/x/y.pdf", "name": "Nguyen-Van-An-HACCP.pdf", "sha256": "0", "size": 1}
    item = hand_in(exam, make_run(exam.course), version, file=facts)
    address = f"/admin/marking/{exam.pk}/{version.pk}/"
    client.post(address, {"open": "1"})
    page = client.get(address).content.decode()
    assert f"/admin/marking/files/{item.pk}/" in page
    assert "Nguyen-Van-An" not in page


def test_the_attempts_page_covers_what_is_still_to_be_judged(
    desk: tuple[Client, User], attempt: Attempt, item: AttemptItem, settings: Any
) -> None:
    client, _one = desk
    double(attempt)
    give(item, examiner("Người Thứ Nhất"), 4, 2, "Nhận xét của người thứ nhất")
    address = f"/admin/attempts/{attempt.code}/"
    page = client.get(address).content.decode()
    assert attempt.sitting.person.full_name in page
    assert ESSAY not in page
    assert "Người Thứ Nhất" not in page
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{address}file/").content)).read("attempt.json").decode()
    assert ESSAY not in archive
    assert "Nhận xét của người thứ nhất" not in archive
    give(item, examiner("Người Thứ Hai"), 4, 2)
    assert ESSAY in client.get(address).content.decode()
    inspector = make_person("Thanh tra", roles=(Role.INSPECTOR,))
    Attempt.objects.filter(pk=attempt.pk).update(state="submitted")
    client.force_login(inspector, backend=settings.AUTHENTICATION_BACKENDS[0])
    page = client.get(address).content.decode()
    assert ESSAY in page
    assert "Người Thứ Nhất" in page


def test_levels_of_a_criterion_stand_beside_its_field(
    desk: tuple[Client, User], attempt: Attempt, item: AttemptItem
) -> None:
    client, _one = desk
    level = {"text": {"vi": "Nêu đủ ba mối nguy", "en": "All three"}, "points": 4}
    QuestionKey.objects.update_or_create(
        version=item.version, defaults={"key": {"rubric": [{**RUBRIC[0], "levels": [level]}, RUBRIC[1]]}}
    )
    address = f"/admin/marking/{attempt.sitting.exam_id}/{item.version_id}/"
    client.post(address, {"open": "1"})
    page = client.get(address).content.decode()
    assert f'data-level="4" data-for="points-{item.pk}-c0">4</button> Nêu đủ ba mối nguy' in page
