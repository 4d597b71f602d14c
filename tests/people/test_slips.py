"""From the printed slip to one's own PIN."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people import actions
from people.models import Consent, Notice, User
from tests.factories import AT, join, make_enterprise, make_person

pytestmark = pytest.mark.django_db
FIRST_USE = "/vi/account/first-use/"
OWN_PIN = "583920"


def slip(person, **more):
    return actions.issue_slip(person=person, by=None, at=timezone.now(), **more)


def enter(client, code, pin):
    return client.post("/vi/account/login/", {"login": code, "password": pin})


def test_the_whole_way_of_somebody_without_a_mailbox(client):
    officer = make_person("Đặng Thị Thu Hà", roles=(Role.OFFICER,))
    enterprise = make_enterprise()
    staff = Client()
    staff.force_login(officer)
    page = staff.post(
        reverse("people_admin:slip_new"),
        {
            "full_name": "Danh Thị Srây",
            "birth_date": "04/09/1992",
            "phone": "0912 000 214",
            "enterprise": enterprise.pk,
            "job": "Tổ trưởng tổ hấp",
        },
    )
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", text)[0]
    pin = re.search(r">(\d{3} \d{3})<", text)[1]
    assert "data:image/svg+xml" in text
    person = User.objects.get(full_name="Danh Thị Srây")
    assert person.memberships.get().enterprise == enterprise

    assert enter(client, code.lower(), pin)["Location"] == reverse("learn")
    assert client.get(reverse("people:profile"))["Location"] == reverse("people:choose_secret")
    form = client.get(FIRST_USE)
    assert "Danh T••• Srây" in form.content.decode()
    assert "Danh Thị Srây" not in form.content.decode()

    without = client.post(FIRST_USE, {"birth_date": "04/09/1992", "secret": OWN_PIN, "again": OWN_PIN})
    assert without.status_code == 422
    assert not Consent.objects.exists()
    answer = client.post(FIRST_USE, {"birth_date": "04/09/1992", "secret": OWN_PIN, "again": OWN_PIN, "terms": "on"})
    assert Consent.objects.get().purpose == Consent.Purpose.TERMS
    assert answer["Location"] == reverse("learn")
    assert client.get(reverse("people:profile")).status_code == 200

    again = Client()
    assert enter(again, "0912000214", OWN_PIN).status_code == 302
    assert "_auth_user_id" in again.session
    third = Client()
    enter(third, code, pin.replace(" ", ""))
    assert "_auth_user_id" not in third.session


@pytest.mark.parametrize("path", ["/admin/", "/vi/account/notices/", "/vi/account/email/", "/vi/account/2fa/"])
def test_nothing_else_opens_before_the_own_pin(client, path):
    made = slip(make_person(email="", password=None))
    enter(client, made.code, made.pin)
    answer = client.get(path)
    assert answer.status_code in (302, 403)
    assert answer.status_code == 403 or answer["Location"] == reverse("people:choose_secret")
    assert client.get(reverse("account_logout")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"birth_date": "05/09/1992"}, "birth_date", "birth_date"),
        ({"birth_date": "31/02/1992"}, "birth_date", "no_such_day"),
        ({"again": "583921"}, "again", "differ"),
        ({"secret": "123456", "again": "123456"}, "secret", "easy"),
        ({"secret": "040992", "again": "040992"}, "secret", "birth"),
        ({"secret": "58392", "again": "58392"}, "secret", "short"),
        ({"secret": "abcdef", "again": "abcdef"}, "secret", "password_too_short"),
    ],
)
def test_what_is_wrong_stands_at_its_field(client, fields, field, code):
    made = slip(make_person(email="", password=None, birth_date=date(1992, 9, 4)))
    enter(client, made.code, made.pin)
    answer = client.post(
        FIRST_USE, {"birth_date": "04/09/1992", "secret": OWN_PIN, "again": OWN_PIN, "terms": "on", **fields}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors.as_data()[field][0].code == code
    made.person.refresh_from_db()
    assert made.person.must_choose_secret


def test_the_pin_of_the_slip_is_not_ones_own():
    made = slip(make_person(email="", password=None))
    with pytest.raises(ValidationError) as refused:
        actions.choose_secret(person=made.person, secret=made.pin, by=made.person, at=AT)
    assert refused.value.code == "same"


def test_the_date_of_birth_is_not_guessed(client):
    made = slip(make_person(email="", password=None, birth_date=date(1992, 9, 4)))
    enter(client, made.code, made.pin)
    answers = [
        client.post(
            FIRST_USE, {"birth_date": f"{day:02d}/09/1992", "secret": OWN_PIN, "again": OWN_PIN, "terms": "on"}
        ).status_code
        for day in range(10, 18)
    ]
    assert answers == [422] * 6 + [429] * 2


def test_who_has_no_date_of_birth_on_record_is_not_asked(client):
    made = slip(make_person(email="", password=None))
    enter(client, made.code, made.pin)
    assert "birth_date" not in client.get(FIRST_USE).context["form"].fields
    assert client.post(FIRST_USE, {"secret": OWN_PIN, "again": OWN_PIN, "terms": "on"}).status_code == 302


def test_first_use_is_over_for_good_once_chosen(client):
    client.force_login(make_person())
    assert client.get(FIRST_USE)["Location"] == reverse("learn")


def test_a_second_slip_keeps_the_code_ends_the_secret_and_tells_the_person():
    person = make_person(email="", password=None)
    first = slip(person)
    actions.choose_secret(person=first.person, secret=OWN_PIN, by=first.person, at=AT)
    device = Client()
    enter(device, first.code, OWN_PIN)
    second = slip(person)
    assert second.code == first.code
    assert second.until > timezone.now() + timedelta(days=13)
    assert device.get(reverse("people:profile")).status_code == 302
    assert "_auth_user_id" not in device.session
    assert Notice.objects.filter(person=person, kind="slip_issued", channel=Notice.Channel.SCREEN).exists()


def test_no_slip_opens_the_account_of_staff_or_of_somebody_else_with_an_address():
    officer = make_person("Cán Bộ", roles=(Role.OFFICER,))
    admin = make_person("Quản Trị", roles=(Role.ADMINISTRATOR,))
    with pytest.raises(NotAllowed):
        actions.issue_slip(person=admin, by=officer, at=AT)
    with pytest.raises(NotAllowed):
        actions.issue_slip(person=officer, by=admin, at=AT)
    reader = make_person("Có Hộp Thư")
    with pytest.raises(NotAllowed):
        actions.issue_slip(person=reader, by=officer, at=AT)
    assert actions.issue_slip(person=reader, by=admin, at=AT).pin
    User.objects.filter(pk=reader.pk).update(is_active=False)
    with pytest.raises(Refused):
        actions.issue_slip(person=reader, by=admin, at=AT)


def test_somebody_registered_is_not_entered_again_unless_they_are_another():
    officer = make_person("Cán Bộ", roles=(Role.OFFICER,))
    client = Client()
    client.force_login(officer)
    data = {"full_name": "Lê Thị Út", "birth_date": "01/02/1990"}
    url = reverse("people_admin:slip_new")
    assert client.post(url, data).status_code == 200
    again = client.post(url, data)
    assert again.status_code == 409
    assert not again.context["form"].fields["even_if_twin"].widget.is_hidden
    assert User.objects.filter(full_name="Lê Thị Út").count() == 1
    assert client.post(url, {**data, "even_if_twin": "on"}).status_code == 200
    assert User.objects.filter(full_name="Lê Thị Út").count() == 2


def test_without_a_date_of_birth_people_are_told_apart_by_their_enterprise():
    one, other = make_enterprise("Một (mẫu)"), make_enterprise("Hai (mẫu)")
    actions.add_person(full_name="Lê  Thị Út", enterprise=one, by=None, at=AT)
    actions.add_person(full_name="Lê Thị Út", enterprise=other, by=None, at=AT)
    with pytest.raises(Refused):
        actions.add_person(full_name="Lê Thị Út", enterprise=one, by=None, at=AT)


def test_a_refused_slip_leaves_no_person_behind(client, monkeypatch):
    def refuse(**kwargs):
        raise Refused("nein")

    monkeypatch.setattr("people.actions.accounts.issue_slip", refuse)
    with pytest.raises(Refused):
        actions.enter_with_slip(full_name="Lê Thị Út", by=None, at=AT)
    assert not User.objects.exists()


def test_a_number_that_signs_somebody_else_in_is_kept_as_a_contact_only():
    first = actions.add_person(full_name="Lê Thị Út", phone="0912000214", by=None, at=AT)
    second = actions.add_person(full_name="Lê Văn Anh", phone="0912 000 214", by=None, at=AT)
    assert (first.login_phone, second.login_phone) == ("+84912000214", None)
    assert second.phone == "+84912000214"


def test_an_instructor_prints_first_slips_but_cannot_reach_others_accounts():
    instructor = make_person("Giảng Viên", roles=(Role.INSTRUCTOR,))
    other = make_person("Người Khác", email="", password=None)
    join(other, make_enterprise())
    client = Client()
    client.force_login(instructor)
    assert client.get(reverse("people_admin:slip_new")).status_code == 200
    assert client.get(reverse("people_admin:slip_again", args=[other.pk])).status_code == 404
    assert client.get(reverse("people_admin:slip_again", args=[10**6])).status_code == 404
    assert client.get(reverse("people_admin:people")).status_code == 403


def test_another_slip_is_confirmed_first():
    officer = make_person("Cán Bộ", roles=(Role.OFFICER,))
    person = make_person("Danh Thị Srây", email="", password=None)
    client = Client()
    client.force_login(officer)
    url = reverse("people_admin:slip_again", args=[person.pk])
    assert client.get(url).status_code == 200
    person.refresh_from_db()
    assert person.login_code is None
    page = client.post(url)
    assert "no-store" in page["Cache-Control"]
    person.refresh_from_db()
    assert person.must_choose_secret
    refused = client.post(reverse("people_admin:slip_again", args=[officer.pk]))
    assert refused.status_code == 409
