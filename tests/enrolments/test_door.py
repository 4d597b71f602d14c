"""The page of a class as one person finds it: every state, its buttons, and what each of them does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrolments import actions, queries, sharing
from enrolments.models import CourseRun, Enrolment, Meeting, Prerequisite, SeatRequest
from tests import factories

pytestmark = pytest.mark.django_db

CODE = "HACCP-2026-01"
ADDRESS = f"/vi/learn/enrol/{CODE}/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def reader(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def make(course, at):
    """A class; with `full` its only place is taken."""

    def made(*, full=False, **fields):
        run = factories.make_run(course, code=CODE, at=at, **{**({"seats": 1} if full else {}), **fields})
        if full:
            run.holder = factories.enrol(factories.make_person(), run, at=at)
        return run

    return made


def state(reader):
    answer = reader.get(ADDRESS)
    assert answer.status_code == 200
    return answer.context["door"].state, answer.content.decode()


def press(reader, **data):
    return reader.post(ADDRESS, data)


def held(run, person, at):
    firm = factories.make_enterprise()
    factories.join(person, firm)
    return actions.nominate(run=run, person=person, enterprise=firm, by=None, at=at)


def test_free_place(reader, make, person):
    run = make(seats=3)
    found, html = state(reader)
    assert found == "may"
    assert 'value="ask"' in html
    assert press(reader, do="ask")["Location"] == f"/vi/learn/{run.code}/"
    assert state(reader)[0] == "inside"


def test_full_class_and_the_line(reader, make, person, at):
    run = make(full=True)
    before = [factories.make_person(name) for name in ("Trần Thị Sáu", "Lý Văn Bảy")]
    for other in before:
        actions.ask(run=run, person=other, by=other, at=at)
    assert state(reader)[0] == "may"
    assert press(reader, do="ask")["Location"] == ADDRESS
    found, html = state(reader)
    assert found == "waiting"
    assert '<li class="me" aria-current="true">3</li>' in html
    for other in before:
        assert other.full_name not in html
    assert press(reader, do="decline").status_code == 302
    assert state(reader)[0] == "may"


def test_held_place_names_its_deadline_first_and_is_taken(reader, make, person, at):
    request = held(make(seats=1), person, at)
    found, html = state(reader)
    assert found == "offered"
    until = request.held_until.astimezone(factories.AT.tzinfo)
    heading = html.split('<h2 id="standing">')[1].split("</h2>")[0]
    assert f"{until:%H:%M}" in heading
    assert f"{until:%d/%m/%Y}" in heading
    assert press(reader, do="accept")["Location"] == f"/vi/learn/{CODE}/"
    assert Enrolment.objects.get().person == person


def test_held_place_is_let_go(reader, make, person, at):
    request = held(make(seats=1), person, at)
    press(reader, do="decline")
    request.refresh_from_db()
    assert request.state == SeatRequest.State.DECLINED
    assert state(reader)[0] == "may"


def test_lapsed_place_is_not_shown_as_held_though_nothing_has_noted_it(reader, make, person, at):
    request = held(make(seats=1), person, at)
    SeatRequest.objects.filter(pk=request.pk).update(held_until=at - HOUR)
    assert state(reader)[0] == "may"
    answer = press(reader, do="accept")
    assert answer.status_code == 409
    assert answer.context["refusal"]
    request.refresh_from_db()
    assert request.state == SeatRequest.State.OFFERED


def test_approval(reader, make, person):
    make(open_to=CourseRun.OpenTo.APPROVAL)
    assert 'name="note"' in state(reader)[1]
    press(reader, do="ask", note="Tổ trưởng tổ HACCP")
    found, html = state(reader)
    assert found == "asked"
    assert "Tổ trưởng tổ HACCP" in html


def test_refused_person_reads_the_reason(reader, make, person, at):
    run = make(open_to=CourseRun.OpenTo.APPROVAL)
    request = actions.ask(run=run, person=person, by=person, at=at)
    actions.refuse(request=request, by=None, at=at, note="Chưa đủ kinh nghiệm")
    found, html = state(reader)
    assert found == "may"
    assert "Chưa đủ kinh nghiệm" in html


@pytest.mark.parametrize(
    ("fields", "way"),
    [
        ({"open_to": "nominated"}, "nominated"),
        ({"full": True, "waiting": "none"}, "full"),
    ],
)
def test_no_way_in_says_why(reader, make, fields, way):
    make(**fields)
    answer = reader.get(ADDRESS)
    assert (answer.context["door"].state, answer.context["door"].way) == ("may_not", way)
    assert 'name="do"' not in answer.content.decode()
    refused = press(reader, do="ask")
    assert refused.status_code == 409
    assert refused.context["refusal"]


def test_class_for_other_sectors(reader, make, person):
    run = make()
    run.sectors.add(factories.make_sector())
    CourseRun.objects.update(open_to="sectors")
    answer = reader.get(ADDRESS)
    assert answer.context["door"].way == "sector"
    assert "Thủy sản" in answer.content.decode()


def test_missing_prerequisite_shows_what_was_looked_at_and_two_ways(reader, make, person):
    basics = factories.make_course("CO-BAN", lessons=1)
    factories.make_pages(basics, languages=("vi",))
    run = make()
    Prerequisite.objects.create(run=run, kind="course", key="CO-BAN", months=24)
    found, html = state(reader)
    assert found == "may_not"
    assert "Khóa học CO-BAN" in html
    assert 'href="/vi/khoa-hoc/co-ban/"' in html
    assert 'name="note"' in html
    assert press(reader, do="ask").status_code == 409
    assert press(reader, do="ask", note="Giấy của Sở").status_code == 302
    assert state(reader)[0] == "asked"


@pytest.mark.parametrize(("fields", "early"), [({"enrols_until": -HOUR}, False), ({"enrols_from": DAY}, True)])
def test_closed_and_early(reader, make, at, fields, early):
    make(**{name: at + shift for name, shift in fields.items()})
    answer = reader.get(ADDRESS)
    assert (answer.context["door"].state, answer.context["early"]) == ("closed", early)
    assert press(reader, do="ask").status_code == 409


def test_cancelled_class_says_why_and_shows_others(reader, make, course, at):
    run = make()
    other = factories.make_run(course, code="HACCP-2026-09", seats=5, at=at)
    actions.move_run(run=run, to="cancelled", by=None, at=at, note="Phòng học bị ngập")
    found, html = state(reader)
    assert found == "closed"
    assert "Phòng học bị ngập" in html
    assert other.code in html


# --- At the same time as another class ------------------------------------------------------


@pytest.fixture
def clash(make, course, person, at):
    run, other = make(seats=5), factories.make_run(course, code="KHAC-2026-01", at=at)
    factories.enrol(person, other, at=at)
    for one in (run, other):
        Meeting.objects.create(run=one, starts_at=at + DAY, ends_at=at + DAY + HOUR)
    return run


def test_clash_is_shown_and_asks_once_more(reader, clash, person):
    assert "KHAC-2026-01" in state(reader)[1]
    answer = press(reader, do="ask")
    assert answer.status_code == 409
    assert not clash.enrolments.exists()
    html = answer.content.decode()
    assert 'name="confirm" value="1"' in html
    assert press(reader, do="ask", confirm="1").status_code == 302
    assert clash.enrolments.get().person == person


def test_clash_of_a_held_place(reader, clash, person, at):
    held(clash, person, at)
    assert press(reader, do="accept").status_code == 409
    assert press(reader, do="accept", confirm="1").status_code == 302
    assert clash.enrolments.get().person == person


def test_letting_a_place_go_asks_nothing_more(reader, clash, person, at):
    held(clash, person, at)
    assert press(reader, do="decline").status_code == 302


# --- Reading writes nothing, however many there are ----------------------------------------


def test_reading_the_page_writes_nothing(reader, make, person, at):
    request = held(make(seats=1), person, at)
    SeatRequest.objects.filter(pk=request.pk).update(held_until=at - HOUR)
    with CaptureQueriesContext(connection) as captured:
        reader.get(ADDRESS)
    assert not [query for query in captured if query["sql"].startswith(('INSERT INTO "enrol', 'UPDATE "enrol'))]


def fill_class(run, number, at):
    people = factories.User.objects.bulk_create(
        [factories.User(full_name="X", sort_key="x", search_key="x") for _index in range(number)]
    )
    half = number // 2
    Enrolment.objects.bulk_create(Enrolment(run=run, person=person, enrolled_at=at) for person in people[:half])
    SeatRequest.objects.bulk_create(
        SeatRequest(run=run, person=person, state="waiting", since=at) for person in people[half:]
    )


def test_queries_are_the_same_for_one_and_for_five_hundred(reader, make, at, study_queries):
    run = make(seats=1)
    fill_class(run, 2, at)
    reader.get(ADDRESS)
    few = study_queries(lambda: reader.get(ADDRESS))
    fill_class(run, 1000, at)
    many = study_queries(lambda: reader.get(ADDRESS))
    assert few == many == 15


# --- The short address -----------------------------------------------------------------------


def test_short_address_leads_to_the_page_in_the_language_chosen(client, make, settings):
    make()
    answer = client.get(f"/c/{CODE}", HTTP_ACCEPT_LANGUAGE="en")
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS)
    assert client.get(f"/c/{CODE.lower()}")["Location"] == ADDRESS
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get(f"/c/{CODE}")["Location"] == f"/en/learn/enrol/{CODE}/"


def test_short_address_of_a_draft_or_of_nothing_is_a_404(client, make):
    make(state=CourseRun.State.DRAFT)
    for code in (CODE, "KHONG-CO-1"):
        assert client.get(f"/c/{code}", follow=True).status_code == 404


def test_invitation_in_the_language_of_the_class(make, at, settings):
    settings.SITE_URL = "https://nscl.example"
    run = make(seats=3, place="Phòng 204", timetable="Thứ Ba, 18:00–20:30", mode="room", cost_note="Miễn phí")
    run = CourseRun.objects.with_taken(at).get(pk=run.pk)
    text = sharing.invitation(queries.class_row(run, at))
    lines = text.splitlines()
    assert lines[-1] == f"https://nscl.example/c/{CODE}"
    for part in (CODE, "Khóa học HACCP", "Phòng 204", "Thứ Ba, 18:00–20:30", "Miễn phí", "3"):
        assert part in text
    assert "" in lines
    run.language = "en"
    assert "Enrol here:" in sharing.invitation(queries.class_row(run, at))
