"""Exams made in the back office: by whom, like which, left alone by packs; and what a course pack keeps."""

from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from courses.models import Course
from enrolments.models import CompletionRule
from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people.models import User
from quizzes import actions, queries
from quizzes.actions.exams import set_rules
from quizzes.blueprint_plan import LinePlan, MinimumPlan, Plan
from quizzes.models import Bank, Exam, Question, Topic
from quizzes.pack import QuestionSection
from tests.factories import AT, make_person
from tests.quizzes.conftest import bank_files, dump, load

pytestmark = pytest.mark.django_db


def make(bank: Bank, by: User, code: str = "HACCP-2027", **more: Any) -> Exam:
    given = {"title_vi": "Kỳ thi 2027", "title_en": "", "certifies": False, "required": False} | more
    return actions.create_exam(bank=bank, code=code, by=by, at=AT, **given)


@pytest.fixture
def officer(course: Course) -> User:
    return make_person("Cán bộ", roles=(Role.OFFICER,))


def test_like_another_it_has_its_rules_its_blueprint_and_minima(exam: Exam, officer: User) -> None:
    set_rules(exam=exam, by=officer, at=AT, minutes=75, needs_ticket=True)
    exam.refresh_from_db()
    made = make(exam.bank, officer, like=exam)
    assert (made.minutes, made.needs_ticket, made.title_en) == (75, True, "Kỳ thi 2027")
    assert made.course == exam.course
    rows = [list(one.blueprint.values_list("topic", "difficulty", "count")) for one in (exam, made)]
    assert rows[0] == rows[1] != []
    assert queries.minima(made) == queries.minima(exam)
    assert made.events.get().data == {"like": exam.code}


def test_of_a_scheme_it_certifies_and_tells_no_answers(officer: User) -> None:
    bank = Bank.objects.create(code="TV-ISO", scheme="HACCP-TV")
    made = make(bank, officer, certifies=True)
    assert (made.course, made.certifies, made.shows_answers) == (None, True, "never")
    with pytest.raises(Refused):
        make(bank, officer, "TV-2", required=True)
    with pytest.raises(Refused, match="HACCP-2027"):
        make(bank, officer)


def test_later_classes_ask_for_it_when_so_said(exam: Exam, officer: User) -> None:
    make(exam.bank, officer)
    assert not CompletionRule.objects.filter(key="HACCP-2027").exists()
    make(exam.bank, officer, "HACCP-2028", required=True)
    assert CompletionRule.objects.get(key="HACCP-2028").course == exam.course


def test_who_makes_one(exam: Exam) -> None:
    own, other = (make_person(name, roles=(Role.INSTRUCTOR,)) for name in ("Của lớp", "Khác"))
    exam.course.instructors.add(own)
    assert make(exam.bank, own).pk
    for by, certifies in ((own, True), (other, False), (make_person("Duyệt", roles=(Role.REVIEWER,)), False)):
        with pytest.raises(NotAllowed):
            make(exam.bank, by, "X-1", certifies=certifies)
    with pytest.raises(NotAllowed):
        make(exam.bank, own, "X-1", required=True)


def test_a_pack_that_is_loaded_again_leaves_it_and_what_was_changed_here(
    exam: Exam, course: Course, officer: User
) -> None:
    made = make(exam.bank, officer, like=exam)
    topic = Topic.objects.get(code="ccp")
    set_rules(exam=exam, by=officer, at=AT, minutes=90)
    plan = Plan([LinePlan(topic, "", 3)], minima=[MinimumPlan(topic, points=2)], rules={"pass_percent": 55})
    actions.store_blueprint(exam=exam, plan=plan, by=officer, at=AT)
    files = bank_files()
    load(files, course)
    made.refresh_from_db()
    exam.refresh_from_db()
    assert not made.retired and not exam.retired
    assert (exam.minutes, exam.pass_percent, queries.question_count(exam)) == (90, 55, 3)
    assert queries.minima(exam) == {"ccp": {"points": 2}}
    assert set(exam.events.get(new="blueprint").data) == {"lines", "minima", "pass_percent"}


