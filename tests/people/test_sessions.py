"""Devices: seen, ended, and ended by what happens to the account."""

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people import actions, queries
from people.devices import device_name
from people.models import Consent, PersonEvent
from tests.factories import AT, PASSWORD, make_person

pytestmark = pytest.mark.django_db
SESSIONS = "/vi/account/sessions/"
PROFILE = "/vi/account/profile/"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"


def member(**more):
    """Somebody who has agreed to the rules."""
    person = make_person(email="tham@nscl.example", **more)
    actions.consent(person=person, purpose=Consent.Purpose.TERMS, by=person, at=AT)
    return person


def device(agent=PHONE):
    """A browser signed in through the door."""
    client = Client(headers={"User-Agent": agent})
    client.post("/vi/account/login/", {"login": "tham@nscl.example", "password": PASSWORD})
    assert client.get(PROFILE).status_code == 200
    return client


def is_out(client):
    return client.get(PROFILE).status_code == 302


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge · Windows"),
        ("curl/8", ""),
    ],
)
def test_a_device_is_named(agent, name):
    assert device_name(agent) == name


def test_one_device_is_signed_out_by_another():
    member()
    here, there = device(), device("Firefox/140 Linux")
    page = here.get(SESSIONS)
    assert [row["device"] for row in page.context["rows"]] == ["Chrome · Android", "Firefox · Linux"]
    other = page.context["rows"][1]["session"]
    here.post(reverse("people:session_end", args=[other.pk]))
    assert is_out(there)
    assert not is_out(here)
    assert PersonEvent.objects.filter(new="session_ended").count() == 1


def test_nobody_ends_anothers_session():
    member()
    here = device()
    stranger = Client()
    stranger.force_login(make_person())
    found = UserSession.objects.get()
    assert stranger.post(reverse("people:session_end", args=[found.pk])).status_code == 404
    assert not is_out(here)


def test_the_device_in_the_hand_is_left_by_signing_out():
    member()
    here = device()
    here.post(reverse("people:session_end", args=[UserSession.objects.get().pk]))
    assert not is_out(here)


def test_all_others_at_once():
    member()
    here, *others = device(), device(), device()
    here.post(reverse("people:sessions_end"))
    assert [is_out(one) for one in others] == [True, True]
    assert not is_out(here)


def test_a_changed_secret_ends_every_other_session_at_the_next_request():
    member()
    here, there = device(), device()
    new = "một-mật-khẩu-khác-2026"
    here.post("/vi/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert is_out(there)
    assert not is_out(here)
    assert [row["here"] for row in here.get(SESSIONS).context["rows"]] == [True]


def test_a_new_slip_ends_every_session():
    person = member(login_code="K7M4PQ29")
    there = device()
    actions.issue_slip(person=person, by=None, at=timezone.now())
    assert is_out(there)


def test_closing_an_account_ends_its_sessions_and_every_door(client):
    person = member()
    admin = make_person(roles=(Role.ADMINISTRATOR,))
    there = device()
    client.force_login(admin)
    url = reverse("people_admin:close", args=[person.pk])
    client.post(url, {"text": "ngắn"})
    assert not is_out(there)
    client.post(url, {"text": "Nghỉ việc, yêu cầu bằng văn bản"})
    assert is_out(there)
    assert not UserSession.objects.filter(user=person).exists()
    again = Client()
    again.post("/vi/account/login/", {"login": "tham@nscl.example", "password": PASSWORD})
    assert "_auth_user_id" not in again.session
    client.post(reverse("people_admin:reopen", args=[person.pk]))
    device()


def test_a_session_outside_of_the_list_ends_with_the_account_too(client):
    person = member()
    client.force_login(person)
    assert not is_out(client)
    actions.close_account(person=person, reason="Đóng theo yêu cầu", by=make_person(roles=(Role.ADMINISTRATOR,)), at=AT)
    assert is_out(client)


def test_who_may_not_be_closed():
    admin = make_person(roles=(Role.ADMINISTRATOR,))
    with pytest.raises(NotAllowed):
        actions.close_account(person=admin, reason="Tự đóng tài khoản", by=admin, at=AT)
    with pytest.raises(Refused) as refused:
        actions.close_account(person=admin, reason="Người cuối cùng", by=make_person(is_superuser=True), at=AT)
    assert refused.value.code == "last"


def test_the_list_asks_the_database_as_often_for_one_device_as_for_three():
    person = member()
    device()

    def asked():
        with CaptureQueriesContext(connection) as captured:
            queries.sessions(person, timezone.now())
        return len(captured)

    assert asked() == 2
    device(), device()
    assert len(queries.sessions(person, timezone.now())) == 3
    assert asked() == 2
