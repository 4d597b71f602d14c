"""Requests for places, copies and quick classes in the back office."""

from datetime import timedelta

import pytest

from enrolments import actions
from enrolments.models import CourseRun, Enrolment, Meeting, Prerequisite, SeatRequest
from lms.lib.access import Role
from tests import factories

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CODE = "HACCP-2026-01"
BASE = f"/admin/classes/{CODE}/"


@pytest.fixture
def course(db):
    return factories.make_course(lessons=2)


@pytest.fixture
def teacher(db):
    return factories.make_person("Trần Quốc Đạt", roles=(Role.INSTRUCTOR,))


@pytest.fixture
def run(course, teacher, at):
    return factories.make_run(course, code=CODE, seats=1, instructors=(teacher,), at=at)


@pytest.fixture
def officer(client):
    person = factories.make_person("Huỳnh Ngọc Diễm", roles=(Role.PROGRAMME,))
    client.force_login(person)
    client.person = person
    return client


def ask(run, name="Lê Văn Tám", *, at, **more):
    person = factories.make_person(name)
    return actions.ask(run=run, person=person, by=person, at=at, **more)


def answer(client, request, do, **data):
    return client.post(f"{BASE}requests/{request.pk}/", {"do": do, **data})


# --- The list ----------------------------------------------------------------------------


def test_list_shows_line_held_and_asked_with_what_each_lacks(officer, run, at):
    holder = ask(run, "Người Ngồi", at=at)
    first, second = ask(run, "Trần Thị Một", at=at), ask(run, "Phan Văn Hai", at=at + HOUR)
    actions.withdraw(enrolment=holder, by=holder.person, at=at)
    Prerequisite.objects.create(run=run, kind="course", key="HACCP")
    page = officer.get(f"{BASE}requests/")
    asking = page.context["asking"]
    assert [(row.request.pk, row.request.state, row.position) for row in asking.rows] == [
        (first.pk, "offered", 0),
        (second.pk, "waiting", 1),
    ]
    assert (asking.taken, asking.held, asking.places.left) == (0, 1, 0)
    assert [one.asked.key for one in asking.rows[1].lacking] == ["HACCP"]
    html = page.content.decode()
    assert "Trần Thị Một" in html
    assert "Người Ngồi" not in html


def test_class_page_links_to_requests_and_shows_the_invitation(officer, run, at, settings):
    settings.SITE_URL = "https://nscl.example"
    ask(run, at=at)
    ask(run, "Phan Văn Hai", at=at)
    html = officer.get(BASE).content.decode()
    assert f'href="{BASE}requests/"' in html
    assert f"https://nscl.example/c/{CODE}" in html
    assert '<textarea id="invitation"' in html


def test_draft_has_nothing_to_share(officer, course, at):
    factories.make_run(course, code="HACCP-2026-08", state=CourseRun.State.DRAFT, at=at)
    assert "/c/HACCP-2026-08" not in officer.get("/admin/classes/HACCP-2026-08/").content.decode()


def test_instructor_reads_the_line_and_answers_nothing(client, run, teacher, at):
    ask(run, at=at)
    request = ask(run, "Phan Văn Hai", at=at)
    client.force_login(teacher)
    html = client.get(f"{BASE}requests/").content.decode()
    assert "Phan Văn Hai" in html
    assert f"requests/{request.pk}/" not in html
    assert answer(client, request, "offer").status_code == 403


def test_request_of_another_class_is_a_404(officer, run, course, at):
    other = factories.make_run(course, code="KHAC-2026-01", seats=1, at=at)
    ask(other, at=at)
    request = ask(other, "Phan Văn Hai", at=at)
    assert officer.get(f"{BASE}requests/{request.pk}/").status_code == 404
    assert answer(officer, request, "offer").status_code == 404


# --- Answers -----------------------------------------------------------------------------


def test_offer_by_hand_out_of_turn(officer, run, at):
    holder = ask(run, "Người Ngồi", at=at)
    CourseRun.objects.update(waiting="hand")
    first, second = ask(run, "Trần Thị Một", at=at), ask(run, "Phan Văn Hai", at=at)
    full = answer(officer, second, "offer")
    assert full.status_code == 409
    assert CODE in full.content.decode()
    actions.withdraw(enrolment=holder, by=holder.person, at=at)
    assert answer(officer, second, "offer")["Location"] == f"{BASE}requests/"
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("waiting", "offered")
    event = second.events.last()
    assert (event.new, event.by) == ("offered", officer.person)