def test_an_exam_made_here_is_not_in_the_pack_and_keeps_its_code(exam: Exam, course: Course, officer: User) -> None:
    make(exam.bank, officer)
    Exam.objects.filter(pk=exam.pk).update(retired=True)
    assert QuestionSection().dump(course) == {}


def test_on_screen_by_an_officer_from_the_list_to_the_blueprint(exam: Exam, officer: User, client: Client) -> None:
    client.force_login(officer)
    address = reverse("quizzes_admin:exam_new")
    assert address in client.get(reverse("quizzes_admin:exams")).content.decode()
    assert f"{address}?like={exam.pk}" in client.get(reverse("quizzes_admin:exam", args=[exam.pk])).content.decode()
    page = client.get(address, {"like": exam.pk})
    assert page.context["form"].initial["bank"] == exam.bank_id
    sent = {"bank": exam.bank_id, "like": exam.pk, "code": "thi thử", "title_vi": "Thi thử"}
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"code": exam.code}).status_code == 422
    answer = client.post(address, sent | {"code": "thi-thu"})
    made = Exam.objects.get(code="THI-THU")
    assert answer["Location"] == reverse("quizzes_admin:blueprint", args=[made.pk])
    builder = client.get(answer["Location"])
    assert builder.status_code == 200 and 'value="save"' in builder.content.decode()
    assert client.get(reverse("quizzes_admin:exam_forms", args=[made.pk])).status_code == 200


@pytest.mark.parametrize("like", ["x", "9" * 5000, "²", "-1"])
def test_like_nothing_that_is_there(officer: User, client: Client, like: str) -> None:
    client.force_login(officer)
    assert client.get(reverse("quizzes_admin:exam_new"), {"like": like}).status_code == 200


def test_the_exams_page_says_why_nobody_can_start(exam: Exam, officer: User, client: Client) -> None:
    client.force_login(officer)

    def told(of: Exam) -> str:
        return str(client.get(reverse("quizzes_admin:exam", args=[of.pk])).context["hindrance"])

    assert told(exam) == ""
    made = make(exam.bank, officer)
    assert "trống" in told(made) or "empty" in told(made)
    Question.objects.update(state=Question.State.RETIRED)
    assert told(exam) not in ("", told(made))
    Exam.objects.filter(pk=exam.pk).update(draw="forms")
    assert "form" in told(exam) or "đề" in told(exam)


def test_a_reviewer_reads_the_blueprint_and_changes_nothing(exam: Exam, client: Client) -> None:
    client.force_login(make_person("Duyệt", roles=(Role.REVIEWER,)))
    address = reverse("quizzes_admin:blueprint", args=[exam.pk])
    page = client.get(address)
    assert page.status_code == 200 and 'value="save"' not in page.content.decode()
    assert client.post(address, {}).status_code == 403


def test_an_instructor_does_not_touch_what_an_exam_that_certifies_takes_to_pass(exam: Exam) -> None:
    instructor = make_person("Của lớp", roles=(Role.INSTRUCTOR,))
    exam.course.instructors.add(instructor)
    with pytest.raises(NotAllowed):
        set_rules(exam=exam, by=instructor, at=AT, certifies=True)
    Exam.objects.filter(pk=exam.pk).update(certifies=True)
    plan = Plan([LinePlan(Topic.objects.get(code="ccp"), "", 1)], rules={"pass_percent": 1})
    with pytest.raises(NotAllowed):
        actions.store_blueprint(exam=exam, plan=plan, by=instructor, at=AT)
    with pytest.raises(NotAllowed):
        actions.make_forms(exam=exam, count=1, by=instructor, at=AT)


def test_the_code_of_an_exam_made_here_is_refused_in_a_pack(exam: Exam, course: Course, officer: User) -> None:
    make(exam.bank, officer)
    files = bank_files()
    files["exam.yaml"] = dump(yaml.safe_load(files["exam.yaml"]) | {"code": "HACCP-2027"})
    with pytest.raises(Exception, match="HACCP-2027"):
        load(files, course)
