"""The builder of blueprints, the draw on stored rows, and fixed forms."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from lms.lib.states import Refused
from people.models import User
from quizzes import actions, queries
from quizzes.actions.blueprints import NotServed
from quizzes.blueprint_plan import LinePlan, MinimumPlan, Plan, SectionPlan
from quizzes.models import Attempt, Bank, Exam, ExamForm, Question, Sitting, Topic
from tests.factories import AT, make_person
from tests.quizzes.conftest import bank_files, dump, load, single

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(course: Any) -> User:
    return make_person("Quản trị Một", roles=(Role.ADMINISTRATOR,))


def topic(code: str) -> Topic:
    return Topic.objects.get(code=code)


def plan(*lines: tuple[str, str, int], **more: Any) -> Plan:
    return Plan([LinePlan(topic(code), difficulty, count) for code, difficulty, count in lines], **more)


def store(exam: Exam, made: Plan, editor: User, **more: Any) -> Exam:
    return actions.store_blueprint(exam=exam, plan=made, by=editor, at=AT, **more)


def test_any_difficulty_and_a_topic_with_those_below(exam: Exam, editor: User, sitting: Sitting) -> None:
    Topic.objects.filter(code="prp").update(parent=topic("ccp"))
    store(exam, plan(("ccp", "", 6), ("prp", "recall", 3)), editor)
    attempt = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    assert attempt.items.count() == 9
    codes = set(attempt.items.values_list("version__question__code", flat=True))
    assert {"A-1", "A-2", "A-3", "C-1", "C-2", "C-3"} <= codes


def test_what_the_bank_cannot_serve_is_told_and_not_stored(exam: Exam, editor: User) -> None:
    before = list(exam.blueprint.values_list("topic__code", "difficulty", "count"))
    with pytest.raises(NotServed) as refused:
        store(exam, plan(("prp", "recall", 2), ("ccp", "apply", 4)), editor)
    assert {place: short.available for place, short in refused.value.shortages.items()} == {1: 3}
    assert list(exam.blueprint.values_list("topic__code", "difficulty", "count")) == before
    store(exam, plan(("ccp", "apply", 4)), editor, anyway=True)
    assert queries.question_count(exam) == 4


def test_a_minimum_needs_questions_and_lines_are_not_doubled(exam: Exam, editor: User) -> None:
    with pytest.raises(Refused, match="CCP"):
        store(exam, plan(("prp", "", 2), minima=[MinimumPlan(topic("ccp"), percent=40)]), editor)
    with pytest.raises(Refused):
        store(exam, plan(("prp", "", 1), ("prp", "", 2)), editor)
    store(exam, plan(("prp", "", 2), minima=[MinimumPlan(topic("prp"), points=1)]), editor)
    assert queries.minima(exam) == {"prp": {"points": 1}}


def test_sections_keep_their_order_and_one_that_was_sat_stays(exam: Exam, editor: User, sitting: Sitting) -> None:
    first, second = SectionPlan("Phần một", "Part one"), SectionPlan("Phần hai", "Part two", minutes=20)
    lines = [LinePlan(topic("ccp"), "", 3, section=1), LinePlan(topic("prp"), "", 4, section=0)]
    store(exam, Plan(lines, [first, second]), editor)
    attempt = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    shown = list(attempt.items.order_by("position").values_list("section__title_en", flat=True))
    assert shown == ["Part one"] * 4 + ["Part two"] * 3
    with pytest.raises(Refused, match=r"Phần|Part"):
        store(exam, plan(("prp", "", 2)), editor)
    kept = [SectionPlan("Phần A", "Part A", pk=exam.sections.get(title_en="Part one").pk)]
    kept.append(SectionPlan("Phần B", "Part B", pk=exam.sections.get(title_en="Part two").pk))
    store(exam, Plan([LinePlan(topic("prp"), "", 2, section=1)], kept), editor)
    assert attempt.items.first().section.title_en == "Part A"


def test_pilots_come_in_addition_and_are_not_scored(exam: Exam, editor: User, sitting: Sitting) -> None:
    files = bank_files()
    files["questions/trial.yaml"] = dump([single("T-1"), single("T-2")])
    load(files, exam.course)
    Question.objects.filter(code__startswith="T-").update(pilot=True)
    store(exam, plan(("prp", "", 4), rules={"pilots": 1}), editor)
    attempt = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    scored = dict(attempt.items.values_list("version__question__code", "scored"))
    assert len(scored) == 5
    assert [code for code, counts in scored.items() if not counts] in (["T-1"], ["T-2"])
    assert attempt.rules["possible"] == 4


def test_a_question_at_its_limit_is_not_drawn(exam: Exam, editor: User, sitting: Sitting) -> None:
    store(exam, plan(("prp", "recall", 2)), editor)
    attempt = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    Question.objects.filter(bank=exam.bank).update(exposure_limit=1)
    left = {one.version for one in queries.pool(exam)}
    assert left.isdisjoint(attempt.items.values_list("version", flat=True))
    with pytest.raises(NotServed):
        store(exam, plan(("prp", "recall", 2)), editor)


def test_least_used_first_and_none_that_the_person_has_seen(exam: Exam, editor: User, sitting: Sitting) -> None:
    store(exam, plan(("prp", "recall", 1), rules={"draw": Exam.Draw.SPREAD}), editor)
    seen: list[str] = []
    for number in range(3):
        other = Sitting.objects.create(person=sitting.person, exam=exam)
        attempt = actions.start(sitting=other, by=sitting.person, at=AT, language="vi")
        seen += attempt.items.values_list("version__question__code", flat=True)
        actions.submit(attempt=attempt, by=sitting.person, at=AT)
        assert len(set(seen)) == number + 1


@pytest.fixture
def forms(exam: Exam, editor: User) -> list[ExamForm]:
    store(exam, plan(("prp", "recall", 1), ("ccp", "apply", 1), rules={"draw": Exam.Draw.FORMS}), editor)
    return actions.make_forms(exam=exam, count=2, by=editor, at=AT)


def test_forms_share_nothing_and_take_turns(forms: list[ExamForm], exam: Exam) -> None:
    assert [form.code for form in forms] == ["A", "B"]
    assert not set(forms[0].versions) & set(forms[1].versions)
    given = []
    for number in range(4):
        person = make_person(f"Trần Thị {number}")
        sitting = Sitting.objects.create(person=person, exam=exam)
        attempt = actions.start(sitting=sitting, by=person, at=AT, language="vi")
        assert attempt.form is not None
        assert set(attempt.items.values_list("version", flat=True)) == set(attempt.form.versions)
        given.append(attempt.form.code)
    assert sorted(given) == ["A", "A", "B", "B"]


def test_the_form_of_a_sitting_and_one_not_sat_before(forms: list[ExamForm], exam: Exam, sitting: Sitting) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(form=forms[1])
    first = actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    assert first.form == forms[1]
    actions.submit(attempt=first, by=sitting.person, at=AT)
    again = Sitting.objects.create(person=sitting.person, exam=exam)
    assert actions.start(sitting=again, by=sitting.person, at=AT, language="vi").form == forms[0]


def test_without_a_form_nothing_starts(forms: list[ExamForm], exam: Exam, editor: User, sitting: Sitting) -> None:
    for form in forms:
        actions.retire_form(form=form, by=editor, at=AT)
        actions.retire_form(form=form, by=editor, at=AT)
    with pytest.raises(Refused):
        actions.start(sitting=sitting, by=sitting.person, at=AT, language="vi")
    assert not Attempt.objects.exists()
    assert [form.code for form in actions.make_forms(exam=exam, count=1, by=editor, at=AT)] == ["C"]


def sent(exam: Exam, *lines: tuple[str, str, int], **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "rules-draw": "random",
        "rules-shuffles": "on",
        "rules-pilots": "0",
        "rules-pass_percent": "70",
        "rules-pass_points": "",
        "rules-partial": "on",
        "rules-wrong_percent": "0",
        "do": "save",
    }
    for prefix in ("lines", "sections", "minima"):
        data |= {f"{prefix}-TOTAL_FORMS": "4", f"{prefix}-INITIAL_FORMS": "0"}
    for number, (code, difficulty, count) in enumerate(lines):
        data |= {
            f"lines-{number}-topic": topic(code).pk,
            f"lines-{number}-difficulty": difficulty,
            f"lines-{number}-count": count,
        }
    return data | more


def test_the_builder_on_screen(exam: Exam, editor: User, client: Client) -> None:
    client.force_login(editor)
    address = reverse("quizzes_admin:blueprint", args=[exam.pk])
    page = client.get(address)
    assert page.status_code == 200
    refused = client.post(address, sent(exam, ("ccp", "apply", 9)))
    assert refused.status_code == 422
    (fault,) = [row.errors["count"][0] for row in refused.context["forms"].lines if row.errors]
    assert "9" in fault and "3" in fault
    assert 'name="anyway"' in refused.content.decode()
    faulty = sent(exam, ("ccp", "apply", 2), **{"minima-0-value": "120", "sections-0-title_vi": "Chỉ một"})
    assert client.post(address, faulty).status_code == 422
    assert queries.question_count(exam) == 7
    good = sent(
        exam,
        ("ccp", "apply", 2),
        ("prp", "", 3),
        **{"minima-0-topic": topic("prp").pk, "minima-0-value": "2", "minima-0-unit": "points"},
    )
    assert client.post(address, good).status_code == 302
    assert queries.question_count(exam) == 5
    assert queries.minima(exam) == {"prp": {"points": 2}}


def test_forms_on_screen(forms: list[ExamForm], exam: Exam, editor: User, client: Client) -> None:
    client.force_login(editor)
    page = client.get(reverse("quizzes_admin:exam_forms", args=[exam.pk]))
    assert page.status_code == 200 and len(page.context["rows"]) == 2
    assert client.post(reverse("quizzes_admin:exam_forms", args=[exam.pk]), {"count": "99"}).status_code == 422
    assert client.post(reverse("quizzes_admin:exam_forms", args=[exam.pk]), {"count": "1"}).status_code == 302
    one = reverse("quizzes_admin:exam_form", args=[forms[0].pk])
    shown = client.get(one).content.decode()
    assert "CANARY" not in shown and "Stem" in shown
    assert client.post(one).status_code == 302
    assert ExamForm.objects.get(pk=forms[0].pk).retired_at is not None


def test_a_form_that_holds_a_retired_question_says_so(
    forms: list[ExamForm], exam: Exam, editor: User, client: Client
) -> None:
    client.force_login(editor)
    Question.objects.filter(current=forms[0].versions[0]).update(state=Question.State.RETIRED)
    page = client.get(reverse("quizzes_admin:exam_forms", args=[exam.pk]))
    assert [row.retired for row in page.context["rows"] if row.form == forms[0]] == [1]
    assert "bank-warn" in page.content.decode()


def test_who_may_build(exam: Exam, client: Client) -> None:
    client.force_login(make_person("Giảng viên Khác", roles=(Role.INSTRUCTOR,)))
    assert client.get(reverse("quizzes_admin:blueprint", args=[exam.pk])).status_code == 404
    assert Bank.objects.count() == 1


def at_builder(exam: Exam, editor: User, client: Client) -> str:
    client.force_login(editor)
    return reverse("quizzes_admin:blueprint", args=[exam.pk])


def faults_of(page: Any) -> list[str]:
    forms = page.context["forms"]
    sets = [*forms.lines, *forms.minima, forms.rules]
    return [str(error) for form in sets for errors in form.errors.values() for error in errors]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"minima-0-value": "9", "minima-0-unit": "points", "minima-0-topic": "ccp"}, "2"),
        ({"rules-pass_points": "9"}, "2"),
        ({"rules-planned": "3"}, "3"),
        ({"rules-pass_percent": "0"}, "1"),
        ({"rules-pass_percent": "101"}, "100"),
        ({"rules-wrong_percent": "150"}, "100"),
        ({"lines-1-topic": "ccp", "lines-1-difficulty": "apply", "lines-1-count": "1"}, "CCP"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    exam: Exam, editor: User, client: Client, more: dict[str, str], told: str
) -> None:
    address = at_builder(exam, editor, client)
    more = {name: str(topic(value).pk) if name.endswith("topic") else value for name, value in more.items()}
    page = client.post(address, sent(exam, ("ccp", "apply", 2)) | more)
    assert page.status_code == 422
    assert any(told in fault for fault in faults_of(page)), faults_of(page)
    assert queries.question_count(exam) == 7 and not exam.events.exists()


def test_an_empty_blueprint_is_refused(exam: Exam, editor: User, client: Client) -> None:
    page = client.post(at_builder(exam, editor, client), sent(exam))
    assert page.status_code == 422 and faults_of(page)
    assert queries.question_count(exam) == 7


def test_while_lines_are_written_the_verdict_comes_alone_and_nothing_is_stored(
    exam: Exam, editor: User, client: Client
) -> None:
    address = at_builder(exam, editor, client)
    asked = sent(exam, ("prp", "", 2), ("ccp", "apply", 9), do="check", fragment="1")
    page = client.post(address, asked)
    assert page.status_code == 200
    text = page.content.decode()
    assert "<html" not in text and "2. " in text and "9" in text and "3" in text
    assert client.post(address, sent(exam, ("ccp", "apply", 2), do="check")).status_code == 200
    assert queries.question_count(exam) == 7 and not exam.events.exists()


def test_a_bank_that_has_shrunk_is_told_as_soon_as_the_builder_opens(exam: Exam, editor: User, client: Client) -> None:
    address = at_builder(exam, editor, client)
    assert client.get(address).context["lacks"] == []
    Question.objects.filter(current__topic__code="ccp").update(exposure_limit=1, state=Question.State.RETIRED)
    assert client.get(address).context["lacks"] != []


def test_partial_and_negative_marking_are_set_here_and_stand_in_the_history(
    exam: Exam, editor: User, client: Client
) -> None:
    address = at_builder(exam, editor, client)
    good = sent(exam, ("ccp", "apply", 2), **{"rules-wrong_percent": "25"})
    del good["rules-partial"]
    assert client.post(address, good).status_code == 302
    exam.refresh_from_db()
    assert (exam.partial, exam.wrong_percent) == (False, 25)
    page = client.get(reverse("quizzes_admin:exam", args=[exam.pk])).content.decode()
    assert "CCP: 7 → CCP" in page or "25" in page
    assert exam.events.get().data["wrong_percent"] == [0, 25]


def test_attempts_begun_are_told_to_keep_their_rules(
    exam: Exam, editor: User, client: Client, attempt: Attempt
) -> None:
    page = client.get(at_builder(exam, editor, client))
    assert page.context["sat"] == 1 and "help-warning" in page.content.decode()
