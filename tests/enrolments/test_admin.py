"""Classes in the back office: who sees what, and what each button does."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest

from enrolments import actions, results, rosters
from enrolments.models import CourseRun, Enrolment
from lms.lib.access import Role
from tests import factories

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def course(db):
    return factories.make_course(lessons=2)


@pytest.fixture
def teacher():
    return factories.make_person("Trần Quốc Đạt", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def run(course, teacher, at):
    return factories.make_run(
        course, code="HACCP-2026-01", seats=30, instructors=(teacher,), place="Hội trường A", at=at
    )


@pytest.fixture
def officer(client):
    person = factories.make_person("Huỳnh Ngọc Diễm", roles=(Role.PROGRAMME,))
    client.force_login(person)
    client.person = person
    return client


def sign_in(client, *roles):
    client.force_login(factories.make_person("Người Khác", roles=roles))
    return client


# --- Who sees what ----------------------------------------------------------------------

READ = ["", "{run}/", "{run}/roster.xlsx", "{run}/roster.csv"]
MANAGE = ["add/", "{run}/edit/", "{run}/enrol/", "{run}/withdraw/{enrolment}/"]


def status(client, address, run, enrolment=0):
    return client.get("/admin/classes/" + address.format(run=run.code, enrolment=enrolment)).status_code


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PROGRAMME])
def test_administrator_and_programme_officer_do_everything(client, run, at, role):
    enrolment = factories.enrol(factories.make_person(), run, at=at)
    sign_in(client, role)
    assert {status(client, address, run, enrolment.pk) for address in READ + MANAGE} == {200}


def test_inspector_reads_and_changes_nothing(client, run, at):
    enrolment = factories.enrol(factories.make_person(), run, at=at)
    sign_in(client, Role.INSPECTOR)
    assert {status(client, address, run) for address in READ} == {200}
    assert {status(client, address, run, enrolment.pk) for address in MANAGE} == {403}
    for address in ("add/", "{run}/edit/", "{run}/move/", "{run}/enrol/", f"{{run}}/withdraw/{enrolment.pk}/"):
        assert client.post("/admin/classes/" + address.format(run=run.code)).status_code == 403
    html = client.get("/admin/classes/HACCP-2026-01/").content.decode()
    assert "/edit/" not in html
    assert "/move/" not in html


def test_instructor_sees_own_classes_only(client, run, course, teacher, at):
    other = factories.make_run(course, code="HACCP-2026-02", at=at)
    client.force_login(teacher)
    assert {status(client, address, run) for address in READ} == {200}
    assert {status(client, address, other) for address in READ[1:]} == {404}
    assert status(client, "KHONG-CO-1/", other) == 404
    assert {status(client, address, run) for address in MANAGE} == {403}
    html = client.get("/admin/classes/").content.decode()
    assert "HACCP-2026-01" in html
    assert "HACCP-2026-02" not in html


def test_instructor_whose_post_ended_sees_the_class_no_more(client, run, teacher, at):
    actions.end_instructor(run=run, person=teacher, by=None, at=at)
    client.force_login(teacher)
    assert status(client, "{run}/", run) == 404


@pytest.mark.parametrize("role", [None, Role.EXAMINER, Role.INVIGILATOR, Role.REVIEWER])
def test_others_are_refused(client, run, role):
    sign_in(client, *([role] if role else []))
    assert {status(client, address, run) for address in READ} == {403}


def test_menu_shows_classes_to_whom_they_open(client, run):
    sign_in(client, Role.EXAMINER)
    assert "/admin/classes/" not in client.get("/admin/").content.decode()
    sign_in(client, Role.INSPECTOR)
    assert "/admin/classes/" in client.get("/admin/").content.decode()


# --- The list ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"HACCP-2026-01", "ISO9001-2026-01"}),
        ("q=hoi+truong", {"HACCP-2026-01"}),
        ("q=khoa+hoc+iso", {"ISO9001-2026-01"}),
        ("q=2026-01", {"HACCP-2026-01", "ISO9001-2026-01"}),
        ("q=kh%C3%B4ng+c%C3%B3", set()),
        ("state=running", {"ISO9001-2026-01"}),
        ("mode=room", {"ISO9001-2026-01"}),
        ("course=HACCP", {"HACCP-2026-01"}),
        ("state=nonsense", {"HACCP-2026-01", "ISO9001-2026-01"}),
        ("page=99", {"HACCP-2026-01", "ISO9001-2026-01"}),
    ],
)
def test_list_is_searched_and_filtered(officer, run, at, query, found):
    factories.make_run(
        factories.make_course("ISO9001"), code="ISO9001-2026-01", mode="room", state=CourseRun.State.RUNNING, at=at
    )
    page = officer.get(f"/admin/classes/?{query}").context["page"]
    assert {item.code for item in page} == found


def test_list_counts_seats_of_those_who_hold_them(officer, run, at):
    people = [factories.make_person(f"Nguyễn Văn {number}") for number in range(3)]
    enrolments = [factories.enrol(person, run, at=at) for person in people]
    actions.withdraw(enrolment=enrolments[0], by=people[0], at=at)
    page = officer.get("/admin/classes/").context["page"]
    assert [item.taken for item in page] == [2]
    assert "2/30" in officer.get("/admin/classes/").content.decode()


# --- Adding and changing -------------------------------------------------------------------


def data(course, **changes):
    return {
        "course": course.pk,
        "mode": "room",
        "starts_on": "01/03/2027",
        "ends_on": "31/03/2027",
        "language": "vi",
        "plan_year": "2027",
        **changes,
    }


def test_class_is_added_as_a_draft_and_opened(officer, course, teacher):
    source = factories.make_source()
    answer = officer.post(
        "/admin/classes/add/", data(course, seats="20", instructors=[teacher.pk], **{f"share_{source.pk}": "100"})
    )
    assert answer["Location"] == "/admin/classes/HACCP-2027-01/"
    run = CourseRun.objects.get()
    assert (run.state, run.seats, run.edition) == (CourseRun.State.DRAFT, 20, course.edition)
    assert run.funding.get().percent == 100
    assert run.instructors.get().person == teacher
    assert run.events.get().by == officer.person
    officer.post("/admin/classes/HACCP-2027-01/move/", {"to": "open", "note": ""})
    run.refresh_from_db()
    assert run.state == CourseRun.State.OPEN


def test_faulty_class_is_a_422_with_what_was_written_and_nothing_stored(officer, course):
    answer = officer.post("/admin/classes/add/", data(course, starts_on="31/02/2026", place="Hội trường B"))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "31/02/2026" in html
    assert "Hội trường B" in html
    assert CourseRun.objects.count() == 0


def test_change_of_instructors_and_place(officer, run, course, teacher, at):
    other = factories.make_person("Lê Thị Hoa", roles=(Role.INSTRUCTOR,))
    changed = {
        "starts_on": f"{run.starts_on:%d/%m/%Y}",
        "ends_on": f"{run.ends_on:%d/%m/%Y}",
        "seats": "25",
        "instructors": [other.pk],
    }
    answer = officer.post("/admin/classes/HACCP-2026-01/edit/", data(course, **changed))
    assert answer.status_code == 302
    run.refresh_from_db()
    assert (run.seats, run.state, run.place) == (25, CourseRun.State.OPEN, "")
    assert run.instructors.get(until=None).person == other
    assert run.instructors.exclude(until=None).get().person == teacher
    assert rosters.history(run)[0].what.count(",") >= 2


def test_fewer_seats_than_taken_is_a_409_at_the_field(officer, run, course, at):
    for number in range(2):
        factories.enrol(factories.make_person(f"Nguyễn Văn {number}"), run, at=at)
    days = {"starts_on": f"{run.starts_on:%d/%m/%Y}", "ends_on": f"{run.ends_on:%d/%m/%Y}"}
    answer = officer.post("/admin/classes/HACCP-2026-01/edit/", data(course, seats="1", **days))
    assert answer.status_code == 409
    assert "seats" in answer.context["form"].errors
    run.refresh_from_db()
    assert run.seats == 30


def test_cancelling_asks_for_a_reason_and_keeps_it(officer, run):
    answer = officer.post("/admin/classes/HACCP-2026-01/move/", {"to": "cancelled", "note": " "})
    assert answer.status_code == 409
    assert "note" in answer.context["move_form"].errors
    officer.post("/admin/classes/HACCP-2026-01/move/", {"to": "cancelled", "note": "Phòng học bị ngập"})
    run.refresh_from_db()
    assert run.state == CourseRun.State.CANCELLED
    assert run.events.last().note == "Phòng học bị ngập"
    assert officer.post("/admin/classes/HACCP-2026-01/move/", {"to": "open"}).status_code == 422


# --- The roster ------------------------------------------------------------------------------


def test_roster_goes_by_given_name_and_those_who_left_come_last(run, at):
    people = [factories.make_person(name) for name in ("Nguyễn Văn Út", "Trần Văn Đức", "Lê Thị Ánh", "Bùi Văn An")]
    enrolments = {person.full_name: factories.enrol(person, run, at=at) for person in people}
    actions.withdraw(enrolment=enrolments["Bùi Văn An"], by=people[3], at=at)
    roster = rosters.roster(run)
    assert [row.name for row in roster.rows] == ["Lê Thị Ánh", "Trần Văn Đức", "Nguyễn Văn Út", "Bùi Văn An"]
    assert roster.seated == 3


def test_roster_shows_progress_requirements_and_results_of_the_port(run, course, at, monkeypatch):
    actions.require(course=course, kind="exam", key="CK")
    factories.make_pages(course, languages=("vi",))
    passed, failed, _idle = (
        factories.enrol(factories.make_person(name), run, at=at) for name in ("Lê Văn A", "Lê Văn B", "Lê Văn C")
    )
    page = course.lessons.first().pages.get()
    actions.finish_lesson(
        enrolment=passed, lesson=page.lesson, revision=page.live_revision, language="vi", by=None, at=at
    )
    actions.meet(enrolment=passed, kind="exam", key="CK", at=at, by=None, detail={"points": "17.500", "possible": "20"})
    wrong = failed.requirements.get(kind="exam")
    calls = []

    def known(requirements):
        calls.append(len(requirements))
        return {wrong.pk: "11/20"}

    monkeypatch.setattr(results, "_registry", {"exam": known})
    first, second, third = rosters.roster(run).rows
    assert (first.done, first.total, first.percent) == (1, 2, 50)
    assert str(first.requirements[0]).endswith(" · 17,5/20")
    assert str(second.requirements[0]) == "11/20"
    assert third.requirements[0].met_on is None
    assert str(third.requirements[0]) != ""
    assert calls == [3]


def test_roster_asks_as_many_queries_for_one_as_for_ten(
    run, at, django_assert_num_queries, django_assert_max_num_queries
):
    factories.enrol(factories.make_person("Lê Văn A"), run, at=at)
    with django_assert_num_queries(4):
        rosters.roster(run)
    for number in range(9):
        person = factories.make_person(f"Trần Văn {number}")
        factories.join(person, factories.make_enterprise(f"Công ty {number} (mẫu)"))
        factories.enrol(person, run, at=at)
    with django_assert_num_queries(4):
        assert len(rosters.roster(run).rows) == 10


def test_list_asks_as_many_queries_for_one_class_as_for_three(officer, course, run, teacher, at, study_queries):
    one = study_queries(lambda: officer.get("/admin/classes/"))
    for number in (2, 3):
        factories.make_run(course, code=f"HACCP-2026-0{number}", instructors=(teacher,), at=at)
    assert study_queries(lambda: officer.get("/admin/classes/")) == one


def test_person_is_found_and_added(officer, run, at):
    person = factories.make_person("Đặng Thị Thu Hà")
    page = officer.get("/admin/classes/HACCP-2026-01/enrol/?q=thu+ha").content.decode()
    assert "Đặng Thị Thu Hà" in page
    answer = officer.post("/admin/classes/HACCP-2026-01/enrol/?q=thu+ha", {"person": person.pk})
    assert answer.status_code == 302
    enrolment = Enrolment.objects.get()
    assert (enrolment.person, enrolment.events.get().by) == (person, officer.person)
    page = officer.get("/admin/classes/HACCP-2026-01/enrol/?q=thu+ha")
    assert page.context["rows"][0][1] is True


def test_full_class_refuses_staff_too(officer, course, at):
    run = factories.make_run(course, code="HACCP-2026-05", seats=1, at=at)
    factories.enrol(factories.make_person(), run, at=at)
    answer = officer.post("/admin/classes/HACCP-2026-05/enrol/", {"person": factories.make_person("Lê B").pk})
    assert answer.status_code == 409
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("key", ["", "0", "abc", "-1", "²", "9999999999999999999999"])
def test_person_who_is_none_is_a_404(officer, run, key):
    assert officer.post("/admin/classes/HACCP-2026-01/enrol/", {"person": key}).status_code == 404


def test_closed_account_is_not_added(officer, run):
    gone = factories.make_person("Lê B", is_active=False)
    assert officer.post("/admin/classes/HACCP-2026-01/enrol/", {"person": gone.pk}).status_code == 404
    assert Enrolment.objects.count() == 0


def test_taking_somebody_out_asks_why(officer, run, course, at):
    enrolment = factories.enrol(factories.make_person(), run, at=at)
    address = f"/admin/classes/HACCP-2026-01/withdraw/{enrolment.pk}/"
    assert officer.post(address, {"note": ""}).status_code == 422
    assert officer.post(address, {"note": "Chuyển công tác"}).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.state == Enrolment.State.WITHDRAWN
    assert (enrolment.events.last().note, enrolment.events.last().by) == ("Chuyển công tác", officer.person)
    assert officer.post(address, {"note": "Lần nữa"}).status_code == 302
    assert enrolment.events.count() == 2
    other = factories.make_run(course, code="HACCP-2026-07", at=at)
    assert officer.get(f"/admin/classes/{other.code}/withdraw/{enrolment.pk}/").status_code == 404


# --- Files ------------------------------------------------------------------------------------


@pytest.fixture
def dangerous(run, at):
    person = factories.make_person("Nguyễn Văn An")
    factories.join(person, factories.make_enterprise('=HYPERLINK("http://nscl.invalid")'))
    return factories.enrol(person, run, at=at)


def test_csv_opens_as_utf8_and_attacks_nobody(officer, dangerous):
    answer = officer.get("/admin/classes/HACCP-2026-01/roster.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Disposition"].startswith('attachment; filename="HACCP-2026-01-')
    head, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert len(head) == len(line)
    assert line[1] == "Nguyễn Văn An"
    assert line[2].startswith("'=")


def test_xlsx_has_the_same_rows_without_formulas(officer, dangerous):
    answer = officer.get("/admin/classes/HACCP-2026-01/roster.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [row for row in sheet.iter_rows() if row[0].value == 1]
    assert [cell.value for cell in rows[0]][1:3] == ["Nguyễn Văn An", '=HYPERLINK("http://nscl.invalid")']
    assert rows[0][2].data_type != "f"


def test_other_kinds_of_file_are_a_404(officer, run):
    assert officer.get("/admin/classes/HACCP-2026-01/roster.exe").status_code == 404
