"""What the form of a class refuses, and in which words."""

from datetime import date

import pytest
from django.utils.translation import override

from enrolments import queries
from enrolments.forms import ClassForm
from enrolments.models import CourseRun
from lms.lib.access import Role
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def course():
    return factories.make_course()


def fill(course, *, instance=None, **changes):
    data = {
        "course": course.pk if course else "",
        "code": "",
        "edition": "",
        "mode": "room",
        "starts_on": "01/03/2027",
        "ends_on": "31/03/2027",
        "seats": "30",
        "language": "vi",
        "plan_year": "2027",
        **changes,
    }
    return ClassForm(data, instance=instance or CourseRun(), today=TODAY)


def faults(form):
    return {name: " ".join(errors) for name, errors in form.errors.items()}


def test_complete_class_is_taken_as_written(course):
    form = fill(course, enrols_from="01/01/2027 08:00", enrols_until="28/02/2027 17:00")
    assert faults(form) == {}
    run = form.instance
    assert (run.code, run.edition, run.starts_on) == ("HACCP-2027-01", course.edition, date(2027, 3, 1))
    assert f"{run.enrols_until:%Y-%m-%dT%H:%M%z}" == "2027-02-28T17:00+0700"
    assert form.funding == {}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("written", "day"), [("03/06/2027", 3), ("3-6-2027", 3), ("2027-06-03", 3), ("03.06.2027", 3)])
def test_day_comes_first_in_both_languages(course, written, day, language):
    with override(language):
        form = fill(course, starts_on=written, ends_on="30/06/2027")
        assert faults(form) == {}
    assert form.cleaned_data["starts_on"] == date(2027, 6, day)


@pytest.mark.parametrize("written", ["31/02/2026", "29/02/2027", "00/01/2027", "13/13/2027", "hôm nay", "1/1/27"])
def test_day_that_is_none_is_named(course, written):
    form = fill(course, starts_on=written)
    assert list(faults(form)) == ["starts_on"]
    assert written in faults(form)["starts_on"]
    assert "28/02/2026" in faults(form)["starts_on"]


def test_moment_that_is_none_is_named(course):
    assert "31/02/2027 08:00" in faults(fill(course, enrols_from="31/02/2027 08:00"))["enrols_from"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "28/02/2027"}, "ends_on"),
        ({"enrols_from": "01/02/2027 08:00", "enrols_until": "01/02/2027 08:00"}, "enrols_until"),
        ({"enrols_until": "01/04/2027 00:00"}, "enrols_until"),
        ({"seats": "0"}, "seats"),
        ({"seats": "-3"}, "seats"),
        ({"plan_year": "27"}, "plan_year"),
        ({"code": "lớp mới"}, "code"),
        ({"code": "ENROL"}, "code"),
        ({"code": "A/../1"}, "code"),
        ({"mode": "anywhere"}, "mode"),
    ],
)
def test_fault_stands_at_its_field(course, changes, field):
    assert list(faults(fill(course, **changes))) == [field]


def test_course_is_needed():
    assert list(faults(fill(None))) == ["course"]


def test_last_day_of_enrolment_may_be_that_of_the_class(course):
    assert faults(fill(course, enrols_until="31/03/2027 23:59")) == {}


def test_edition_of_another_subject_is_refused(course):
    other = factories.make_edition("iso-9001-2015", subject=factories.make_subject("iso9001"))
    assert list(faults(fill(course, edition=other.pk))) == ["edition"]
    assert faults(fill(course, edition=course.edition.pk)) == {}


@pytest.mark.parametrize(
    ("shares", "total"), [((60, 30), 90), ((60, 60), 120), ((100, 1), 101), ((60, 40), None), ((100, ""), None)]
)
def test_shares_make_100_or_none(course, shares, total):
    a, b = factories.make_source("a"), factories.make_source("b")
    form = fill(course, **{f"share_{a.pk}": shares[0], f"share_{b.pk}": shares[1]})
    if total is None:
        assert faults(form) == {}
        assert sum(form.funding.values()) == 100
    else:
        assert f"{total}%" in faults(form)["__all__"]


def test_codes_are_proposed_without_gaps_and_in_capitals(course):
    factories.make_run(course, code="HACCP-2027-01")
    factories.make_run(course, code="HACCP-2027-03")
    assert queries.propose_code(course, 2027) == "HACCP-2027-02"
    assert queries.propose_code(course, 2026) == "HACCP-2026-01"
    strange = factories.make_course("Năng suất & 5S")
    assert queries.propose_code(strange, 2027) == "NANG-SUAT-5S-2027-01"
    assert fill(course, code="haccp-27-a").is_valid()


def test_code_of_another_class_is_refused_at_its_field(course):
    factories.make_run(course, code="HACCP-2027-01")
    assert list(faults(fill(course, code="haccp-2027-01"))) == ["code"]


def test_code_stays_once_announced(course):
    run = factories.make_run(course, code="HACCP-2027-01")
    form = fill(course, instance=run, code="KHAC-2027-01")
    assert form.is_valid()
    assert form.instance.code == "HACCP-2027-01"


def test_those_who_may_teach_are_offered_and_whoever_teaches_now(course):
    teacher = factories.make_person("Trần Quốc Đạt", roles=(Role.INSTRUCTOR,))
    past = factories.make_person("Lê Thị Hoa")
    factories.make_person("Nguyễn Văn An")
    run = factories.make_run(course, instructors=(past,))
    assert list(fill(course).fields["instructors"].queryset) == [teacher]
    form = ClassForm(instance=run, today=TODAY)
    assert set(form.fields["instructors"].queryset) == {teacher, past}
    assert form["instructors"].initial == [past.pk]
