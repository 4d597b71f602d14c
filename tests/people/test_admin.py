"""People and enterprises in the back office."""

import pytest
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from people import actions
from people.models import Enterprise, Job, Membership
from tests.factories import AT, join, make_enterprise, make_person, make_sector

pytestmark = pytest.mark.django_db
PEOPLE = "/admin/people/"


@pytest.fixture
def officer():
    client = Client()
    client.force_login(make_person("Cán Bộ", roles=(Role.OFFICER,)))
    return client


@pytest.fixture
def programme():
    client = Client()
    client.force_login(make_person("Chương Trình", roles=(Role.PROGRAMME,)))
    return client


@pytest.fixture
def admin():
    client = Client()
    client.force_login(make_person("Quản Trị", roles=(Role.ADMINISTRATOR,)))
    return client


def names(answer):
    return [row.name for row in answer.context["rows"]]


def test_people_are_found_without_accents_and_stand_in_vietnamese_order(officer):
    for name in ("Đỗ Thị Dũng", "Trần Văn Đạt", "Lê Dung", "Nguyễn Thị Ánh"):
        make_person(name)
    assert names(officer.get(PEOPLE)) == ["Nguyễn Thị Ánh", "Cán Bộ", "Lê Dung", "Đỗ Thị Dũng", "Trần Văn Đạt"]
    assert names(officer.get(PEOPLE, {"q": "do dung"})) == ["Đỗ Thị Dũng"]
    assert names(officer.get(PEOPLE, {"q": "ĐẠT"})) == ["Trần Văn Đạt"]


def test_people_are_found_by_code_number_enterprise_and_role(officer):
    enterprise = make_enterprise()
    member = make_person("Danh Thị Srây", email="", login_code="K7M4PQ29", phone="+84912000214")
    join(member, enterprise)
    make_person("Người Khác", roles=(Role.EXAMINER,))
    for filters in ({"q": "k7m4-pq29"}, {"q": "0912 000 214"}, {"enterprise": enterprise.pk}):
        assert names(officer.get(PEOPLE, filters)) == ["Danh Thị Srây"]
    assert names(officer.get(PEOPLE, {"role": "examiner"})) == ["Người Khác"]
    assert names(officer.get(PEOPLE, {"q": "khong co"})) == []


def test_the_list_asks_as_often_for_three_as_for_one(officer, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as one:
        officer.get(PEOPLE)
    for number in range(3):
        join(make_person(f"Nguyễn Văn {'ABC'[number]}n"), make_enterprise(f"Công ty {number} (mẫu)"))
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(names(officer.get(PEOPLE))) == 4


def test_a_person_is_shown_with_history_and_what_signs_them_in(officer):
    person = make_person("Danh Thị Srây", email="sray@nscl.example")
    actions.update_profile(person=person, by=person, at=AT, full_name="Danh Thị Srây", job="Tổ trưởng")
    text = officer.get(reverse("people_admin:person", args=[person.pk])).content.decode()
    for fact in ("sray@nscl.example", "Tổ trưởng"):
        assert fact in text
    assert officer.get(reverse("people_admin:person", args=[10**6])).status_code == 404


def test_the_programme_puts_people_into_enterprises_and_ends_it(programme, officer):
    person, enterprise = make_person("Danh Thị Srây"), make_enterprise()
    url = reverse("people_admin:join", args=[person.pk])
    data = {"enterprise": enterprise.pk, "job": "KCS", "is_contact": "on"}
    assert officer.post(url, data).status_code == 403
    programme.post(url, data)
    membership = Membership.objects.get(person=person)
    assert (membership.is_contact, membership.job) == (True, "KCS")
    programme.post(reverse("people_admin:leave", args=[membership.pk]))
    programme.post(reverse("people_admin:leave", args=[membership.pk]))
    membership.refresh_from_db()
    assert membership.ended_on is not None
    assert [event.new for event in person.events.order_by("pk")] == ["joined", "left"]


def test_an_enterprise_is_entered_with_its_size_derived_and_dated(programme):
    data = {
        "name": "Công ty TNHH Mẫu (mẫu)",
        "tax_code": "0314409058002",
        "legal_form": "company-limited",
        "sector": make_sector().pk,
        "vsic": "C",
        "staff": "120",
        "revenue_bn": "60",
    }
    url = reverse("people_admin:enterprise_add")
    assert programme.get(url).status_code == 200
    assert programme.post(url, data).status_code == 302
    made = Enterprise.objects.get()
    assert (made.tax_code, made.size, made.search_key) == ("0314409058-002", "medium", "cong ty tnhh mau (mau)")
    assert made.size_as_of is not None
    again = programme.post(url, data)
    assert again.status_code == 422
    assert "tax_code" in again.context["form"].errors
    wrong = programme.post(url, {**data, "tax_code": "0100233480"})
    assert wrong.context["form"].errors.as_data()["tax_code"][0].code == "checksum"
    edited = programme.post(
        reverse("people_admin:enterprise_edit", args=[made.pk]), {**data, "staff": "10", "revenue_bn": "3"}
    )
    assert edited.status_code == 302
    made.refresh_from_db()
    assert made.size == "micro"
    assert programme.get(reverse("people_admin:enterprises"), {"q": "MAU"}).context["page"].object_list[0] == made
    assert list(programme.get(reverse("people_admin:enterprises"), {"q": "không"}).context["page"]) == []


def test_a_known_size_stays_without_figures():
    enterprise = make_enterprise()
    actions.save_enterprise(enterprise=enterprise, by=None, at=AT)
    assert (enterprise.size, str(enterprise.size_as_of)) == ("small", "2026-01-01")


def test_jobs_and_notices_are_listed_for_administrators_alone(admin, officer):
    person = make_person("Danh Thị Srây")
    actions.notify(person=person, kind="attempt_graded", key="1", at=AT, facts={"exam": "HACCP"})
    actions.ask_job(kind="export", task="x", arguments={}, by=None, at=AT)
    for name in ("jobs", "notices"):
        url = reverse(f"people_admin:{name}")
        assert officer.get(url).status_code == 403
        assert len(admin.get(url).context["page"].object_list) >= 1
    assert list(admin.get(reverse("people_admin:jobs"), {"state": Job.State.FAILED}).context["page"]) == []
    assert len(admin.get(reverse("people_admin:notices"), {"state": "queued"}).context["page"].object_list) == 1


def test_the_menu_shows_what_would_open(officer, admin):
    assert "/admin/people/slip/" in officer.get("/admin/").content.decode()
    assert "/admin/people/jobs/" not in officer.get("/admin/").content.decode()
    assert "/admin/people/jobs/" in admin.get("/admin/").content.decode()
