"""The synthetic world: repeatable, consistent, and written as the product itself would write it."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q

from certificates import actions as certification, register
from certificates.models import Certificate, RegisterBook, RegisterLine, RegisterYear
from certificates.starter import load_schemes
from cms.load import exams, world
from courses.models import Course
from enrolments.models import CourseRun, Enrolment, LessonProgress, Requirement
from enrolments.queries import lessons_done_unnoticed
from lms.lib.states import Refused
from people.models import Enterprise, Notice, Province, User
from people.taxcode import tidy
from quizzes import actions as quizzes
from quizzes.models import Answer, Attempt, Exam, Grade, Sitting
from quizzes.queries import missing_sittings
from tests.factories import enrol, make_course, make_edition, make_pages, make_person, make_run, make_sector
from tests.quizzes.conftest import bank_files, load

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SIZE = {"people": 60, "enrolments": 240}


@pytest.fixture
def catalogue(province: Province) -> Course:
    make_sector()
    course = make_course("HACCP")
    make_pages(course)
    load(bank_files(), course)
    return course


def make(seed: int = 1, **size: int) -> world.Made:
    return world.generate(**{**SIZE, **size}, seed=seed, password="nscl-demo-2026", at=NOW)


def summary() -> dict[str, object]:
    enrolments = Enrolment.objects.order_by("pk")
    return {
        "people": list(User.objects.order_by("username").values_list("username", "full_name", "sex")),
        "runs": list(CourseRun.objects.order_by("code").values_list("code", "starts_on", "seats", "mode")),
        "enrolments": list(enrolments.values_list("person__username", "run__code", "state", "completed_at", "size")),
        "grades": list(Grade.objects.order_by("pk").values_list("points", "passed", "graded_at")),
        "papers": list(Certificate.objects.order_by("pk").values_list("number", "code", "holder", "issued_at")),
        "heads": list(RegisterBook.objects.order_by("code").values_list("code", "head")),
    }


def test_the_sizes_are_those_asked_for(catalogue: Course) -> None:
    made = make()
    assert (made.people, made.enrolments) == (60, 240)
    assert User.objects.filter(username__startswith="load-1-", role_names=[]).count() == 60
    assert Enrolment.objects.count() == 240
    assert made.certificates == Certificate.objects.count() > 100


def test_the_register_stands_in_one_chain_with_what_was_there(catalogue: Course) -> None:
    enrolment = enrol(make_person("Nguyễn Văn An"), make_run(catalogue, at=NOW), at=NOW)
    Requirement.objects.filter(enrolment=enrolment).update(met_at=NOW)
    enrolment.move("completed", by=None, at=NOW, completed_at=NOW)
    certification.issue_completion(enrolment=enrolment, at=NOW)
    make()
    assert list(register.faults()) == []
    call_command("register", "verify", stdout=StringIO())
    years = RegisterYear.objects.filter(book__code=register.COMPLETIONS)
    issued = RegisterLine.objects.filter(book__code=register.COMPLETIONS, kind="issued")
    for year in years:
        numbers = sorted(issued.filter(year=year.year).values_list("number", flat=True))
        assert numbers == list(range(1, year.last + 1))
    # The next one goes on where the bulk ended.
    other = enrol(make_person("Trần Thị Bé"), make_run(catalogue, at=NOW), at=NOW)
    Requirement.objects.filter(enrolment=other).update(met_at=NOW)
    other.move("completed", by=None, at=NOW, completed_at=NOW)
    certification.issue_completion(enrolment=other, at=NOW)
    assert list(register.faults()) == []


def test_the_same_seed_makes_the_same_world(catalogue: Course) -> None:
    first = made_and_undone()
    assert first["enrolments"]
    assert made_and_undone() == first


def made_and_undone() -> dict[str, object]:
    with transaction.atomic():
        make(people=40, enrolments=90)
        found = summary()
        transaction.set_rollback(True)
    return found


def test_another_seed_makes_another_world_beside_it(catalogue: Course) -> None:
    make(seed=1)
    before = summary()["enrolments"]
    make(seed=2)
    assert Enrolment.objects.count() == 480
    codes = set(CourseRun.objects.filter(code__contains="-L2-").values_list("code", flat=True))
    assert codes
    rows = Enrolment.objects.filter(run__code__in=codes).order_by("pk")
    assert [row[2:] for row in before] != [(row.state, row.completed_at, row.size) for row in rows]
    assert list(register.faults()) == []


def test_the_same_seed_twice_is_refused_and_writes_nothing(catalogue: Course) -> None:
    make()
    with pytest.raises(Refused, match="Choose another seed"):
        make()
    assert Enrolment.objects.count() == 240


def test_every_row_is_as_the_products_rules_would_have_it(catalogue: Course) -> None:
    make()
    completed = Enrolment.objects.filter(state="completed")
    assert completed.exists()
    assert not Requirement.objects.filter(enrolment__state="completed", met_at=None).exists()
    assert not completed.filter(certificate=None).exists()
    lessons = catalogue.lessons.count()
    assert (
        not completed.annotate(read=Count("progress", filter=Q(progress__done_at__isnull=False)))
        .exclude(read=lessons)
        .exists()
    )
    # Nothing is left for the sweeps to find.
    assert not lessons_done_unnoticed().exists()
    assert missing_sittings() == []
    # No moment lies in the future or before what it follows from.
    assert not LessonProgress.objects.filter(done_at__gt=NOW).exists()
    assert not LessonProgress.objects.filter(done_at__lt=F("enrolment__enrolled_at")).exists()
    assert not Enrolment.objects.filter(enrolled_at__gt=NOW).exists()
    assert not Attempt.objects.filter(submitted_at__gt=F("deadline")).exists()
    assert not Attempt.objects.filter(started_at__lt=F("sitting__enrolment__enrolled_at")).exists()
    passed = Grade.objects.filter(passed=True).values("attempt__sitting__enrolment")
    assert not completed.exclude(pk__in=passed).exists()
    assert not CourseRun.objects.with_taken().filter(seats__lt=F("taken")).exists()
    for code in Enterprise.objects.values_list("tax_code", flat=True):
        assert tidy(code) == code
    assert Enrolment.objects.filter(state="withdrawn").exists()
    assert Enrolment.objects.filter(state="active", last_lesson__isnull=False).exists()
    assert Answer.objects.exists()


def test_papers_have_the_facts_that_the_action_freezes(catalogue: Course) -> None:
    make()
    bulk = Certificate.objects.filter(kind="completion").first()
    assert bulk is not None
    enrolment = enrol(make_person(), make_run(catalogue, at=NOW), at=NOW)
    Requirement.objects.filter(enrolment=enrolment).update(met_at=NOW)
    enrolment.move("completed", by=None, at=NOW, completed_at=NOW)
    own = certification.issue_completion(enrolment=enrolment, at=NOW)
    own.refresh_from_db()
    assert set(bulk.facts) == set(own.facts)
    assert bulk.facts["design"] == own.facts["design"]
    assert {name: type(value) for name, value in bulk.facts.items()} == {
        name: type(value) for name, value in own.facts.items()
    }
    line = RegisterLine.objects.get(certificate=bulk, kind="issued")
    assert line.facts == bulk.facts
    told = Notice.objects.get(person=bulk.person, key=f"certificate:{bulk.pk}")
    assert set(told.facts) == set(Notice.objects.filter(person=own.person, kind=told.kind).latest("pk").facts)


def test_attempts_have_the_rules_that_the_action_freezes(catalogue: Course) -> None:
    exam = Exam.objects.get()
    papers = exams.prepare(exam, seed=1)
    assert papers.passing
    assert papers.failing
    assert all(sheet.passed for sheet in papers.passing)
    person = make_person()
    sitting = Sitting.objects.create(person=person, exam=exam)
    own = quizzes.start(sitting=sitting, by=person, at=NOW, language="vi")
    assert set(papers.passing[0].rules) == set(own.rules)
    assert {**papers.passing[0].rules, "topics": 0} == {**own.rules, "topics": 0}
    assert sorted(topic["code"] for topic in papers.passing[0].rules["topics"]) == ["ccp", "prp"]


def test_a_few_consultants_go_the_way_that_everybody_goes(catalogue: Course) -> None:
    make_edition("cxc-1-1969-2022", subject=catalogue.subject)
    load_schemes(settings.BASE_DIR / "starter" / "schemes")
    made = make()
    assert made.consultants == Certificate.objects.consultants().count() == 3
    assert list(register.faults()) == []


def test_real_people_are_not_mixed_with_synthetic_ones(catalogue: Course) -> None:
    make_person("Lê Thị Thật")
    with pytest.raises(CommandError, match="1 real people") as refused:
        call_command("generate_load", people=20, enrolments=30, seed=3)
    assert refused.value.returncode == 2
    assert not CourseRun.objects.exists()
    said = StringIO()
    call_command("generate_load", people=20, enrolments=30, seed=3, yes=True, stdout=said)
    assert "30 enrolments" in said.getvalue()
    # Its own earlier people are not real ones.
    call_command("generate_load", people=20, enrolments=30, seed=4, yes=True, stdout=said)


@pytest.mark.parametrize("wrong", [{"people": 3}, {"enrolments": 0}, {"seed": -1}])
def test_impossible_sizes_are_refused(db: None, wrong: dict[str, int]) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("generate_load", **{"people": 20, "enrolments": 30, "seed": 1, **wrong})
    assert refused.value.returncode == 2


def test_without_a_catalogue_it_says_what_to_do(province: Province) -> None:
    with pytest.raises(CommandError, match="load_starter") as refused:
        call_command("generate_load", people=20, enrolments=30, seed=1)
    assert refused.value.returncode == 2
    assert not User.objects.exists()


def test_staff_and_a_few_trainees_can_sign_in(catalogue: Course) -> None:
    make()
    officer = User.objects.get(username="load-1-programme")
    assert officer.check_password("nscl-demo-2026")
    assert "programme" in officer.role_names
    trainee = User.objects.get(username="load-1-0")
    assert trainee.check_password("nscl-demo-2026")
    assert not User.objects.get(username="load-1-7").has_usable_password()
    # What production refuses to start with: their password is public.
    assert not User.objects.filter(is_demo=False).exists()
