"""The enterprise's page: who sees whom, what counts, how many queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from certificates import enterprise as enterprises
from certificates.matrix import Standing, Status
from enrolments import actions as enrolments
from enrolments.models import Enrolment, Requirement, SeatRequest
from lms.lib.access import Role
from lms.lib.periods import local_date
from people import actions as people
from people.models import Enterprise, Membership, User
from tests.certificates.conftest import make_completion, make_consultant, signed_in
from tests.factories import AT, enrol, join, make_course, make_enterprise, make_person, make_province, make_run

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def ours(db: None) -> Enterprise:
    make_province()
    return make_enterprise("Công ty TNHH Thủy sản Phước Hưng (mẫu)")


@pytest.fixture
def theirs(db: None) -> Enterprise:
    return make_enterprise("Công ty cổ phần May Sông Hậu (mẫu)")


@pytest.fixture
def contact(ours: Enterprise) -> User:
    person = make_person("Trương Thị Mai Lan")
    join(person, ours, contact=True)
    return person


def worker(name: str, enterprise: Enterprise, job: str = "", **facts: Any) -> User:
    person = make_person(name, **facts)
    membership = join(person, enterprise)
    Membership.objects.filter(pk=membership.pk).update(job=job)
    return person


def leave(person: User, enterprise: Enterprise, on: date) -> None:
    membership = Membership.objects.get(person=person, enterprise=enterprise, ended_on=None)
    people.leave_enterprise(membership=membership, on=on, by=None, at=AT + (on - AT.date()))


def pages(pk: int) -> list[str]:
    return [f"/vi/enterprise/{pk}/{end}" for end in ("", "former/", "classes/", "certificates/", "nominate/")]


# --- Who sees whom ---------------------------------------------------------------------------


def test_a_contact_sees_own_people_on_every_page_and_nobody_elses(
    ours: Enterprise, theirs: Enterprise, contact: User
) -> None:
    mine, other = worker("Huỳnh Kim Chi", ours), worker("Thạch Văn Đông", theirs)
    certificate, foreign = make_completion(mine), make_completion(other)
    client, seen = signed_in(contact), ""
    for address in pages(ours.pk):
        seen += text_of(client.get(address))
    assert "Huỳnh Kim Chi" in seen and certificate.number in seen
    assert "Thạch Văn Đông" not in seen and foreign.number not in seen
    assert client.get(f"/vi/enterprise/{ours.pk}/people/{mine.pk}/").status_code == 200
    missing = client.get(f"/vi/enterprise/{ours.pk}/people/987654/")
    foreigner = client.get(f"/vi/enterprise/{ours.pk}/people/{other.pk}/")
    assert (foreigner.status_code, foreigner.content) == (missing.status_code, missing.content)
    assert foreigner.status_code == 404
    for address in (*pages(theirs.pk), f"/vi/enterprise/{theirs.pk}/people/{other.pk}/"):
        assert client.get(address).status_code == 404, address
    assert client.get(f"/vi/enterprise/{ours.pk}/people/{other.pk}/file.pdf").status_code == 404
    assert client.get(f"/vi/learn/certificates/{foreign.code}/pdf").status_code == 404


def test_a_staff_role_opens_no_enterprise_that_one_does_not_speak_for(ours: Enterprise, theirs: Enterprise) -> None:
    both = make_person("Cán bộ kiêm liên hệ", roles=(Role.ADMINISTRATOR,))
    join(both, ours, contact=True)
    client = signed_in(both)
    assert client.get(f"/vi/enterprise/{ours.pk}/").status_code == 200
    assert client.get(f"/vi/enterprise/{theirs.pk}/").status_code == 404


def test_one_enterprise_opens_at_once_and_of_several_one_chooses(
    ours: Enterprise, theirs: Enterprise, contact: User
) -> None:
    client = signed_in(contact)
    assert client.get("/vi/enterprise/")["Location"] == f"/vi/enterprise/{ours.pk}/"
    join(contact, theirs, contact=True)
    page = text_of(client.get("/vi/enterprise/"))
    assert ours.name in page and theirs.name in page


def test_who_speaks_no_more_sees_nothing_more(ours: Enterprise, contact: User) -> None:
    client = signed_in(contact)
    assert client.get(f"/vi/enterprise/{ours.pk}/").status_code == 200
    Membership.objects.filter(person=contact).update(is_contact=False)
    assert client.get(f"/vi/enterprise/{ours.pk}/").status_code == 403
    assert client.get(f"/vi/enterprise/{ours.pk}/training.xlsx").status_code == 403


def test_the_end_of_a_membership_ends_sight(ours: Enterprise, theirs: Enterprise, contact: User) -> None:
    person = worker("Huỳnh Kim Chi", ours)
    before = make_completion(person, course_code="HACCP", at=AT)
    unfinished = enrol(person, make_run(make_course("ISO")), at=AT)
    leave(person, ours, AT.date() + timedelta(days=10))
    join(person, theirs, since=AT.date() + timedelta(days=10))
    after = make_completion(person, course_code="5S", at=AT + timedelta(days=20))
    client = signed_in(contact)
    board, listed = client.get(f"/vi/enterprise/{ours.pk}/"), client.get(f"/vi/enterprise/{ours.pk}/certificates/")
    assert "Huỳnh Kim Chi" not in text_of(board) and before.number not in text_of(listed)
    assert "Huỳnh Kim Chi" in text_of(client.get(f"/vi/enterprise/{ours.pk}/former/"))
    page = text_of(client.get(f"/vi/enterprise/{ours.pk}/people/{person.pk}/"))
    assert before.number in page  # what was learned in its name stays
    assert after.number not in page and unfinished.run.code not in page
    assert person.email not in page
    assert client.get(f"/vi/learn/certificates/{before.code}/pdf").status_code == 404
    for end in ("job/", "left/"):
        assert client.post(f"/vi/enterprise/{ours.pk}/people/{person.pk}/{end}").status_code == 404


def test_somebody_in_two_enterprises_in_turn_counts_where_they_were(ours: Enterprise, theirs: Enterprise) -> None:
    person = worker("Huỳnh Kim Chi", ours)
    first = make_completion(person, course_code="HACCP", at=AT)
    leave(person, ours, AT.date() + timedelta(days=10))
    join(person, theirs, since=AT.date() + timedelta(days=10))
    second = make_completion(person, course_code="5S", at=AT + timedelta(days=20))
    counted = {one.run.course.code: one.enterprise for one in Enrolment.objects.select_related("run__course")}
    assert counted == {"HACCP": ours, "5S": theirs}
    speaks = make_person("Liên hệ của nơi mới")
    join(speaks, theirs, contact=True)
    client = signed_in(speaks)
    classes = text_of(client.get(f"/vi/enterprise/{theirs.pk}/classes/"))
    assert second.enrolment is not None and first.enrolment is not None
    assert second.enrolment.run.code in classes and first.enrolment.run.code not in classes
    # What the person holds goes with them, wherever it was earned.
    assert first.number in text_of(client.get(f"/vi/enterprise/{theirs.pk}/certificates/"))


def test_a_worker_reads_the_same_rows(ours: Enterprise, contact: User) -> None:
    person = worker("Huỳnh Kim Chi", ours, "KCS")
    certificate = make_completion(person)
    subject = certificate.enrolment.run.course.subject
    enrolments.set_need(enterprise=ours, subject=subject, job="kcs", months=12, by=contact, at=AT)
    own = text_of(signed_in(person).get("/vi/enterprise/me/"))
    seen = text_of(signed_in(contact).get(f"/vi/enterprise/{ours.pk}/people/{person.pk}/"))
    for fact in (certificate.number, certificate.enrolment.run.code, str(subject)):
        assert fact in own and fact in seen
    assert contact.full_name in own


def test_a_job_is_changed_and_a_membership_ended_by_the_contact(ours: Enterprise, contact: User) -> None:
    person = worker("Huỳnh Kim Chi", ours)
    client, base = signed_in(contact), f"/vi/enterprise/{ours.pk}/people/"
    client.post(f"{base}{person.pk}/job/", {"job": "Tổ trưởng"})
    assert Membership.objects.get(person=person).job == "Tổ trưởng"
    client.post(f"{base}{contact.pk}/left/")
    assert Membership.objects.get(person=contact).ended_on is None  # never one's own
    client.post(f"{base}{contact.pk}/job/", {"job": "Nhân sự"})
    assert Membership.objects.get(person=contact).is_contact
    client.post(f"{base}{person.pk}/left/")
    assert Membership.objects.get(person=person).ended_on == timezone.localdate()


# --- The board ---------------------------------------------------------------------------------


def test_the_board_knows_who_has_what_their_job_needs(ours: Enterprise, contact: User) -> None:
    now = timezone.now()
    has, gone, due, never = (worker(name, ours, "KCS") for name in ("An", "Bình", "Chi", "Dung"))
    course = make_course("HACCP")
    run = make_run(course, at=now)
    for person, days in ((has, 10), (gone, 400), (due, 300)):
        enrolment = enrol(person, run, at=now)
        enrolments.meet(enrolment=enrolment, kind=Requirement.Kind.LESSONS, at=now - timedelta(days=days), by=None)
    enrolments.set_need(enterprise=ours, subject=course.subject, job="kcs", months=12, by=contact, at=now)
    board = enterprises.board(ours, now)
    stand = {one.person: one.cells[0].status for one in board.workers if one.cells[0].status != Status.NOT_ASKED}
    assert stand == {
        has.pk: Status.HAS,
        gone.pk: Status.EXPIRED,
        due.pk: Status.DUE,
        never.pk: Status.MISSING,
    }
    assert board.numbers["complete"] == 2  # An, and the contact, whose job needs nothing
    assert (board.numbers["due"], board.numbers["gap"]) == (1, 2)
    [wanted] = board.wanted
    assert set(wanted.people) == {gone.pk, due.pk, never.pk}
    assert (wanted.expired, wanted.missing, wanted.due) == (1, 1, 1)
    assert [one.person for one in board.narrowed(standing=Standing.DUE)] == [due.pk]
    assert [one.person for one in board.narrowed(q="dung")] == [never.pk]


def test_a_certificate_cancelled_as_wrong_meets_no_need_and_a_consultants_does(ours: Enterprise, contact: User) -> None:
    now = timezone.now()
    wrong, expert = worker("An", ours), worker("Bình", ours)
    certificate = make_completion(wrong, course_code="HACCP")
    consultant = make_consultant(expert)
    subject = certificate.enrolment.run.course.subject
    enrolments.set_need(enterprise=ours, subject=subject, job="", months=None, by=contact, at=now)
    type(certificate).objects.filter(pk=certificate.pk).update(state="revoked", ended_on=local_date(now))
    cells = {one.person: one.cells[0] for one in enterprises.board(ours, now).workers}
    assert cells[wrong.pk].status == Status.MISSING
    assert cells[expert.pk].until == consultant.expires_on


def test_the_page_shows_icon_and_words_and_leads_to_proposing(ours: Enterprise, contact: User) -> None:
    person, course = worker("Huỳnh Kim Chi", ours, "KCS"), make_course("HACCP")
    enrolments.set_need(enterprise=ours, subject=course.subject, job="KCS", months=12, by=contact, at=AT)
    page = text_of(signed_in(contact).get(f"/vi/enterprise/{ours.pk}/"))
    assert "cell cell--none" in page and f'name="person" value="{person.pk}"' in page
    assert 'tabindex="0" role="region"' in page
    assert f"wanting={course.subject.code}" in page


def test_rules_are_set_and_dropped_on_their_page(ours: Enterprise, theirs: Enterprise, contact: User) -> None:
    course = make_course("HACCP")
    client, address = signed_in(contact), f"/vi/enterprise/{ours.pk}/needs/"
    assert client.post(address, {"subject": course.subject_id, "job": "KCS", "months": "0"}).status_code == 422
    assert client.post(address, {"subject": course.subject_id, "job": "KCS", "months": "12"}).status_code == 302
    rule = ours.training_needs.get()
    foreign = enrolments.set_need(enterprise=theirs, subject=course.subject, job="", months=1, by=None, at=AT)
    assert client.post(f"{address}{foreign.pk}/drop/").status_code == 404
    assert client.post(f"{address}{rule.pk}/drop/").status_code == 302
    assert not ours.training_needs.exists() and theirs.training_needs.exists()


def test_a_class_is_asked_for_and_taken_back(ours: Enterprise, theirs: Enterprise, contact: User) -> None:
    course = make_course("HACCP")
    client, address = signed_in(contact), f"/vi/enterprise/{ours.pk}/requests/"
    data = {"course": course.pk, "people": "25", "when": "tháng 3", "place": "Nhà máy"}
    assert client.post(address, {**data, "people": "0"}).status_code == 422
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 409
    asked = ours.in_house_requests.get()
    assert "25" in text_of(client.get(address))
    stranger = make_person("Liên hệ khác")
    join(stranger, theirs, contact=True)
    assert signed_in(stranger).post(f"/vi/enterprise/{theirs.pk}/requests/{asked.pk}/take-back/").status_code == 404
    client.post(f"{address}{asked.pk}/take-back/")
    asked.refresh_from_db()
    assert asked.state == "taken-back"


# --- Speed -----------------------------------------------------------------------------------------


def crowd(enterprise: Enterprise, number: int, run: Any) -> None:
    for index in range(number):
        enrolment = enrol(worker(f"Người {index}", enterprise, f"Vị trí {index % 3}"), run)
        if index % 2:
            enrolments.meet(enrolment=enrolment, kind=Requirement.Kind.LESSONS, at=AT, by=None)


@pytest.mark.parametrize("number", [1, 3, 60])
def test_pages_take_the_same_queries_however_many_people(
    ours: Enterprise, contact: User, number: int, django_assert_max_num_queries: Any
) -> None:
    course = make_course("HACCP")
    run = make_run(course, seats=100)
    crowd(ours, number, run)
    enrolments.set_need(enterprise=ours, subject=course.subject, job="", months=12, by=contact, at=AT)
    SeatRequest.objects.filter(enterprise=ours).delete()
    client = signed_in(contact)
    client.get("/vi/enterprise/me/")  # what a process keeps is there from now on
    for end, most in (("", 8), ("classes/", 11), ("certificates/", 7), ("training.xlsx", 16), ("former/", 3)):
        with django_assert_max_num_queries(most):
            assert client.get(f"/vi/enterprise/{ours.pk}/{end}").status_code == 200


def test_nobody_signed_in_is_led_to_the_door(client: Client, ours: Enterprise) -> None:
    assert "/account/login/" in client.get(f"/vi/enterprise/{ours.pk}/")["Location"]
