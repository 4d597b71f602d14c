"""What people change about themselves."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.lib.states import Refused
from people import actions, consents
from people.models import Consent, User
from tests.factories import AT, make_commune, make_person, make_province

pytestmark = pytest.mark.django_db
PROFILE = "/vi/account/profile/"
DATA = {
    "full_name": "Trần Thị Bé",
    "language": "vi",
    "sex": "female",
    "birth_date": "04/09/1992",
    "phone": "0912000214",
}


def test_a_person_changes_their_own_facts(client):
    make_province()
    commune = make_commune()
    person = make_person()
    client.force_login(person)
    assert client.get(PROFILE).status_code == 200
    assert client.post(PROFILE, {**DATA, "commune": commune.pk, "role_names": '["administrator"]'}).status_code == 302
    person = User.objects.get(pk=person.pk)
    assert (person.full_name, person.given_name, person.phone) == ("Trần Thị Bé", "Bé", "+84912000214")
    assert (str(person.birth_date), person.commune, person.role_names) == ("1992-09-04", commune, [])
    assert person.search_key == "tran thi be"
    assert person.login_phone is None


def test_a_faulty_form_is_shown_again_and_stores_nothing(client):
    person = make_person("Nguyễn Văn An")
    client.force_login(person)
    answer = client.post(PROFILE, {**DATA, "birth_date": "31/02/2026"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["birth_date"]
    assert User.objects.get(pk=person.pk).full_name == "Nguyễn Văn An"


def test_who_signs_in_by_number_signs_in_by_the_new_one(client):
    person = make_person(email="", login_code="K7M4PQ29", login_phone="+84912000111", phone="+84912000111")
    make_person("Người Khác", email="", login_phone="+84912000222", login_code="K7M4PQ28")
    for typed, expected in (("0912000214", "+84912000214"), ("0912000222", None), ("", None)):
        actions.update_profile(person=person, by=person, at=AT, full_name="Trần Thị Bé", phone=typed)
        assert User.objects.get(pk=person.pk).login_phone == expected


def test_nothing_but_own_facts_is_changed_by_a_profile():
    person = make_person()
    with pytest.raises(ValueError, match="role_names"):
        actions.update_profile(person=person, by=person, at=AT, full_name="An An", role_names=["administrator"])


def test_consents_are_given_and_taken_back_one_by_one(client):
    person = make_person()
    client.force_login(person)
    url = reverse("people:consents")
    for _time in range(2):
        client.post(url, {"purpose": "news", "give": "yes"})
    assert Consent.objects.filter(person=person, withdrawn_at=None).count() == 1
    client.post(url, {"purpose": "news", "give": "no"})
    assert not Consent.objects.filter(person=person, withdrawn_at=None).exists()
    assert Consent.objects.filter(person=person).count() == 1
    client.post(url, {"purpose": "terms", "give": "yes"})
    client.post(url, {"purpose": "terms", "give": "no"})
    assert Consent.objects.filter(person=person, purpose="terms", withdrawn_at=None).exists()
    assert client.post(url, {"purpose": "all", "give": "yes"}).status_code == 404
    assert client.get(url).status_code == 405


def test_a_new_text_needs_a_new_yes():
    person = make_person()
    old = Consent.objects.create(person=person, purpose="news", text_version="2025-01", given_at=AT)
    new = actions.consent(person=person, purpose="news", by=person, at=AT)
    old.refresh_from_db()
    assert old.withdrawn_at == AT
    assert new.text_version == consents.current(Consent.Purpose.NEWS)


def test_the_contact_address_follows_the_one_that_signs_in(client, celery_eager, django_capture_on_commit_callbacks):
    person = make_person(email="cu@nscl.example")
    EmailAddress.objects.create(user=person, email="moi@nscl.example", verified=True)
    client.force_login(person)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/vi/account/email/", {"action_primary": "", "email": "moi@nscl.example"})
    assert User.objects.get(pk=person.pk).email == "moi@nscl.example"


def test_an_address_signs_one_person_in():
    one, other = make_person(email="a@nscl.example"), make_person("Người Khác", email="")
    from_staff = actions.add_login_email(person=other, email=" B@nscl.example", by=None, at=AT)
    assert (from_staff.email, from_staff.primary, other.email) == ("b@nscl.example", True, "b@nscl.example")
    with pytest.raises(Refused):
        actions.add_login_email(person=other, email="A@nscl.example", by=None, at=AT)
    assert actions.add_login_email(person=one, email="a@nscl.example", by=None, at=AT).primary


@pytest.mark.parametrize("path", ["profile/", "notices/", "first-use/", ""])
def test_strangers_are_led_to_the_sign_in(client, path):
    answer = client.get(f"/vi/account/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("typed", "born", "year"),
    [
        ({"birth_date": "04/09/1992"}, date(1992, 9, 4), 1992),
        ({"birth_date": "", "birth_year": "1975"}, None, 1975),
        ({"birth_date": "04/09/1992", "birth_year": "1992"}, date(1992, 9, 4), 1992),
        ({"birth_date": "", "birth_year": ""}, None, None),
    ],
)
def test_a_birth_date_or_the_year_alone(client, typed, born, year):
    person = make_person()
    client.force_login(person)
    assert client.post(PROFILE, {**DATA, **typed}).status_code == 302
    person.refresh_from_db()
    assert (person.birth_date, person.birth_year) == (born, year)


def test_a_corrected_birth_date_corrects_the_year(client):
    person = make_person(birth_date=date(1992, 9, 4), birth_year=1992)
    client.force_login(person)
    assert client.post(PROFILE, {**DATA, "birth_date": "04/09/1993", "birth_year": "1992"}).status_code == 302
    person.refresh_from_db()
    assert (person.birth_date, person.birth_year) == (date(1993, 9, 4), 1993)


@pytest.mark.parametrize("year", ["1800", "2090", "92", "abc", "1993"])
def test_a_year_that_cannot_be_is_refused(client, year):
    client.force_login(make_person())
    answer = client.post(PROFILE, {**DATA, "birth_year": year})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["birth_year"]


def test_a_commune_that_is_no_more_stays_with_whoever_has_it_and_is_offered_to_nobody_else(client):
    make_province()
    now, old = make_commune(), make_commune("31999", "Xã Cũ")
    type(old).objects.filter(pk=old.pk).update(valid_to=date(2026, 3, 31))
    person, other = make_person(commune=old), make_person("Người Khác")
    client.force_login(person)
    offered = {str(value) for value, _name in client.get(PROFILE).context["form"].fields["commune"].choices if value}
    assert offered == {str(now.pk), str(old.pk)}
    assert client.post(PROFILE, {**DATA, "commune": old.pk}).status_code == 302
    client.force_login(other)
    assert client.post(PROFILE, {**DATA, "commune": old.pk}).status_code == 422
    person.refresh_from_db()
    assert person.commune == old


def test_the_page_of_ones_data_asks_as_often_with_much_history_as_with_none(client):
    person = make_person()
    client.force_login(person)
    client.get("/vi/account/data/")

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/vi/account/data/").status_code == 200
        return len(captured)

    none = asked()
    for _time in range(3):
        actions.consent(person=person, purpose="news", by=person, at=AT)
        actions.withdraw_consent(person=person, purpose="news", by=person, at=AT)
    actions.ask_copy(person=person, by=person, at=AT)
    actions.ask_erasure(person=person, reason="", by=person, at=AT)
    assert asked() == none
    page = client.get("/vi/account/data/").content.decode()
    assert reverse("people:consent_text", args=["news", "2026-11"]) in page


def test_the_text_of_a_past_consent_stays_readable(client, monkeypatch):
    person = make_person()
    actions.consent(person=person, purpose="news", by=person, at=AT)
    monkeypatch.setattr(consents, "VERSIONS", {**consents.VERSIONS, "news": ("2026-11", "2027-01")})
    client.force_login(person)
    old = reverse("people:consent_text", args=["news", "2026-11"])
    assert old in client.get("/vi/account/data/").content.decode()
    page = client.get(old)
    assert page.status_code == 200
    assert not page.context["newest"]
