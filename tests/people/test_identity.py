"""The personal identity number: sealed, masked, looked at with a trace."""

import logging
from datetime import date

import pytest
from django.urls import reverse

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people import actions, identity
from people.models import PersonEvent, User
from tests.factories import AT, make_person

NUMBER = "093192004218"
IDENTITY = "/vi/account/profile/identity/"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        (NUMBER, NUMBER),
        ("093 192 004 218", NUMBER),
        ("093.192.004-218", NUMBER),
        ("０９３192004218", NUMBER),
        ("361 234 567", "361234567"),
    ],
)
def test_twelve_or_nine_digits_however_they_are_grouped(typed, digits):
    assert identity.tidy(typed) == digits


@pytest.mark.parametrize("typed", ["", "12345678", "0931920042181", "09319200421a", "٠٩٣١٩٢٠٠٤٢١٨"])
def test_anything_else_is_no_number(typed):
    with pytest.raises(identity.BadNumber):
        identity.tidy(typed)


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("093192004218", "female", 1992),
        ("093092004218", "male", 1992),
        ("092203000001", "male", 2003),
        ("092303000001", "female", 2003),
    ],
)
def test_the_number_tells_sex_and_year(number, sex, year):
    assert identity.encoded(number) == (sex, year)
    assert identity.doubts(number, sex=sex, year=year) == []
    assert identity.doubts(number, sex="", year=None) == []
    other = "male" if sex == "female" else "female"
    assert identity.doubts(number, sex=other, year=year + 1) == ["sex", "year"]


def test_an_old_number_tells_nothing():
    assert identity.encoded("361234567") is None
    assert identity.doubts("361234567", sex="male", year=1980) == []


@pytest.mark.django_db
class TestKept:
    def test_it_lies_sealed_and_is_not_in_the_history(self):
        person = make_person()
        actions.set_identity(person=person, number=NUMBER, by=person, at=AT)
        row = User.objects.filter(pk=person.pk).values().get()
        assert NUMBER not in str(row)
        assert row["identity_last"] == "4218"
        assert NUMBER not in str(list(PersonEvent.objects.values()))
        assert identity.unseal(row["identity_sealed"]) == NUMBER

    def test_a_disagreement_is_a_warning_and_no_refusal(self):
        person = make_person(sex="male", birth_date=date(1991, 1, 1))
        assert actions.set_identity(person=person, number=NUMBER, by=person, at=AT) == ["sex", "year"]
        assert actions.see_identity(person=person, by=person, at=AT) == NUMBER

    def test_a_year_alone_is_compared_too(self):
        person = make_person(sex="female", birth_year=1993)
        assert actions.set_identity(person=person, number=NUMBER, by=person, at=AT) == ["year"]

    def test_left_empty_it_is_removed(self):
        person = make_person()
        actions.set_identity(person=person, number=NUMBER, by=person, at=AT)
        actions.set_identity(person=person, number=" ", by=person, at=AT)
        person.refresh_from_db()
        assert (person.identity_sealed, person.identity_last) == ("", "")
        with pytest.raises(Refused):
            actions.see_identity(person=person, by=person, at=AT)

    def test_another_key_opens_nothing(self, settings):
        person = make_person()
        actions.set_identity(person=person, number=NUMBER, by=person, at=AT)
        settings.FIELD_ENCRYPTION_KEY = b"y" * 32
        with pytest.raises(Refused) as refused:
            actions.see_identity(person=person, by=person, at=AT)
        assert refused.value.code == "key"

    @pytest.mark.parametrize("role", [Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR, Role.INSTRUCTOR])
    def test_nobody_but_owner_and_administrator_sees_it(self, role):
        person = make_person()
        actions.set_identity(person=person, number=NUMBER, by=person, at=AT)
        with pytest.raises(NotAllowed):
            actions.see_identity(person=person, by=make_person(roles=(role,)), at=AT, reason="Đối chiếu hồ sơ giấy")


@pytest.mark.django_db
class TestScreens:
    def test_the_owner_stores_it_and_sees_it_whole_on_request(self, client, caplog):
        caplog.set_level(logging.DEBUG)
        person = make_person(sex="male")
        client.force_login(person)
        answer = client.post(IDENTITY, {"number": "093 192 004 218"}, follow=True)
        page = answer.content.decode()
        assert answer.redirect_chain == [(IDENTITY, 302)]
        assert str(identity.DOUBTS["sex"]) in page
        assert NUMBER not in page and "4218" in page
        shown = client.post(IDENTITY + "show/")
        assert NUMBER in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert client.get(IDENTITY + "show/").status_code == 405
        assert NUMBER not in client.get("/vi/account/profile/").content.decode()
        assert NUMBER not in caplog.text

    def test_a_wrong_number_is_refused_at_its_field(self, client):
        client.force_login(make_person())
        answer = client.post(IDENTITY, {"number": "12345"})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["number"]

    def test_an_administrators_look_is_written_down_with_its_reason(self, client):
        person = make_person()
        actions.set_identity(person=person, number=NUMBER, by=person, at=AT)
        admin = make_person(roles=(Role.ADMINISTRATOR,))
        client.force_login(admin)
        url = reverse("people_admin:identity_sight", args=[person.pk])
        assert NUMBER not in client.get(reverse("people_admin:person", args=[person.pk])).content.decode()
        assert client.post(url, {"text": "ngắn"}).status_code == 302
        assert not PersonEvent.objects.filter(new="identity_seen").exists()
        shown = client.post(url, {"text": "Đối chiếu với hồ sơ giấy"})
        assert NUMBER in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        event = PersonEvent.objects.get(subject=person, new="identity_seen")
        assert (event.by, event.data) == (admin, {"reason": "Đối chiếu với hồ sơ giấy"})
