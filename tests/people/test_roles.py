"""Roles: who gives them, when they hold."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from lms.lib.states import NotAllowed, Refused
from people import actions
from people.models import PersonEvent, RoleGrant, User
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db


def test_granted_and_ended_hold_from_the_next_request_on():
    admin = make_person("Quản Trị", roles=(Role.ADMINISTRATOR,))
    person = make_person("Nguyễn Văn An")
    client = Client()
    client.force_login(person)
    page = reverse("people_admin:people")
    assert client.get(page).status_code == 403
    actions.grant_role(person=person, role=Role.OFFICER, by=admin, at=AT)
    assert client.get(page).status_code == 200
    actions.end_role(person=person, role=Role.OFFICER, by=admin, at=AT)
    assert client.get(page).status_code == 403
    assert not User.objects.get(pk=person.pk).groups.exists()


def test_a_role_is_held_once_and_its_history_kept():
    admin, person = make_person("Quản Trị", roles=(Role.ADMINISTRATOR,)), make_person()
    for _time in range(2):
        actions.grant_role(person=person, role=Role.EXAMINER, by=admin, at=AT)
    actions.end_role(person=person, role=Role.EXAMINER, by=admin, at=AT)
    actions.end_role(person=person, role=Role.EXAMINER, by=admin, at=AT)
    actions.grant_role(person=person, role=Role.EXAMINER, by=admin, at=AT)
    assert RoleGrant.objects.filter(person=person).count() == 2
    told = PersonEvent.objects.filter(subject=person).values_list("new", flat=True)
    assert list(told) == ["role_granted", "role_ended", "role_granted"]


def test_nobody_grants_to_themselves_nor_a_role_that_follows_from_facts():
    admin, person = make_person("Quản Trị", roles=(Role.ADMINISTRATOR,)), make_person()
    with pytest.raises(NotAllowed):
        actions.grant_role(person=admin, role=Role.DECIDER, by=admin, at=AT)
    for role in (Role.TRAINEE, Role.CONTACT, Role.ANONYMOUS):
        with pytest.raises(Refused):
            actions.grant_role(person=person, role=role, by=admin, at=AT)
    assert User.objects.get(pk=person.pk).role_names == []


def test_the_last_administrator_stays():
    first = make_person("Một", roles=(Role.ADMINISTRATOR,))
    second = make_person("Hai", roles=(Role.ADMINISTRATOR,))
    actions.end_role(person=first, role=Role.ADMINISTRATOR, by=second, at=AT)
    with pytest.raises(Refused):
        actions.end_role(person=second, role=Role.ADMINISTRATOR, by=first, at=AT)
    assert User.objects.get(pk=second.pk).has_role(Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.ANONYMOUS, Role.CONTACT, Role.TRAINEE}))
def test_only_an_administrator_grants_on_the_page(role):
    client, person = Client(), make_person()
    client.force_login(make_person("Cán Bộ", roles=(role,)))
    for name in ("grant", "end"):
        answer = client.post(reverse(f"people_admin:{name}", args=[person.pk]), {"role": "officer"})
        assert answer.status_code == 403
    assert not RoleGrant.objects.filter(person=person).exists()


def test_an_administrator_grants_and_ends_on_the_page():
    client, person = Client(), make_person()
    client.force_login(make_person("Quản Trị", roles=(Role.ADMINISTRATOR,)))
    client.post(reverse("people_admin:grant", args=[person.pk]), {"role": "officer"})
    assert User.objects.get(pk=person.pk).role_names == ["officer"]
    client.post(reverse("people_admin:grant", args=[person.pk]), {"role": "trainee"})
    client.post(reverse("people_admin:end", args=[person.pk]), {"role": "officer"})
    assert User.objects.get(pk=person.pk).role_names == []


def test_saving_a_profile_does_not_bring_an_ended_role_back():
    admin, person = make_person("Quản Trị", roles=(Role.ADMINISTRATOR,)), make_person(roles=(Role.OFFICER,))
    read_before = User.objects.get(pk=person.pk)
    actions.end_role(person=person, role=Role.OFFICER, by=admin, at=AT)
    actions.update_profile(person=read_before, by=read_before, at=AT, full_name="Trần Thị Bé")
    assert User.objects.get(pk=person.pk).role_names == []


@pytest.mark.parametrize(
    "path", ["/admin/users/", "/admin/users/add/", "/admin/users/{pk}/", "/admin/users/{pk}/delete/"]
)
def test_wagtails_own_screens_for_users_lead_to_ours(path):
    boss = User.objects.create_superuser("boss", full_name="Chủ Máy")
    client = Client()
    client.force_login(boss)
    for answer in (client.get(path.format(pk=boss.pk)), client.post(path.format(pk=boss.pk))):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/admin/people/")


def test_bulk_actions_on_users_are_nobodys():
    client = Client()
    client.force_login(User.objects.create_superuser("boss", full_name="Chủ Máy"))
    for action in ("assign_role", "delete", "set_active_state"):
        assert client.get(f"/admin/bulk/people/user/{action}/?id=1").status_code == 405


def test_the_back_office_greets_by_name_and_its_account_page_opens():
    client = Client()
    client.force_login(make_person("Đặng Thị Thu Hà", roles=(Role.ADMINISTRATOR,)))
    page = client.get("/admin/account/")
    assert page.status_code == 200
    assert "name_email-last_name" not in page.content.decode()
    assert client.post("/admin/account/", {"locale-preferred_language": "en"}).status_code in (200, 302)
    assert Client().get("/admin/account/").status_code == 302
    home = client.get("/admin/").content.decode()
    assert "/admin/groups/" not in home
    assert "/admin/users/" not in home