def test_approve_refuse_accept_and_decline(officer, course, at):
    run = factories.make_run(course, code=CODE, seats=3, open_to="approval", at=at)
    requests = [ask(run, name, at=at) for name in ("Một", "Hai", "Ba")]
    assert answer(officer, requests[0], "approve").status_code == 302
    no_reason = answer(officer, requests[1], "refuse", note="  ")
    assert no_reason.status_code == 409
    assert "note" in no_reason.context["form"].errors
    assert answer(officer, requests[1], "refuse", note="Lớp nâng cao").status_code == 302
    assert answer(officer, requests[2], "decline").status_code == 302
    assert list(run.requests.order_by("pk").values_list("state", flat=True)) == ["taken", "refused", "declined"]
    assert answer(officer, requests[2], "accept").status_code == 409
    assert answer(officer, requests[2], "dance").status_code == 409
    assert answer(officer, requests[2], "offer").status_code == 302
    assert answer(officer, requests[2], "accept").status_code == 302
    assert Enrolment.objects.filter(run=run).count() == 2


def test_waiving_what_is_missing_is_asked_for_and_noted(officer, run, at):
    Prerequisite.objects.create(run=run, kind="course", key="HACCP")
    request = ask(run, at=at, note="Giấy của Sở")
    page = officer.get(f"{BASE}requests/{request.pk}/").content.decode()
    assert "Giấy của Sở" in page
    assert answer(officer, request, "approve").status_code == 409
    assert answer(officer, request, "approve", waive="on").status_code == 302
    assert request.events.last().data == {"waived": ["course HACCP"]}


def test_clash_is_shown_to_the_office(officer, run, course, at):
    other = factories.make_run(course, code="KHAC-2026-01", at=at)
    for one in (run, other):
        Meeting.objects.create(run=one, starts_at=at + DAY, ends_at=at + DAY + HOUR)
    ask(run, "Người Ngồi", at=at)
    request = ask(run, "Phan Văn Hai", at=at)
    factories.enrol(request.person, other, at=at)
    assert "KHAC-2026-01" in officer.get(f"{BASE}requests/").content.decode()
    assert "KHAC-2026-01" in officer.get(f"{BASE}requests/{request.pk}/").content.decode()
    assert "KHAC-2026-01" in officer.get(f"{BASE}enrol/?q=phan+van+hai").content.decode()


# --- Many ----------------------------------------------------------------------------------


def fill_class(run, number, at):
    people = factories.User.objects.bulk_create(
        [factories.User(full_name="X", sort_key="x", search_key="x") for _index in range(number)]
    )
    Enrolment.objects.bulk_create(Enrolment(run=run, person=person, enrolled_at=at) for person in people)


def fill_line(run, number, at):
    people = factories.User.objects.bulk_create(
        [factories.User(full_name="X", sort_key="x", search_key="x") for _index in range(number)]
    )
    SeatRequest.objects.bulk_create(SeatRequest(run=run, person=person, state="waiting", since=at) for person in people)


@pytest.mark.parametrize(("address", "fill", "number"), [("", fill_class, 14), ("requests/", fill_line, 11)])
def test_queries_are_the_same_for_one_and_for_five_hundred(officer, run, at, study_queries, address, fill, number):
    Prerequisite.objects.create(run=run, kind="course", key="HACCP")
    Meeting.objects.create(run=run, starts_at=at + DAY, ends_at=at + DAY + HOUR)
    fill(run, 1, at)
    officer.get(BASE + address)
    few = study_queries(lambda: officer.get(BASE + address))
    fill(run, 500, at)
    assert few == study_queries(lambda: officer.get(BASE + address)) == number


# --- Copies and quick classes ---------------------------------------------------------------


def test_copy_from_the_page(officer, run):
    assert officer.get(f"{BASE}copy/").status_code == 200
    assert officer.post(f"{BASE}copy/", {"starts_on": "31/02/2027"}).status_code == 422
    taken = officer.post(f"{BASE}copy/", {"starts_on": "01/03/2027", "code": CODE.lower()})
    assert taken.status_code == 409
    assert "code" in taken.context["form"].errors
    assert officer.post(f"{BASE}copy/", {"starts_on": "01/03/2027"})["Location"] == "/admin/classes/HACCP-2027-01/"
    copy = CourseRun.objects.get(code="HACCP-2027-01")
    assert (copy.state, copy.events.get().by) == ("draft", officer.person)


