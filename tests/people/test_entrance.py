"""Signing up and signing in through allauth's pages."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from people.models import Consent, User
from tests.factories import PASSWORD, make_person
from tests.people.test_logins import CODE_SPELLINGS, EMAIL_SPELLINGS, PHONE_SPELLINGS

pytestmark = pytest.mark.django_db
LOGIN = "/vi/account/login/"
SIGNUP = "/vi/account/signup/"
NEW = {
    "full_name": "Nguyễn  Thị Hồng Thắm",
    "email": "Tham@NSCL.example",
    "password1": "một-mật-khẩu-dài-2026",
    "terms": "on",
}


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": login, "password": password, **more})


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "login", ["tham@nscl.example", " THAM@nscl.example", "k7m4-pq29", "K7M4 PQ29", "0912 000 214", "+84912000214"]
)
def test_one_field_takes_every_kind_of_login(client, login):
    make_person(email="tham@nscl.example", login_code="K7M4PQ29", login_phone="+84912000214")
    assert sign_in(client, login).status_code == 302
    assert signed_in(client)


@pytest.mark.parametrize("login", ["K7M4-PQ29", "0912000214"])
def test_a_person_without_a_mailbox_is_not_asked_to_confirm_one(client, login):
    person = make_person(email="", login_code="K7M4PQ29", login_phone="+84912000214")
    User.objects.filter(pk=person.pk).update(email="chung@nscl.example")
    assert sign_in(client, login)["Location"] == reverse("learn")
    assert signed_in(client)
    assert not mail.outbox


def test_staff_land_in_the_back_office(client):
    make_person(email="can-bo@nscl.example", roles=(Role.OFFICER,))
    assert sign_in(client, "can-bo@nscl.example")["Location"] == reverse("wagtailadmin_home")


@pytest.mark.parametrize("spellings", [EMAIL_SPELLINGS, CODE_SPELLINGS, PHONE_SPELLINGS])
def test_twenty_spellings_of_one_login_share_one_budget_of_failures(client, spellings):
    make_person(email="tham@nscl.example", login_code="K7M4PQ29", login_phone="+84912000214")
    answers = [sign_in(client, text, "sai-rồi") for text in spellings]
    codes = [answer.context["form"].non_field_errors().as_data()[0].code for answer in answers]
    assert codes == ["email_password_mismatch"] * 6 + ["too_many_login_attempts"] * (len(spellings) - 6)
    # The right secret comes too late as well, from any address that a header claims.
    client.post(LOGIN, {"login": spellings[0], "password": PASSWORD}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert not signed_in(client)


def test_another_person_behind_the_same_address_signs_in_meanwhile(client):
    make_person(email="mot@nscl.example")
    make_person(email="hai@nscl.example")
    for _attempt in range(8):
        sign_in(client, "mot@nscl.example", "sai-rồi")
    sign_in(client, "hai@nscl.example")
    assert signed_in(client)


def test_known_and_unknown_logins_are_answered_alike(client):
    make_person(email="co@nscl.example")
    known = sign_in(client, "co@nscl.example", "sai-rồi").content.decode()
    unknown = sign_in(Client(), "khong@nscl.example", "sai-rồi").content.decode()
    strip = re.compile(r'value="[^"]*"|[a-z]+@nscl\.example')
    assert strip.sub("", known) == strip.sub("", unknown)


def test_a_shared_device_is_left_a_quarter_of_an_hour_after_the_last_page(client):
    make_person(email="tham@nscl.example")
    sign_in(client, "tham@nscl.example", shared="on")
    assert client.session.get_expiry_age() == settings.SHARED_DEVICE_SECONDS
    answer = client.get("/vi/account/profile/")
    assert answer.cookies["sessionid"]["max-age"] == settings.SHARED_DEVICE_SECONDS


def test_the_slips_qr_fills_the_code_in_and_nothing_else(client):
    assert "K7M4-PQ29" in client.get(LOGIN, {"code": "k7m4pq29"}).content.decode()
    assert "<img onload" not in client.get(LOGIN, {"code": '"><img onload=1>'}).content.decode()


def test_sign_up_asks_for_the_name_and_a_consent_that_is_not_ticked(client):
    form = client.get(SIGNUP).context["form"]
    assert list(form.fields) == ["full_name", "email", "password1", "terms", "news"]
    assert not form["terms"].value()
    assert not form["news"].value()
    answer = client.post(SIGNUP, {**NEW, "terms": ""})
    assert "terms" in answer.context["form"].errors
    assert not User.objects.exists()


def test_sign_up_confirm_and_land_signed_in(client):
    answer = client.post(SIGNUP, {**NEW, "news": "on"})
    assert answer["Location"] == reverse("account_email_verification_sent")
    person = User.objects.get()
    assert (person.full_name, person.given_name) == ("Nguyễn Thị Hồng Thắm", "Thắm")
    assert person.username.startswith("u")
    assert "tham" not in person.username
    assert set(person.consents.values_list("purpose", flat=True)) == {Consent.Purpose.TERMS, Consent.Purpose.NEWS}
    sign_in(client, "tham@nscl.example", NEW["password1"])
    assert not signed_in(client)
    link = re.search(r"http://testserver(/vi/account/confirm-email/\S+)", mail.outbox[0].body)[1]
    assert client.get(link).status_code == 200
    assert not EmailAddress.objects.get().verified
    client.post(link)
    assert EmailAddress.objects.get().verified
    assert signed_in(client)


def test_news_are_written_only_to_who_asked(client):
    client.post(SIGNUP, NEW)
    assert list(Consent.objects.values_list("purpose", flat=True)) == [Consent.Purpose.TERMS]


def test_signing_up_with_a_known_address_is_answered_alike_and_its_owner_is_told(client):
    make_person(email="tham@nscl.example")
    known = client.post(SIGNUP, NEW)
    unknown = Client().post(SIGNUP, {**NEW, "email": "moi@nscl.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert User.objects.count() == 2
    assert [message.to for message in mail.outbox] == [["tham@nscl.example"], ["moi@nscl.example"]]
    assert reverse("account_reset_password") in mail.outbox[0].body


def test_a_shared_contact_address_stops_nobody_from_signing_up(client):
    person = make_person(email="")
    User.objects.filter(pk=person.pk).update(email="tham@nscl.example")
    client.post(SIGNUP, NEW)
    assert User.objects.count() == 2


def test_a_code_by_mail_signs_in(client):
    make_person(email="tham@nscl.example")
    client.post("/vi/account/login/code/", {"email": "tham@nscl.example"})
    (message,) = mail.outbox
    code = message.subject.split()[0]
    assert message.alternatives[0].mimetype == "text/html"
    client.post("/vi/account/login/code/confirm/", {"code": code})
    assert signed_in(client)


def test_neither_code_nor_reset_goes_to_a_contact_address(client):
    person = make_person(email="")
    User.objects.filter(pk=person.pk).update(email="chung@nscl.example")
    client.post("/vi/account/login/code/", {"email": "chung@nscl.example"})
    client.post("/vi/account/password/reset/", {"email": "chung@nscl.example"})
    assert len(mail.outbox) == 2
    assert not any("password/reset/key" in message.body for message in mail.outbox)


def test_a_forgotten_password_is_chosen_anew_without_naming_the_login(client):
    person = make_person(email="tham@nscl.example")
    client.post("/vi/account/password/reset/", {"email": "tham@nscl.example"})
    (message,) = mail.outbox
    assert person.username not in message.body
    link = re.search(r"http://testserver(/vi/account/password/reset/key/\S+)", message.body)[1]
    form = client.get(link, follow=True)
    new = "mật-khẩu-mới-2026"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    sign_in(client, "tham@nscl.example", new)
    assert signed_in(client)


def test_the_password_is_asked_again_within_the_same_budget(client):
    person = make_person(email="", login_code="K7M4PQ29")
    client.force_login(person)
    for _attempt in range(7):
        client.post("/vi/account/reauthenticate/", {"password": "sai-rồi"})
    form = client.post("/vi/account/reauthenticate/", {"password": PASSWORD}).context["form"]
    assert "password" in form.errors or form.non_field_errors()
