"""Every way in: the same second factor, the same limits, the same question for a new text."""

import re
from typing import Any
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from people import actions, consents
from people.models import Consent, User
from tests.factories import AT, PASSWORD, make_person

pytestmark = pytest.mark.django_db
LOGIN = "/vi/account/login/"
AGREE = "/vi/account/agree/"
TEXT = "people/consents/terms-2026-11.vi.html"
LOGINS = {"email": "tham@nscl.example", "phone": "0912000214", "code": "K7M4-PQ29"}


def member(**more):
    person = make_person(email="tham@nscl.example", login_code="K7M4PQ29", login_phone="+84912000214", **more)
    actions.consent(person=person, purpose=Consent.Purpose.TERMS, by=person, at=AT)
    return person


def signed_in(client):
    return "_auth_user_id" in client.session


def by_secret(client, login):
    client.post(LOGIN, {"login": login, "password": PASSWORD})


def by_mailed_code(client):
    mail.outbox.clear()
    client.post("/vi/account/login/code/", {"email": LOGINS["email"]})
    code = mail.outbox[0].subject.split()[0]
    client.post("/vi/account/login/code/confirm/", {"code": code})


def by_passkey(client, person):
    """allauth's own way with the browser's part, a signature, taken for right."""
    person = User.objects.get(pk=person.pk)
    credential = Authenticator.objects.get_or_create(
        user=person, type=Authenticator.Type.WEBAUTHN, defaults={"data": {"name": "Điện thoại", "credential": {}}}
    )[0]
    flow = "allauth.mfa.webauthn.forms.auth"
    with (
        mock.patch(f"{flow}.parse_authentication_response", return_value={}),
        mock.patch(f"{flow}.extract_user_from_response", return_value=person),
        mock.patch(f"{flow}.complete_authentication", return_value=credential),
    ):
        return client.post("/vi/account/2fa/webauthn/login/", {"credential": '{"id": "a"}'})


