"""Two accounts of one person made one: what moves, what stays, who may."""

from datetime import date, timedelta
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from lms.lib.states import Conflict, Refused
from people import actions, personal_data
from people.models import Consent, DataRequest, Membership, Notice, PersonEvent, User
from tests.factories import AT, PASSWORD, join, make_enterprise, make_person

pytestmark = pytest.mark.django_db
BORN = date(1992, 9, 4)
PIN = "583920"


@pytest.fixture
def officer():
    return make_person("Cán Bộ", roles=(Role.PROGRAMME,))


@pytest.fixture
def admin():
    return make_person("Quản Trị", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def pair():
    """The account to go, made from a slip, and the one to stay, with an address."""
    source = make_person("Tran Thi Be", email="", password=PIN, login_code="K7M4PQ29", login_phone="+84912000214")
    into = make_person("Trần Thị Bé", email="be@nscl.example", birth_date=BORN)
    return source, into


def merged(source, into, by):
    survivor = actions.merge_people(source=source, into=into, by=by, at=AT)
    source.refresh_from_db()
    into.refresh_from_db()
    return survivor


def enters(login, secret):
    client = Client()
    client.post("/vi/account/login/", {"login": login, "password": secret})
    return client.session.get("_auth_user_id")


def test_every_login_leads_to_the_survivor_with_the_survivors_secret(pair, officer):
    source, into = pair
    merged(source, into, officer)
    assert (source.merged_into, source.is_active) == (into, False)
    for login in ("be@nscl.example", "0912000214", "K7M4-PQ29"):
        assert enters(login, PASSWORD) == str(into.pk), login
        assert enters(login, PIN) is None, login


def test_a_number_that_the_survivor_has_no_room_for_still_leads_there(pair, officer):
    source, into = pair
    User.objects.filter(pk=into.pk).update(login_phone="+84912000999", login_code="K7M4PQ28")
    merged(source, into, officer)
    assert (source.login_code, into.login_code) == ("K7M4PQ29", "K7M4PQ28")
    assert enters("K7M4PQ29", PASSWORD) == enters("K7M4PQ28", PASSWORD) == str(into.pk)
    assert enters("K7M4PQ29", PIN) is None


def test_the_secret_moves_to_a_survivor_without_one(officer):
    source = make_person("Một", email="", password=PIN, login_code="K7M4PQ29", must_choose_secret=True)
    into = make_person("Một", email="", password=None)
    merged(source, into, officer)
    assert enters("K7M4PQ29", PIN) == str(into.pk)
    assert into.must_choose_secret


def test_addresses_and_passkeys_move_and_none_is_confirmed_twice(pair, officer):
    source, into = pair
    EmailAddress.objects.create(user=source, email="khac@nscl.example", verified=True, primary=True)
    EmailAddress.objects.create(user=source, email="chua@nscl.example", verified=False)
    Authenticator.objects.create(user=source, type=Authenticator.Type.WEBAUTHN, data={})
    merged(source, into, officer)
    rows = EmailAddress.objects.filter(user=into).order_by("email").values_list("email", "verified", "primary")
    assert list(rows) == [
        ("be@nscl.example", True, True),
        ("chua@nscl.example", False, False),
        ("khac@nscl.example", True, False),
    ]
    assert Authenticator.objects.get().user == into


def test_a_session_of_the_merged_account_ends(client, pair, officer):
    source, into = pair
    client.force_login(source)
    merged(source, into, officer)
    assert client.get("/vi/account/profile/").status_code == 302


def test_facts_fill_only_what_is_empty(pair, officer):
    source, into = pair
    User.objects.filter(pk=source.pk).update(job="Tổ trưởng", birth_date=date(1990, 1, 1), sex="female")
    actions.set_identity(person=source, number="093192004218", by=source, at=AT)
    source.refresh_from_db()
    merged(source, into, officer)
    assert (into.job, into.birth_date, into.sex) == ("Tổ trưởng", BORN, "female")
    assert actions.see_identity(person=into, by=into, at=AT) == "093192004218"
    assert into.full_name == "Trần Thị Bé"


def test_times_in_enterprises_count_as_they_were(pair, officer):
    source, into = pair
    both, past, present = make_enterprise(), make_enterprise("Cũ (mẫu)"), make_enterprise("Mới (mẫu)")
    join(into, both, since=date(2026, 3, 1))
    join(source, both, since=date(2026, 1, 1), contact=True)
    join(source, present, since=date(2026, 5, 1))
    Membership.objects.create(person=source, enterprise=past, since=date(2024, 1, 1), ended_on=date(2025, 1, 1))
    merged(source, into, officer)
    assert into.enterprise_on(date(2024, 6, 1)) == past
    assert into.enterprise_on(date(2026, 2, 1)) == both
    assert into.enterprise_on(date(2026, 6, 1)) == present
    open_ones = Membership.objects.filter(ended_on=None)
    assert {(row.person, row.enterprise) for row in open_ones} == {(into, both), (into, present)}
    assert Membership.objects.count() == 4
    assert open_ones.get(enterprise=both).is_contact


def test_consents_move_with_their_history_and_the_newer_text_stands(pair, officer):
    source, into = pair
    for person, purpose, version in (
        (source, "terms", "2026-11"),
        (into, "terms", "2025-01"),
        (source, "news", "2025-01"),
        (source, "register", "2025-01"),
        (into, "register", "2026-11"),
    ):
        Consent.objects.create(person=person, purpose=purpose, text_version=version, given_at=AT)
    merged(source, into, officer)
    in_force = dict(Consent.objects.filter(person=into, withdrawn_at=None).values_list("purpose", "text_version"))
    assert in_force == {"terms": "2026-11", "news": "2025-01", "register": "2026-11"}
    assert Consent.objects.filter(person=into).count() == 5


def test_letters_and_requests_move_and_none_is_lost(pair, officer):
    source, into = pair
    for person, key in ((source, "1"), (source, "2"), (into, "2")):
        actions.notify(person=person, kind="attempt_graded", key=key, at=AT, facts={})
    for person in pair:
        actions.ask_erasure(person=person, reason="", by=person, at=AT)
    before = Notice.objects.filter(kind="attempt_graded", channel="screen").count()
    merged(source, into, officer)
    told = Notice.objects.filter(kind="attempt_graded", channel="screen")
    assert told.count() == before
    assert set(told.filter(person=into).values_list("key", flat=True)) == {"1", "2"}
    asked = DataRequest.objects.filter(person=into)
    assert sorted(asked.values_list("state", flat=True)) == ["asked", "taken-back"]


def test_it_is_told_and_stands_in_both_histories(pair, officer):
    source, into = pair
    merged(source, into, officer)
    assert PersonEvent.objects.get(subject=source, new="merged").by == officer
    assert PersonEvent.objects.get(subject=into, new="merged_from").data["source"] == source.pk
    assert Notice.objects.filter(person=into, kind="accounts_merged", channel="screen").count() == 1


def world():
    return [list(model.objects.order_by("pk").values()) for model in (User, PersonEvent, Notice, EmailAddress, Consent)]


def test_asked_twice_it_changes_nothing(pair, officer):
    source, into = pair
    merged(source, into, officer)
    before = world()
    assert merged(source, into, officer) == into
    assert world() == before


def test_a_chain_ends_at_the_last(officer):
    first, second, third = (make_person(f"Người {n}") for n in range(3))
    merged(first, second, officer)
    merged(second, third, officer)
    first.refresh_from_db()
    assert (first.merged_into, second.merged_into) == (third, third)
    assert set(User.objects.same_as(third)) == set(User.objects.same_as(first)) == {first, second, third}


def test_not_both_ways_and_not_into_what_is_merged(pair, officer):
    source, into = pair
    merged(source, into, officer)
    other = make_person("Người Khác")
    for one, two in ((into, source), (source, other), (other, source)):
        with pytest.raises(Conflict):
            actions.merge_people(source=one, into=two, by=officer, at=AT)


class TestWho:
    def test_an_account_with_a_role_does_not_go(self, officer):
        with pytest.raises(Refused):
            actions.merge_people(source=make_person(roles=(Role.EXAMINER,)), into=make_person(), by=officer, at=AT)

    def test_into_staff_only_by_an_administrator_and_without_logins(self, pair, officer, admin):
        source, _into = pair
        EmailAddress.objects.create(user=source, email="khac@nscl.example", verified=True, primary=True)
        staff = make_person("Giảng Viên", roles=(Role.INSTRUCTOR,))
        with pytest.raises(Refused):
            actions.merge_people(source=source, into=staff, by=officer, at=AT)
        merged(source, staff, admin)
        assert EmailAddress.objects.get(email="khac@nscl.example").user == source
        assert staff.login_code is None
        assert enters("khac@nscl.example", PIN) is None
        assert enters("K7M4PQ29", PIN) is None

    def test_nobody_merges_an_account_of_their_own(self, officer):
        with pytest.raises(Refused):
            actions.merge_people(source=make_person(), into=officer, by=officer, at=AT)

    @pytest.mark.parametrize("role", [Role.OFFICER, Role.INSPECTOR, Role.INSTRUCTOR])
    def test_other_staff_does_not_merge(self, pair, role):
        with pytest.raises(Refused):
            actions.merge_people(source=pair[0], into=pair[1], by=make_person(roles=(role,)), at=AT)

    def test_the_erased_are_not_merged(self, pair, officer):
        User.objects.filter(pk=pair[0].pk).update(erased_at=AT)
        with pytest.raises(Refused):
            actions.merge_people(source=pair[0], into=pair[1], by=officer, at=AT)

    def test_oneself_is_not_a_duplicate(self, pair, officer):
        assert actions.why_not_merge(source=pair[0], into=pair[0], by=officer)


class Killed(BaseException):
    """The process dies."""


def test_killed_half_way_nothing_happened_and_it_is_done_again(pair, officer):
    source, into = pair
    before = world()
    last = max(personal_data._keepers)
    keeper = mock.Mock(wraps=personal_data._keepers[last], floor=last)
    keeper.merge.side_effect = Killed
    with mock.patch.dict(personal_data._keepers, {last: keeper}), pytest.raises(Killed):
        actions.merge_people(source=source, into=into, by=officer, at=AT)
    assert world() == before
    assert merged(source, into, officer) == into


class TestScreens:
    def test_the_office_chooses_who_goes_on(self, client, pair, officer):
        source, into = pair
        client.force_login(officer)
        url = reverse("people_admin:merge", args=[source.pk, into.pk])
        assert client.post(url, {"into": into.pk}).status_code == 422
        assert client.post(url, {"into": officer.pk, "sure": "on"}).status_code == 422
        answer = client.post(url, {"into": into.pk, "sure": "on"})
        assert answer["Location"] == reverse("people_admin:person", args=[into.pk])
        source.refresh_from_db()
        assert source.merged_into == into
        assert client.post(url, {"into": source.pk, "sure": "on"}).status_code == 409
        assert "Tran Thi Be" in client.get(answer["Location"]).content.decode()
        assert client.get(reverse("people_admin:person", args=[source.pk])).status_code == 200
        listed = client.get(reverse("people_admin:people")).content.decode()
        assert "Trần Thị Bé" in listed and "Tran Thi Be" not in listed

    def test_what_stands_against_it_is_said_before(self, client, officer):
        staff, other = make_person("Cô Giáo", roles=(Role.INSTRUCTOR,)), make_person("Học Viên")
        client.force_login(officer)
        page = client.get(reverse("people_admin:compare", args=[staff.pk, other.pk]))
        assert page.context["bars_left"] and page.context["bars_right"]
        url = reverse("people_admin:merge", args=[staff.pk, other.pk])
        assert client.post(url, {"into": staff.pk, "sure": "on"}).status_code == 409
        other.refresh_from_db()
        assert other.merged_into is None


def test_a_person_in_two_enterprises_at_different_times_counts_as_they_were():
    person, old, new = make_person(), make_enterprise("Cũ (mẫu)"), make_enterprise("Mới (mẫu)")
    first = join(person, old, since=date(2025, 1, 1))
    actions.leave_enterprise(membership=first, on=date(2026, 1, 1), by=None, at=AT)
    join(person, new, since=date(2026, 1, 1))
    days = (date(2024, 12, 31), date(2025, 12, 31), date(2026, 1, 1))
    assert [person.enterprise_on(day) for day in days] == [None, old, new]
    assert person.memberships.on(date(2026, 1, 1) - timedelta(days=1)).get().enterprise == old