def test_class_in_a_minute(officer, run, course):
    answer = officer.post("/admin/classes/new/", {"course": course.pk, "starts_on": "01/03/2027", "opened": "on"})
    assert answer["Location"] == "/admin/classes/HACCP-2027-01/"
    assert CourseRun.objects.get(code="HACCP-2027-01").state == "open"


def test_instructor_makes_a_class_of_own_courses_only(client, run, course, teacher):
    other = factories.make_course("ISO9001")
    client.force_login(teacher)
    refused = client.post("/admin/classes/new/", {"course": other.pk, "starts_on": "01/03/2027", "opened": "on"})
    assert refused.status_code == 422
    answer = client.post("/admin/classes/new/", {"course": course.pk, "starts_on": "01/03/2027", "opened": "on"})
    assert answer.status_code == 302
    html = client.get(answer["Location"]).content.decode()
    assert "/c/HACCP-2027-01" in html
    assert client.get("/admin/classes/new/").status_code == 200


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.EXAMINER])
def test_others_make_none(client, run, role):
    client.force_login(factories.make_person(roles=(role,)))
    assert client.get("/admin/classes/new/").status_code == 403
    assert client.get(f"{BASE}copy/").status_code == 403


# --- The form --------------------------------------------------------------------------------


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


def test_everything_about_admission_is_stored_and_shown_again(officer, course):
    sector, basics = factories.make_sector(), factories.make_course("CO-BAN")
    filled = data(
        course,
        open_to="sectors",
        sectors=[sector.pk],
        waiting="hand",
        offer_hours="24",
        quota="3",
        link="https://meet.nscl.example/abc",
        cost_note="Miễn phí cho doanh nghiệp trong tỉnh",
        need_1=f"course:{basics.code}",
        months_1="24",
    )
    assert officer.post("/admin/classes/add/", filled).status_code == 302
    run = CourseRun.objects.get()
    assert (run.open_to, run.waiting, run.offer_hours, run.quota) == ("sectors", "hand", 24, 3)
    assert list(run.sectors.all()) == [sector]
    assert run.prerequisites.get().months == 24
    html = officer.get(f"/admin/classes/{run.code}/").content.decode()
    for part in ("Thủy sản", "Khóa học CO-BAN", "Miễn phí cho doanh nghiệp", "https://meet.nscl.example/abc"):
        assert part in html
    form = officer.get(f"/admin/classes/{run.code}/edit/").context["form"]
    assert (form["need_1"].initial, form["months_1"].initial) == ("course:CO-BAN", 24)
    assert (form["open_to"].value(), form["sectors"].value()) == ("sectors", [sector.pk])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"open_to": "sectors"}, "sectors"),
        ({"open_to": "friends"}, "open_to"),
        ({"offer_hours": "0"}, "offer_hours"),
        ({"quota": "0"}, "quota"),
        ({"need_1": "course:NONE"}, "need_1"),
        ({"need_1": "course:HACCP"}, "need_1"),
        ({"months_2": "12"}, "need_2"),
        ({"need_1": "course:CO-BAN", "need_2": "course:CO-BAN"}, "need_2"),
        ({"link": "javascript:alert(1)"}, "link"),
    ],
)
def test_fault_stands_at_its_field(officer, course, changes, field):
    factories.make_course("CO-BAN")
    answer = officer.post("/admin/classes/add/", data(course, **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert CourseRun.objects.count() == 0


def test_larger_class_calls_the_line_from_the_form(officer, run, at):
    ask(run, "Người Ngồi", at=at)
    waiting = ask(run, "Phan Văn Hai", at=at)
    changed = data(
        run.course, seats="2", starts_on=f"{run.starts_on:%d/%m/%Y}", ends_on=f"{run.ends_on:%d/%m/%Y}", waiting="auto"
    )
    assert officer.post(f"{BASE}edit/", changed).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "offered"
    smaller = officer.post(f"{BASE}edit/", {**changed, "seats": "1"})
    assert smaller.status_code == 409
    assert "seats" in smaller.context["form"].errors
