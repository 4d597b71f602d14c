"""Who is signed in by what."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.utils import timezone

from people import actions
from people.models import User
from tests.factories import PASSWORD, make_person

pytestmark = pytest.mark.django_db


def test_a_confirmed_address_signs_in_however_it_is_written():
    person = make_person(email="tham@nscl.example")
    for text in ("tham@nscl.example", " Tham@NSCL.example ", "ｔｈａｍ＠nscl.example"):
        assert authenticate(None, email=text, password=PASSWORD) == person


def test_number_and_code_sign_in_the_same_person():
    person = make_person(email="", login_phone="+84912000214", login_code="K7M4PQ29")
    assert authenticate(None, username="0912 000 214", password=PASSWORD) == person
    assert authenticate(None, username="k7m4-pq29", password=PASSWORD) == person


def test_neither_contact_address_nor_opaque_username_signs_in():
    person = make_person(email="")
    User.objects.filter(pk=person.pk).update(email="chung@nscl.example", phone="+84912000214")
    for text in ("chung@nscl.example", person.username, "0912000214"):
        assert authenticate(None, username=text, password=PASSWORD) is None


def test_a_confirmed_address_wins_over_others_unconfirmed_claim():
    owner = make_person(email="chu@nscl.example")
    squatter = make_person("Kẻ Chiếm", email="", password="khác-hẳn-2026")
    EmailAddress.objects.create(user=squatter, email="chu@nscl.example", verified=False)
    assert authenticate(None, email="chu@nscl.example", password="khác-hẳn-2026") is None
    assert authenticate(None, email="chu@nscl.example", password=PASSWORD) == owner


def test_a_closed_account_and_a_wrong_secret_are_refused():
    person = make_person(email="", login_code="K7M4PQ29")
    assert authenticate(None, username="K7M4PQ29", password="sai") is None
    assert authenticate(None, username="K7M4PQ29", password="") is None
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert authenticate(None, username="K7M4PQ29", password=PASSWORD) is None


def test_the_first_pin_of_a_slip_ends():
    person = make_person(email="", password=None)
    fresh = actions.issue_slip(person=person, by=None, at=timezone.now())
    assert authenticate(None, username=fresh.code, password=fresh.pin) == person
    old = actions.issue_slip(person=person, by=None, at=timezone.now() - timedelta(days=15))
    assert authenticate(None, username=old.code, password=old.pin) is None
    assert authenticate(None, username=old.code, password=fresh.pin) is None
