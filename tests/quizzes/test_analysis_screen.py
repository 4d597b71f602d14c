"""Item analysis out of stored attempts: figures, warnings, screens, the file."""

import io
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from lms.lib.access import Role
from lms.lib.states import Conflict, Refused
from people.models import User
from quizzes import actions, queries, tasks
from quizzes.actions import results
from quizzes.models import Answer, Attempt, Correction, Exam, ExamForm, ItemFlag, KeySight, QuestionVersion, Sitting
from quizzes.queries.waiting import exam_work
from tests.factories import AT, make_person
from tests.quizzes.conftest import bank_files, dump, load, single

pytestmark = pytest.mark.django_db
OPTIONS = "abcd"


@pytest.fixture
def exam(course: Any) -> Exam:
    """Four single choices, of which all are drawn; b is right."""
    files = bank_files()
    files["questions/prp.yaml"] = dump([single(f"A-{number}") for number in (1, 2, 3, 4)])
    text = files["exam.yaml"].decode().replace("count: 2", "count: 4", 1)
    start, end = text.index("- topic: prp\n  difficulty: apply"), text.index("- topic: ccp\n  difficulty: apply")
    files["exam.yaml"] = (text[:start] + text[end:]).replace("count: 3", "count: 1").encode()
    load(files, course)
    Exam.objects.update(attempts=3, wait_hours=0)
    return Exam.objects.get()


def sit(exam: Exam, person: User, marks: str, sitting: Sitting | None = None) -> Sitting:
    """An attempt in which the options `marks` are chosen for A-1 to A-4; “-” leaves one out."""
    sitting = sitting or Sitting.objects.create(person=person, exam=exam)
    attempt = actions.start(sitting=sitting, by=person, at=AT, language="vi")
    for item in attempt.items.select_related("version__question"):
        code = item.version.question.code
        if code.startswith("A-") and (letter := marks[int(code[2:]) - 1]) != "-":
            response = {"choice": letter}
            Answer.objects.create(
                item=item, revision=1, key=f"00000000-0000-4000-8000-{item.pk:012}", response=response, received_at=AT,
                seconds=30,
            )  # fmt: skip
    actions.submit(attempt=attempt, by=person, at=AT)
    return sitting


@pytest.fixture
def sat(exam: Exam) -> Exam:
    """Thirty-two takers; for A-4 the good ones choose c, the weak ones the key."""
    patterns = ["bbbc"] * 10 + ["bbbb"] * 2 + ["bbcc"] * 4 + ["acdb"] * 8 + ["cdab"] * 6 + ["dda-"] * 2
    for number, marks in enumerate(patterns):
        sit(exam, make_person(f"Người thi {number}"), marks)
    return exam


def figures(exam: Exam, **asked: Any) -> dict[str, Any]:
    found = queries.measured(exam, queries.graded_attempts(exam, **asked))
    return {found.versions[item.version].question.code: item for item in found.items}


def test_figures_out_of_stored_attempts(sat: Exam) -> None:
    told = figures(sat)
    assert told["A-1"].count == 32 and told["A-1"].facility == 0.5
    assert told["A-4"].omitted == 2 / 32
    assert told["A-4"].discrimination < 0 and {"negative", "rival"} <= set(told["A-4"].warnings)
    assert {option.option: option.count for option in told["A-4"].options} == {"a": 0, "b": 16, "c": 14, "d": 0}
    assert [option.option for option in told["A-4"].options if option.right] == ["b"]
    assert told["A-1"].typical_seconds == 30


def test_only_first_attempts_unless_asked(exam: Exam) -> None:
    person = make_person()
    sitting = sit(exam, person, "acda")
    sit(exam, person, "bbbb", sitting)
    assert figures(exam)["A-1"].count == 1 and figures(exam)["A-1"].facility == 0
    assert figures(exam, first_only=False)["A-1"].count == 2


def test_warnings_are_raised_once_and_again_only_after_twice_as_many(sat: Exam, editor: User) -> None:
    assert tasks.flag_questions() > 0
    flags = ItemFlag.objects.filter(version__question__code="A-4", kind="negative")
    assert flags.count() == 1
    assert tasks.flag_questions() == 0
    with pytest.raises(Refused):
        actions.settle_flag(flag=flags.get(), note=" ", by=editor, at=AT)
    stale = flags.get()
    actions.settle_flag(flag=flags.get(), note="Đã sửa đáp án.", by=editor, at=AT)
    with pytest.raises(Conflict):
        actions.settle_flag(flag=stale, note="Lần hai.", by=editor, at=AT)
    assert tasks.flag_questions() == 0
    for number in range(33):
        sit(sat, make_person(f"Người sau {number}"), ("bbbc", "acdb")[number % 2])
    tasks.flag_questions()
    assert flags.count() == 2 and flags.filter(settled_at=None).count() == 1


@pytest.fixture
def editor(course: Any) -> User:
    person = make_person("Quản trị Một", roles=(Role.ADMINISTRATOR,))
    for bank in course.banks.all():
        bank.key_grants.create(person=person, since=AT)
    return person


def address(name: str, exam: Exam, *more: int) -> str:
    return reverse(f"quizzes_admin:{name}", args=[exam.pk, *more])


