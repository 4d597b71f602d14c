"""Forgotten PINs: who helps whom back in, and what is written down."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from people import queries
from people.models import Notice, PersonEvent, User
from tests.factories import AT, enrol, join, make_course, make_enterprise, make_person, make_run

pytestmark = pytest.mark.django_db
CHARGES = "/vi/account/slips/"


def worker(name="Danh Thị Srây", **more):
    return make_person(name, email="", login_code=more.pop("login_code", "K7M4PQ29"), **more)


@pytest.fixture
def contact():
    return make_person("Người Phụ Trách")


@pytest.fixture
def teacher():
    return make_person("Cô Giáo", roles=(Role.INSTRUCTOR,))


def in_charge(helper):
    return {person.full_name for person in queries.in_charge_of(User.objects.get(pk=helper.pk))}


def test_a_contact_helps_their_present_people_alone(contact):
    own, other = make_enterprise(), make_enterprise("Hợp tác xã khác (mẫu)")
    join(contact, own, contact=True)
    join(worker("Người Nhà", login_code=None), own)
    join(worker("Người Khác", login_code=None), other)
    left = join(worker("Đã Nghỉ", login_code=None), own)
    left.ended_on = AT.date()
    left.save()
    assert in_charge(contact) == {"Người Nhà"}


def test_an_instructor_helps_the_people_of_classes_they_teach_now(teacher):
    run = make_run(make_course(), at=timezone.now(), instructors=(teacher,))
    past = make_run(make_course("5S"), at=timezone.now(), instructors=(teacher,))
    others = make_run(make_course("KAIZEN"), at=timezone.now())
    for name, where in (("Học Viên", run), ("Lớp Cũ", past), ("Lớp Khác", others)):
        enrol(worker(name, login_code=None), where, at=timezone.now())
    gone = enrol(worker("Đã Rời", login_code=None), run, at=timezone.now())
    gone.move("withdrawn", by=None, at=timezone.now())
    past.instructors.update(until=timezone.now())
    assert in_charge(teacher) == {"Học Viên"}


def test_staff_and_closed_accounts_are_nobodys_charge(contact):
    own = make_enterprise()
    join(contact, own, contact=True)
    for person in (
        make_person("Cán Bộ", email="", roles=(Role.OFFICER,)),
        make_person("Chủ Máy", email="", is_superuser=True),
        make_person("Đã Đóng", email="", is_active=False),
        make_person("Đã Gộp", email="", merged_into=contact),
        contact,
    ):
        if person != contact:
            join(person, own)
    assert in_charge(contact) == set()


def test_a_new_slip_replaces_the_pin_is_logged_and_told(client, contact):
    own = make_enterprise()
    person = worker()
    join(contact, own, contact=True)
    join(person, own)
    there = Client()
    there.force_login(person)
    client.force_login(contact)
    assert "K7M4-PQ29" in client.get(CHARGES).content.decode()
    url = reverse("people:charge_slip", args=[person.pk])
    assert client.get(url).status_code == 200
    slip = client.post(url)
    assert "no-store" in slip["Cache-Control"]
    pin = re.search(r">(\d{3} \d{3})<", slip.content.decode())[1]
    assert reverse("people:charges") in slip.content.decode()
    assert there.get("/vi/account/profile/").status_code == 302
    event = PersonEvent.objects.get(subject=person, new="slip_issued")
    assert event.by == contact
    assert Notice.objects.get(person=person, kind="slip_issued", channel="screen").facts["by"] == "Người Phụ Trách"
    there.post("/vi/account/login/", {"login": "K7M4PQ29", "password": pin})
    assert there.get("/vi/account/profile/")["Location"] == reverse("people:choose_secret")


def test_who_has_a_mailbox_is_sent_there(client, contact):
    own = make_enterprise()
    person = make_person("Có Thư", email="co@nscl.example")
    join(contact, own, contact=True)
    join(person, own)
    client.force_login(contact)
    assert reverse("people:charge_slip", args=[person.pk]) not in client.get(CHARGES).content.decode()
    assert client.post(reverse("people:charge_slip", args=[person.pk])).status_code == 409
    assert User.objects.get(pk=person.pk).check_password("mật-khẩu-thử-2026")


def test_anothers_person_is_a_404_like_a_missing_one(client, contact, teacher):
    join(contact, make_enterprise(), contact=True)
    stranger = worker()
    for helper in (contact, teacher):
        client.force_login(helper)
        for pk in (stranger.pk, 987654):
            assert client.post(reverse("people:charge_slip", args=[pk])).status_code == 404
    client.force_login(teacher)
    assert client.post(reverse("people_admin:slip_again", args=[stranger.pk])).status_code == 404
    assert not PersonEvent.objects.filter(new="slip_issued").exists()


def test_a_trainee_helps_nobody(client):
    client.force_login(make_person())
    assert client.get(CHARGES).status_code == 403


def test_an_instructor_prints_from_the_back_office_too(client, teacher):
    run = make_run(make_course(), at=timezone.now(), instructors=(teacher,))
    person = worker()
    enrol(person, run, at=timezone.now())
    client.force_login(teacher)
    assert "K7M4-PQ29" in client.post(reverse("people_admin:slip_again", args=[person.pk])).content.decode()


def test_the_list_is_narrowed_by_name_and_asks_as_often_for_one_as_for_five(client, contact):
    own = make_enterprise()
    join(contact, own, contact=True)
    join(worker("Danh Thị Srây", login_code=None), own)
    client.force_login(contact)
    client.get(CHARGES)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(CHARGES).status_code == 200
        return len(captured)

    one = asked()
    for number in range(4):
        join(worker(f"Người Thứ {number}", login_code=None), own)
    assert asked() == one
    found = client.get(CHARGES, {"q": "srây"}).context["rows"]
    assert [row["person"].full_name for row in found] == ["Danh Thị Srây"]
