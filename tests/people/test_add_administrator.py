"""The first administrator of a new installation."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from people.models import User

pytestmark = pytest.mark.django_db


def test_the_first_administrator_chooses_a_password_by_mail(client):
    call_command("add_administrator", "Sang@nscl.example", "Hồ Văn Sang")
    person = User.objects.get()
    assert (person.role_names, person.email, person.has_usable_password()) == (
        ["administrator"],
        "sang@nscl.example",
        False,
    )
    client.post("/vi/account/password/reset/", {"email": "sang@nscl.example"})
    assert "/password/reset/key/" in mail.outbox[0].body


def test_an_address_in_use_is_refused_and_nobody_is_entered():
    call_command("add_administrator", "sang@nscl.example", "Hồ Văn Sang")
    with pytest.raises(CommandError) as refused:
        call_command("add_administrator", "SANG@nscl.example", "Người Khác")
    assert refused.value.returncode == 2
    assert User.objects.count() == 1
