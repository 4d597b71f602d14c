"""Invited by e-mail: who comes in, and what they must give first."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from lms.lib.states import Refused
from people import actions
from people.models import User
from tests.factories import AT, make_enterprise, make_person, make_province

pytestmark = pytest.mark.django_db


def invite(**facts: object) -> User:
    given = {
        "full_name": "Danh Thị Srây",
        "email": "sray@nha-may.example",
        "birth_date": date(1990, 5, 12),
        "enterprise": make_enterprise(),
        "by": make_person("Liên hệ"),
        "at": AT,
    }
    return actions.invite(**{**given, **facts})


def test_the_mailbox_opens_the_door_and_the_birth_date_the_account(client: Client) -> None:
    make_province()
    person = invite()
    mail.outbox.clear()
    client.post("/vi/account/login/code/", {"email": "sray@nha-may.example"})
    [letter] = mail.outbox
    client.post("/vi/account/login/code/confirm/", {"code": letter.subject.split()[0]})
    assert EmailAddress.objects.get(user=person).verified
    assert client.get("/vi/learn/")["Location"].endswith("/account/first-use/")
    answer = {"secret": "482913", "again": "482913", "terms": "on"}
    assert client.post("/vi/account/first-use/", {**answer, "birth_date": "01/01/1990"}).status_code == 422
    assert client.post("/vi/account/first-use/", {**answer, "birth_date": "12/05/1990"}).status_code == 302
    assert client.get("/vi/learn/").status_code == 200
    assert person.consents.filter(purpose="terms", withdrawn_at=None).exists()


def test_an_address_in_use_invites_nobody() -> None:
    first = invite()
    with pytest.raises(Refused) as refusal:
        invite(full_name="Người khác", email="SRAY@nha-may.example", enterprise=make_enterprise("Khác"))
    assert refusal.value.code == "taken"
    assert not User.objects.filter(full_name="Người khác").exists()
    assert first.memberships.count() == 1
