"""Enterprises: registered, changed, sized; where they are; who speaks for them; the list and its file."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from lms.lib.states import Conflict, Refused
from people import actions, communes, sizes
from people.models import AdministrativeUnit, Enterprise, EnterpriseEvent, Membership, PersonEvent
from people.starter import load_units
from tests.factories import AT, join, make_commune, make_enterprise, make_person, make_province, make_sector

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def client(*roles: Role) -> Client:
    made = Client()
    made.force_login(make_person("Cán Bộ", roles=roles))
    return made


@pytest.fixture
def programme(db) -> Client:
    make_province()
    return client(Role.PROGRAMME)


def new(**fields: Any) -> Enterprise:
    facts = {"name": "Công ty TNHH Hải Vĩnh (mẫu)", "legal_form": "company-limited", "vsic": "C"}
    return Enterprise(**{**facts, "sector": make_sector(), **fields})


def data(**fields: Any) -> dict[str, Any]:
    facts = {
        "name": "Công ty TNHH Hải Vĩnh (mẫu)",
        "legal_form": "company-limited",
        "sector": make_sector().pk,
        "vsic": "C",
        "staff": "120",
        "revenue_bn": "60",
    }
    return {**facts, **fields}


def lines(enterprise: Enterprise) -> list[str]:
    return list(enterprise.events.order_by("pk").values_list("new", flat=True))


# --- Size and history ------------------------------------------------------------


def test_registering_derives_the_size_and_notes_the_figures():
    made = actions.save_enterprise(
        enterprise=new(staff=120, revenue_bn=Decimal(60)), by=None, at=AT, as_of=date(2025, 12, 31)
    )
    assert (made.size, made.size_as_of) == ("medium", date(2025, 12, 31))
    assert lines(made) == ["registered", "sized"]
    assert made.events.get(new="sized").data == {
        "size": "medium", "as_of": "2025-12-31", "vsic": "C", "staff": 120, "revenue_bn": "60", "capital_bn": None,
    }  # fmt: skip


def test_the_size_on_a_past_day_is_told_after_new_figures():
    made = actions.save_enterprise(
        enterprise=new(staff=9, revenue_bn=Decimal(2)), by=None, at=AT, as_of=date(2024, 12, 31)
    )
    made.staff, made.revenue_bn = 120, Decimal(60)
    actions.save_enterprise(enterprise=made, by=None, at=AT, as_of=date(2025, 12, 31))
    history = actions.size_history(made)
    assert [sizes.on(history, day).size for day in (date(2025, 6, 1), TODAY)] == ["micro", "medium"]
    assert sizes.on(history, date(2025, 6, 1)).figures.staff == 9


def test_figures_of_an_earlier_year_stay_in_the_history():
    made = actions.save_enterprise(
        enterprise=new(staff=120, revenue_bn=Decimal(60)), by=None, at=AT, as_of=date(2025, 12, 31)
    )
    made.staff, made.revenue_bn = 30, Decimal(20)
    actions.save_enterprise(enterprise=made, by=None, at=AT, as_of=date(2023, 12, 31))
    made.refresh_from_db()
    assert (made.staff, made.revenue_bn, made.size, made.size_as_of) == (120, Decimal(60), "medium", date(2025, 12, 31))
    assert sizes.on(actions.size_history(made), date(2024, 6, 30)).size == "small"
    made.staff = None
    with pytest.raises(Refused) as refused:
        actions.save_enterprise(enterprise=made, by=None, at=AT, as_of=date(2022, 12, 31))
    assert refused.value.code == "incomplete"


def test_figures_of_a_day_to_come_are_refused():
    with pytest.raises(Refused) as refused:
        actions.save_enterprise(enterprise=new(), by=None, at=AT, as_of=TODAY + timedelta(days=1))
    assert refused.value.code == "future"
    assert not Enterprise.objects.exists()


def test_another_section_sizes_the_same_figures_anew():
    made = actions.save_enterprise(enterprise=new(staff=90, revenue_bn=Decimal(40)), by=None, at=AT)
    assert made.size == "small"
    made.vsic = "G"
    actions.save_enterprise(enterprise=made, by=None, at=AT)
    assert (made.size, lines(made)) == ("medium", ["registered", "sized", "changed", "sized"])


def test_saving_what_is_there_notes_nothing():
    made = actions.save_enterprise(enterprise=new(staff=90, revenue_bn=Decimal(40)), by=None, at=AT)
    actions.save_enterprise(enterprise=made, by=None, at=AT + timedelta(days=9))
    assert lines(made) == ["registered", "sized"]
    assert made.size_as_of == TODAY


def test_changes_are_kept_before_and_after():
    made = actions.save_enterprise(enterprise=new(), by=None, at=AT)
    made.name, made.commune = "Công ty Cổ phần Hải Vĩnh (mẫu)", make_commune()
    actions.save_enterprise(enterprise=made, by=None, at=AT)
    changes = made.events.get(new="changed").data["changes"]
    assert changes == {
        "name": ["Công ty TNHH Hải Vĩnh (mẫu)", "Công ty Cổ phần Hải Vĩnh (mẫu)"],
        "commune": ["", {"vi": "Xã Tân Thạnh", "en": "Xã Tân Thạnh"}],
    }
    assert Enterprise.objects.get().search_key == "cong ty co phan hai vinh (mau)"


# --- Communes ------------------------------------------------------------


@pytest.fixture
def units(db):
    load_units(settings.BASE_DIR / "starter" / "units")
    return make_province()


def found(text: str, province, day: date = TODAY) -> list[str]:
    return [unit.name_vi for unit in communes.find(text, province=province, day=day)]


def test_a_commune_is_found_without_accents_kind_or_both(units):
    for text in ("Phường Ninh Kiều", "phuong ninh kieu", "ninh kiều", "NINH KIEU", "Ninh  Kiều"):
        assert found(text, units) == ["Phường Ninh Kiều"]
    assert found("Hòa Tú II", units) == []
    assert found("Tú Hòa", units) == ["Xã Hòa Tú"]
    assert found("", units) == []


def test_the_own_province_comes_first_and_another_is_named(units):
    assert [unit.parent_code for unit in communes.find("Tân Thạnh", province=units, day=TODAY)] == ["92"]
    assert len(communes.find("Hoàn Kiếm", province=units, day=TODAY)) == 1
    assert found("Long Xuyên, An Giang", units) == ["Phường Long Xuyên"]
    assert found("Ninh Kiều, An Giang", units) == []


def test_units_of_the_reform_of_april_2026_hold_from_their_day(units):
    assert found("Long Thành, Đồng Nai", units, date(2026, 4, 29)) == ["Xã Long Thành"]
    assert found("Long Thành, Đồng Nai", units) == ["Phường Long Thành"]
    old = AdministrativeUnit.objects.get(name_vi="Xã Long Thành", code="26368")
    assert [unit.name_vi for unit in AdministrativeUnit.objects.following(old, TODAY)] == ["Phường Long Thành"]


def test_every_old_commune_of_the_three_provinces_leads_to_todays(units):
    gone = AdministrativeUnit.objects.communes().filter(valid_to=date(2025, 6, 30))
    todays = {unit.code: unit for unit in AdministrativeUnit.objects.communes().on(TODAY).filter(parent_code="92")}
    led = set()
    for unit in gone:
        following = AdministrativeUnit.objects.following(unit, TODAY)
        assert following, unit.name_vi
        assert {one.former_province for one in following} == {unit.former_province}
        led |= {one.code for one in following}
    assert gone.count() == 263
    assert led == set(todays)


def test_an_older_commune_stays_and_todays_is_proposed_and_taken(programme, units):
    old = AdministrativeUnit.objects.get(code="31729", valid_to=date(2025, 6, 30))
    enterprise = make_enterprise(commune=old, vsic="C")
    page = programme.get(reverse("people_admin:enterprise", args=[enterprise.pk]))
    assert [unit.name_vi for unit in page.context["following"]] == ["Xã Hòa Tú"]
    assert "30/06/2025, Sóc Trăng" in page.content.decode()
    edit = reverse("people_admin:enterprise_edit", args=[enterprise.pk])
    kept = programme.get(edit).context["form"]["commune"].value()
    assert programme.post(edit, data(name=enterprise.name, commune=kept)).status_code == 302
    enterprise.refresh_from_db()
    assert enterprise.commune == old
    stranger = AdministrativeUnit.objects.on(TODAY).get(name_vi="Phường Ninh Kiều")
    programme.post(reverse("people_admin:enterprise_unit", args=[enterprise.pk, stranger.pk]))
    enterprise.refresh_from_db()
    assert enterprise.commune == old
    today = page.context["following"][0]
    for _twice in range(2):
        programme.post(reverse("people_admin:enterprise_unit", args=[enterprise.pk, today.pk]))
    enterprise.refresh_from_db()
    assert enterprise.commune == today
    assert (
        EnterpriseEvent.objects.filter(subject=enterprise, new="changed", data__changes__has_key="commune").count() == 1
    )


def test_a_new_entry_takes_units_of_the_day_only(programme, units):
    url = reverse("people_admin:enterprise_add")
    refused = programme.post(url, data(commune="Xã Hòa Tú II"))
    assert refused.status_code == 422
    said = refused.context["form"].errors["commune"][0]
    assert "Xã Hòa Tú" in said and "30/06/2025" in said
    many = programme.post(url, data(commune="thành"))
    assert many.context["form"].errors.as_data()["commune"][0].code == "many"
    assert programme.post(url, data(commune="khong co xa nay")).status_code == 422
    assert programme.post(url, data(commune="hoa tu")).status_code == 302
    assert Enterprise.objects.get().commune.name_vi == "Xã Hòa Tú"


# --- Registering in the back office ------------------------------------------------------------


@pytest.mark.parametrize("form", Enterprise.LegalForm.values)
def test_every_legal_form_is_registered(programme, form):
    assert programme.post(reverse("people_admin:enterprise_add"), data(legal_form=form)).status_code == 302
    assert Enterprise.objects.get().legal_form == form


def test_sections_stand_with_their_names(programme):
    page = programme.get(reverse("people_admin:enterprise_add")).content.decode()
    assert "C – Công nghiệp chế biến, chế tạo" in page
    assert programme.post(reverse("people_admin:enterprise_add"), data(vsic="Z")).status_code == 422


def test_a_code_that_is_taken_leads_to_its_holder(programme):
    holder = make_enterprise("HTX Cũ (mẫu)", tax_code="9900010102")
    answer = programme.post(reverse("people_admin:enterprise_add"), data(tax_code="9900 010 102"))
    assert answer.status_code == 422
    assert reverse("people_admin:enterprise", args=[holder.pk]) in answer.content.decode()


def test_an_enterprise_that_looks_like_another_is_asked_about_once(programme):
    make_enterprise("CTY TNHH HAI VINH (mẫu)")
    url = reverse("people_admin:enterprise_add")
    asked = programme.post(url, data())
    assert asked.status_code == 409
    assert [one.name for one in asked.context["form"].alike] == ["CTY TNHH HAI VINH (mẫu)"]
    assert programme.post(url, data(even_if_alike="on")).status_code == 302
    assert Enterprise.objects.count() == 2


def test_figures_of_a_day_to_come_are_a_fault_of_the_form(programme):
    answer = programme.post(reverse("people_admin:enterprise_add"), data(as_of="31/12/2099"))
    assert answer.context["form"].errors.as_data()["as_of"][0].code == "future"


def test_the_page_shows_how_the_size_follows(programme):
    programme.post(reverse("people_admin:enterprise_add"), data(as_of="31/12/2025"))
    page = programme.get(reverse("people_admin:enterprise", args=[Enterprise.objects.get().pk]))
    assert [step.fits for step in page.context["steps"]] == [False, False, True]
    text = page.content.decode()
    assert "31/12/2025" in text and "80/2021" in text and "120 &gt; 100" in text


# --- Contacts ------------------------------------------------------------


def test_contacts_are_appointed_and_ended_with_history(programme):
    enterprise = make_enterprise()
    posts = [join(make_person(f"Nguyễn Thị {name}"), enterprise) for name in ("An", "Bình")]
    page = reverse("people_admin:enterprise", args=[enterprise.pk])
    for post in posts:
        programme.post(reverse("people_admin:contact_appoint", args=[enterprise.pk]), {"membership": post.pk})
    assert [post.person.is_contact for post in Membership.objects.select_related("person")] == [True, True]
    for post in posts:
        programme.post(reverse("people_admin:contact_end", args=[post.pk]))
    assert not Membership.objects.filter(is_contact=True).exists()
    assert Membership.objects.filter(ended_on=None).count() == 2
    assert lines(enterprise) == ["contact_appointed"] * 2 + ["contact_ended"] * 2
    assert list(PersonEvent.objects.filter(subject=posts[0].person).values_list("new", flat=True)) == [
        "contact_appointed",
        "contact_ended",
    ]
    text = programme.get(page).content.decode()
    assert "Nguyễn Thị An" in text
    assert programme.get(page).context["contacts"].count() == 0


def test_nobody_else_is_appointed(programme):
    enterprise, stranger = make_enterprise(), join(make_person(), make_enterprise("Nơi khác (mẫu)"))
    programme.post(reverse("people_admin:contact_appoint", args=[enterprise.pk]), {"membership": stranger.pk})
    stranger.refresh_from_db()
    assert stranger.is_contact is False


def test_who_left_is_no_contact_any_more():
    enterprise = make_enterprise()
    post = join(make_person(), enterprise, contact=True)
    actions.leave_enterprise(membership=post, on=TODAY, by=None, at=AT)
    with pytest.raises(Conflict):
        actions.end_contact(membership=post, by=None, at=AT)
    assert not Enterprise.objects.visible_to(post.person).exists()


def test_a_day_to_come_is_no_last_day():
    post = join(make_person(), make_enterprise())
    with pytest.raises(Refused) as refused:
        actions.leave_enterprise(membership=post, on=TODAY + timedelta(days=1), by=None, at=AT)
    assert refused.value.code == "future"


def test_joining_again_with_the_same_post_notes_nothing():
    person, enterprise = make_person(), make_enterprise()
    for _twice in range(2):
        actions.join_enterprise(person=person, enterprise=enterprise, since=TODAY, by=None, at=AT, job="KCS")
    assert list(person.events.values_list("new", flat=True)) == ["joined"]


# --- Who sees what ------------------------------------------------------------


def test_staff_read_and_only_the_office_changes(programme):
    enterprise = make_enterprise()
    for role in (Role.INSPECTOR, Role.OFFICER):
        reader = client(role)
        assert reader.get(reverse("people_admin:enterprises")).status_code == 200
        assert reader.get(reverse("people_admin:enterprise_export")).status_code == 200
        page = reader.get(reverse("people_admin:enterprise", args=[enterprise.pk]))
        assert page.status_code == 200
        assert reverse("people_admin:enterprise_edit", args=[enterprise.pk]) not in page.content.decode()
        assert reader.get(reverse("people_admin:enterprise_edit", args=[enterprise.pk])).status_code == 403
        assert reader.post(reverse("people_admin:contact_appoint", args=[enterprise.pk])).status_code == 403


def test_a_contact_sees_their_own_enterprise_alone():
    own, other = make_enterprise(), make_enterprise("Nơi khác (mẫu)")
    contact = make_person("Người Đầu Mối")
    join(contact, own, contact=True)
    join(contact, other)
    assert list(Enterprise.objects.visible_to(contact)) == [own]
    assert list(Enterprise.objects.offered_to(contact)) == [own]