def test_the_screens(sat: Exam, editor: User, client: Client) -> None:
    client.force_login(editor)
    assert sat.title in client.get(reverse("quizzes_admin:analyses")).content.decode()
    page = client.get(address("analysis", sat), {"by": "language", "which": "all", "year": "2026"})
    assert page.status_code == 200 and "CANARY" not in page.content.decode()
    assert page.context["rows"][0]["version"].question.code == "A-4"
    assert client.get(address("analysis", sat), {"year": "x", "by": "password"}).status_code == 200
    bad = page.context["rows"][0]["version"].pk
    closed = client.get(address("analysis_item", sat, bad))
    assert closed.context["options"] is None and not KeySight.objects.exists()
    shown = client.post(address("analysis_item", sat, bad))
    assert [option["figures"].right for option in shown.context["options"]].count(True) == 1
    assert KeySight.objects.get().person == editor
    assert client.get(address("analysis_item", sat, 999_999)).status_code == 404


def test_a_warning_is_settled_on_screen(sat: Exam, editor: User, client: Client) -> None:
    tasks.flag_questions()
    client.force_login(editor)
    flag = ItemFlag.objects.filter(version__question__code="A-4").first()
    assert flag is not None
    assert client.post(reverse("quizzes_admin:flag_settle", args=[flag.pk]), {"note": "Đã xem."}).status_code == 302
    flag.refresh_from_db()
    assert flag.note == "Đã xem." and flag.settled_by == editor


def test_who_sees_the_options(sat: Exam, client: Client) -> None:
    person = make_person("Người sát hạch", roles=(Role.EXAMINER,))
    client.force_login(person)
    version = queries.measured(sat, queries.graded_attempts(sat)).items[0].version
    answer = client.post(address("analysis_item", sat, version))
    assert answer.context["options"] is None and not KeySight.objects.exists()


def test_the_file(sat: Exam, editor: User, client: Client) -> None:
    client.force_login(editor)
    answer = client.get(address("analysis_file", sat))
    words = ZipFile(io.BytesIO(answer.content)).read("xl/sharedStrings.xml").decode()
    assert "A-4" in words and "CANARY" not in words


def test_queries_do_not_grow_with_takers(sat: Exam, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(12):
        queries.measured(sat, queries.graded_attempts(sat), "form")


def test_nothing_sat_yet(exam: Exam, editor: User, client: Client) -> None:
    client.force_login(editor)
    assert client.get(address("analysis", exam)).status_code == 200
    assert client.get(address("analysis_file", exam)).status_code == 200
    assert tasks.flag_questions() == 0


def test_whoever_sits_in_another_class_too_is_counted_once(exam: Exam) -> None:
    person = make_person()
    sit(exam, person, "acda")
    sit(exam, person, "bbbb")
    assert Sitting.objects.filter(person=person).count() == 2
    assert figures(exam)["A-1"].count == 1 and figures(exam)["A-1"].facility == 0


def test_what_a_correction_took_out_is_in_no_sum_and_is_measured_by_itself(sat: Exam) -> None:
    before = figures(sat)
    version = QuestionVersion.objects.filter(question__code="A-4", drawn__isnull=False).distinct().get()
    given = {
        kind: Correction.objects.create(
            exam=sat, version=version, kind=kind, reason="Sai", state=state, created_at=AT, applied_at=AT
        )
        for kind, state in (("drop", "applied"), ("all", "cancelled"))
    }
    for kind in ("drop", "all"):
        Correction.objects.update(state="cancelled")
        Correction.objects.filter(pk=given[kind].pk).update(state="applied")
        results.regrade_all(Attempt.objects.select_related(*results.NEEDED), reason="Sai", by=None, at=AT)
        found = queries.measured(sat, queries.graded_attempts(sat))
        told = {found.versions[item.version].question.code: item for item in found.items}
        assert found.aside == {version.pk: kind}
        # By itself it is what it was: the points that everybody got are no facility of 100%.
        assert told["A-4"].facility == before["A-4"].facility
        assert told["A-4"].discrimination == pytest.approx(before["A-4"].discrimination)
        assert found.test is not None and found.test.questions == 4
        best = told["A-1"].discrimination
        assert best is not None and best > before["A-1"].discrimination
        assert not [flag for flag in actions.flag_questions(exam=sat, at=AT) if flag.version_id == version.pk]


def test_one_form_alone_is_measured(sat: Exam, editor: User, client: Client) -> None:
    form = ExamForm.objects.create(exam=sat, code="B", versions=[], made_at=AT, made_by=None)
    some = list(Attempt.objects.order_by("pk").values_list("pk", flat=True)[:5])
    Attempt.objects.filter(pk__in=some).update(form=form)
    client.force_login(editor)
    page = client.get(address("analysis", sat), {"form": "B"})
    assert page.context["test"].count == 5
    assert client.get(address("analysis", sat), {"form": "Z"}).context["test"].count == 32


def test_a_spreadsheet_gets_numbers(sat: Exam, editor: User, client: Client) -> None:
    client.force_login(editor)
    book = load_workbook(io.BytesIO(client.get(address("analysis_file", sat)).content))
    rows = {row[0].value: row for row in book.active.iter_rows() if row[0].value == "A-1"}
    assert isinstance(rows["A-1"][3].value, int | float) and rows["A-1"][3].value == 0.5
    assert rows["A-1"][3].number_format == "0.000"


def test_the_first_page_names_what_waits(sat: Exam, editor: User) -> None:
    tasks.flag_questions()
    one = make_person("Người sát hạch", roles=(Role.EXAMINER,))
    for person in (editor, one):
        work = exam_work(person, AT)
        assert work is not None and [exam.pk for exam in work.warned] == [sat.pk] and not work.nothing
    Attempt.objects.filter(pk=Attempt.objects.order_by("pk").values("pk")[:1]).update(state="submitted")
    work = exam_work(editor, AT)
    assert work is not None and (work.unmarked, work.unmarked_since) == (1, AT)
    assert exam_work(make_person(), AT) is None