def totp_code(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.parametrize("way", [*LOGINS, "mailed code"])
def test_whichever_door_the_second_factor_is_asked_for(client, way):
    secret = generate_totp_secret()
    TOTP.activate(member(), secret)
    by_mailed_code(client) if way == "mailed code" else by_secret(client, LOGINS[way])
    assert not signed_in(client)
    client.post("/vi/account/2fa/authenticate/", {"code": "000000"})
    assert not signed_in(client)
    client.post("/vi/account/2fa/authenticate/", {"code": totp_code(secret)})
    assert signed_in(client)


def test_a_passkey_is_both_factors_in_one(client):
    person = member()
    TOTP.activate(person, generate_totp_secret())
    by_passkey(client, person)
    assert signed_in(client)


@pytest.mark.parametrize("way", [*LOGINS, "mailed code", "passkey"])
def test_no_door_lets_a_closed_account_in(client, way):
    person = member()
    admin = make_person(roles=(Role.ADMINISTRATOR,))
    actions.close_account(person=person, reason="Nghỉ việc từ hôm nay", by=admin, at=AT)
    if way == "mailed code":
        client.post("/vi/account/login/code/", {"email": LOGINS["email"]})
        assert not [message for message in mail.outbox if re.match(r"[A-Z0-9]{3}-?[A-Z0-9]{3}", message.subject)]
    elif way == "passkey":
        by_passkey(client, person)
    else:
        by_secret(client, LOGINS[way])
    assert not signed_in(client)


def test_guesses_at_the_number_do_not_eat_the_budget_of_the_address(client):
    """A budget per login: who guesses at one does not lock its owner out of the others."""
    member()
    for _attempt in range(8):
        client.post(LOGIN, {"login": LOGINS["phone"], "password": "sai-rồi"})
    by_secret(client, LOGINS["phone"])
    assert not signed_in(client)
    by_secret(client, LOGINS["email"])
    assert signed_in(client)


def test_mailed_codes_are_limited_per_address():
    member()
    for _attempt in range(5):
        Client().post("/vi/account/login/code/", {"email": LOGINS["email"]})
    assert len(mail.outbox) == 3


class TestNewText:
    @pytest.fixture
    def newer(self, monkeypatch):
        versions = {**consents.VERSIONS, Consent.Purpose.TERMS: ("2026-11", "2027-01")}
        monkeypatch.setattr(consents, "VERSIONS", versions)
        monkeypatch.setattr(consents, "template", lambda purpose, version, language: TEXT)

    @pytest.mark.parametrize("way", [*LOGINS, "mailed code", "passkey"])
    def test_every_door_leads_to_it(self, client, newer, way):
        person = member()
        Consent.objects.update(text_version="2026-11")
        if way == "mailed code":
            by_mailed_code(client)
        elif way == "passkey":
            by_passkey(client, person)
        else:
            by_secret(client, LOGINS[way])
        for path in ("/vi/learn/", "/vi/account/profile/", "/vi/account/email/"):
            assert client.get(path)["Location"] == AGREE

    def test_it_is_not_ticked_and_a_tick_leads_on(self, client, newer):
        person = member()
        Consent.objects.update(text_version="2026-11")
        by_secret(client, LOGINS["email"])
        page = client.get(AGREE)
        assert not page.context["form"]["terms"].value()
        assert client.post(AGREE).status_code == 422
        assert client.post(AGREE, {"terms": "on"})["Location"] == reverse("learn")
        assert client.get("/vi/account/profile/").status_code == 200
        assert sorted(person.consents.values_list("text_version", flat=True)) == ["2026-11", "2027-01"]
        assert person.consents.get(withdrawn_at=None).text_version == "2027-01"

    def test_who_does_not_agree_leaves_with_their_data(self, client, newer, django_capture_on_commit_callbacks):
        member()
        Consent.objects.update(text_version="2026-11")
        by_secret(client, LOGINS["email"])
        assert client.get("/vi/account/data/").status_code == 200
        assert client.post("/vi/account/data/copy/").status_code == 302
        assert client.post("/vi/account/data/erasure/", {"sure": "on"})["Location"] == "/vi/account/data/"
        assert client.get("/vi/learn/")["Location"] == AGREE
        client.post("/vi/account/logout/")
        assert not signed_in(client)

    def test_whoever_agreed_to_the_text_in_force_is_not_asked(self, client):
        member()
        by_secret(client, LOGINS["email"])
        assert client.get("/vi/account/profile/").status_code == 200

    def test_whoever_never_agreed_is_asked(self, client):
        make_person(email="tham@nscl.example")
        by_secret(client, LOGINS["email"])
        assert client.get("/vi/account/profile/")["Location"] == AGREE


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("purpose", list(Consent.Purpose))
def test_every_text_that_was_agreed_to_can_be_read(client, language, purpose):
    for version in consents.VERSIONS[purpose]:
        page = client.get(f"/{language}/account/consents/{purpose}/{version}/")
        assert page.status_code == 200
        assert len(page.content) > 1000
    now = client.get(f"/{language}/account/consents/{purpose}/")
    assert now["Location"].endswith(f"/{consents.current(purpose)}/")


@pytest.mark.parametrize("path", ["terms/1999-01/", "nothing/2026-11/", "nothing/"])
def test_a_text_that_never_was_is_a_404(client, path):
    assert client.get(f"/vi/account/consents/{path}").status_code == 404


class TestStaff:
    """Wherever the role of staff opens the page, production asks for the second factor."""

    @pytest.fixture
    def production(self, settings: Any):
        settings.STAFF_SECOND_FACTOR = True

    @pytest.mark.parametrize("path", ["/admin/", "/admin/people/", "/vi/account/slips/"])
    def test_without_a_factor_nothing_opens(self, client, production, path):
        client.force_login(make_person(roles=(Role.INSTRUCTOR, Role.ADMINISTRATOR)))
        assert client.get(path)["Location"] == reverse("mfa_index")

    @pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
    def test_either_kind_will_do(self, client, production, kind):
        person = make_person(roles=(Role.INSTRUCTOR, Role.ADMINISTRATOR))
        Authenticator.objects.create(user=person, type=kind, data={})
        client.force_login(person)
        assert client.get("/admin/people/").status_code == 200
        assert client.get("/vi/account/slips/").status_code == 200

    def test_recovery_codes_alone_are_none(self, client, production):
        person = make_person(roles=(Role.ADMINISTRATOR,))
        Authenticator.objects.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={})
        client.force_login(person)
        assert client.get("/admin/people/")["Location"] == reverse("mfa_index")

    def test_their_own_pages_stay_open_to_set_one_up(self, client, production):
        client.force_login(make_person(roles=(Role.ADMINISTRATOR,)))
        assert client.get("/vi/account/profile/").status_code == 200
        assert client.get("/vi/account/2fa/").status_code == 200


def test_another_browser_is_another_budget_of_addresses_but_one_of_guesses():
    member()
    for _attempt in range(8):
        Client().post(LOGIN, {"login": "K7M4 PQ29", "password": "sai-rồi"})
    late = Client()
    by_secret(late, LOGINS["code"])
    assert not signed_in(late)
    cache.clear()
    by_secret(late, LOGINS["code"])
    assert signed_in(late)
