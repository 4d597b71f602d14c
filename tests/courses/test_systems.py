"""Systems that an enterprise applies or is certified for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import actions
from courses.models import AppliedSystem, Edition
from lms.lib.access import Role
from lms.lib.states import Conflict, Refused
from people import actions as people
from people.models import Enterprise
from tests.factories import AT, join, make_course, make_enterprise, make_person, make_province

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def edition(db) -> Edition:
    make_province()
    return make_course().edition


def system(enterprise: Enterprise, edition: Edition, **fields: Any) -> AppliedSystem:
    facts = {"kind": "certified", "body": "QUACERT (mẫu)", "number": "QC-1", "valid_until": date(2027, 1, 1)}
    return AppliedSystem(enterprise=enterprise, subject=edition.subject, edition=edition, **{**facts, **fields})


def add(enterprise: Enterprise, edition: Edition, **fields: Any) -> AppliedSystem:
    return actions.add_system(system=system(enterprise, edition, **fields), by=None, at=AT)


def lines(enterprise: Enterprise) -> list[str]:
    return list(enterprise.events.order_by("pk").values_list("new", flat=True))


def test_a_system_is_entered_changed_and_ended_with_history(edition):
    enterprise = make_enterprise()
    made = add(enterprise, edition)
    made.valid_until = date(2028, 1, 1)
    actions.change_system(system=made, by=None, at=AT)
    actions.change_system(system=made, by=None, at=AT)
    actions.end_system(system=made, on=TODAY, by=None, at=AT)
    assert lines(enterprise) == ["system_added", "system_changed", "system_ended"]
    before, after = enterprise.events.get(new="system_changed").data["text"].split(" → ")
    assert "01/01/2027" in before and "01/01/2028" in after
    with pytest.raises(Conflict):
        actions.end_system(system=made, on=TODAY, by=None, at=AT)
    assert not AppliedSystem.objects.in_force(TODAY).exists()
    assert AppliedSystem.objects.count() == 1


def test_a_certificate_is_in_force_up_to_its_last_day(edition):
    add(make_enterprise(), edition, valid_until=TODAY)
    assert AppliedSystem.objects.in_force(TODAY).count() == 1
    assert AppliedSystem.objects.in_force(TODAY + timedelta(days=1)).count() == 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": ""}, "certificate"),
        ({"number": ""}, "certificate"),
        ({"since": date(2027, 6, 1)}, "order"),
    ],
)
def test_what_does_not_add_up_is_refused(edition, fields, code):
    with pytest.raises(Refused) as refused:
        add(make_enterprise(), edition, **fields)
    assert refused.value.code == code
    assert not AppliedSystem.objects.exists()


def test_an_edition_of_another_standard_is_refused(edition):
    made = system(make_enterprise(), edition)
    made.subject = make_course("5S").subject
    with pytest.raises(Refused) as refused:
        actions.add_system(system=made, by=None, at=AT)
    assert refused.value.code == "edition"


def test_the_same_line_twice_is_one(edition):
    enterprise = make_enterprise()
    add(enterprise, edition)
    with pytest.raises(Refused):
        add(enterprise, edition)
    add(enterprise, edition, number="QC-2")
    add(enterprise, edition, kind="applied", body="", number="", valid_until=None)
    with pytest.raises(Refused):
        add(enterprise, edition, kind="applied", body="", number="", valid_until=None)
    assert AppliedSystem.objects.count() == 3


def test_the_end_lies_between_the_beginning_and_today(edition):
    made = add(make_enterprise(), edition, since=date(2026, 1, 1))
    for day in (date(2025, 12, 31), TODAY + timedelta(days=1)):
        with pytest.raises(Refused):
            actions.end_system(system=made, on=day, by=None, at=AT)


# --- The back office ----------------------------------------------------------------------


def client(*roles: Role) -> Client:
    made = Client()
    made.force_login(make_person("Cán Bộ", roles=roles))
    return made


def data(edition: Edition, **fields: Any) -> dict[str, Any]:
    facts = {
        "subject": edition.subject_id,
        "edition": edition.pk,
        "kind": "certified",
        "body": "QUACERT (mẫu)",
        "number": "QC-1",
        "since": "01/02/2024",
        "valid_until": "31/01/2025",
    }
    return {**facts, **fields}


def test_the_office_keeps_systems_and_sees_what_expired(edition):
    office, enterprise = client(Role.PROGRAMME), make_enterprise()
    url = reverse("courses_admin:system_add", args=[enterprise.pk])
    assert office.get(url).status_code == 200
    lacking = office.post(url, data(edition, body="", number="", valid_until="01/01/2020"))
    assert lacking.status_code == 422
    assert set(lacking.context["form"].errors) == {"body", "number", "valid_until"}
    assert office.post(url, data(edition)).status_code == 302
    made = AppliedSystem.objects.get()
    page = reverse("people_admin:enterprise", args=[enterprise.pk])
    assert "w-text-critical-200" in office.get(page).content.decode()
    edit = reverse("courses_admin:system_edit", args=[enterprise.pk, made.pk])
    assert office.post(edit, data(edition, valid_until="31/01/2099")).status_code == 302
    assert "w-text-critical-200" not in office.get(page).content.decode()
    end = reverse("courses_admin:system_end", args=[enterprise.pk, made.pk])
    assert office.get(end).status_code == 200
    assert office.post(end, {"on": "31/12/2099"}).status_code == 422
    today = timezone.localdate()
    assert office.post(end, {"on": f"{today:%d/%m/%Y}"}).status_code == 302
    made.refresh_from_db()
    assert made.ended_on == today
    assert office.get(edit).status_code == 404
    assert client(Role.INSPECTOR).get(url).status_code == 403


def test_a_system_is_found_under_its_own_enterprise_alone(edition):
    office, made = client(Role.PROGRAMME), add(make_enterprise(), edition)
    other = make_enterprise("Nơi khác (mẫu)")
    assert office.get(reverse("courses_admin:system_edit", args=[other.pk, made.pk])).status_code == 404


def test_the_list_of_enterprises_is_narrowed_by_systems(edition):
    office, today = client(Role.PROGRAMME), timezone.localdate()
    one, two, three = (make_enterprise(f"Công ty {name} (mẫu)") for name in ("Một", "Hai", "Ba"))
    add(one, edition, valid_until=today + timedelta(days=30))
    add(two, edition, valid_until=today - timedelta(days=1))
    url = reverse("people_admin:enterprises")
    for key, names in (
        ("any", [one]),
        ("certified", [one]),
        ("expired", [two]),
        ("none", [three, two]),
    ):
        answer = office.get(url, {"system": key})
        assert [row.pk for row in answer.context["rows"]] == [firm.pk for firm in names], key


# --- The enterprise's own contact -------------------------------------------------------------


@pytest.fixture
def contact(db) -> Client:
    made = Client()
    person = make_person("Người Đầu Mối")
    join(person, make_enterprise(), contact=True)
    made.force_login(person)
    return made


def test_a_contact_keeps_the_systems_of_the_own_enterprise(contact, edition):
    own = Enterprise.objects.get()
    assert contact.post(reverse("certificates:enterprise_system_add", args=[own.pk]), data(edition)).status_code == 302
    made = AppliedSystem.objects.get()
    about = contact.get(reverse("certificates:enterprise_about", args=[own.pk])).content.decode()
    assert "QC-1" in about and "badge--bad" in about
    edit = reverse("certificates:enterprise_system_edit", args=[own.pk, made.pk])
    assert contact.post(edit, data(edition, number="QC-9")).status_code == 302
    end = reverse("certificates:enterprise_system_end", args=[own.pk, made.pk])
    assert contact.post(end, {"on": f"{timezone.localdate():%d/%m/%Y}"}).status_code == 302
    made.refresh_from_db()
    assert (made.number, made.ended_on) == ("QC-9", timezone.localdate())
    assert own.events.get(new="system_added").by.full_name == "Người Đầu Mối"


def test_another_enterprise_is_as_good_as_missing(contact, edition):
    other = make_enterprise("Nơi khác (mẫu)")
    theirs = add(other, edition)
    own = Enterprise.objects.exclude(pk=other.pk).get()
    for pk in (other.pk, 987654):
        assert contact.get(reverse("certificates:enterprise_about", args=[pk])).status_code == 404
        assert contact.get(reverse("certificates:enterprise_about_edit", args=[pk])).status_code == 404
        added = contact.post(reverse("certificates:enterprise_system_add", args=[pk]), data(edition))
        assert added.status_code == 404
        edited = contact.post(reverse("certificates:enterprise_system_edit", args=[pk, theirs.pk]), data(edition))
        assert edited.status_code == 404
    for firm in (other, own):
        ended = contact.post(
            reverse("certificates:enterprise_system_end", args=[firm.pk, theirs.pk]), {"on": "1/1/2026"}
        )
        assert ended.status_code == 404
    theirs.refresh_from_db()
    assert (theirs.ended_on, theirs.number, AppliedSystem.objects.count()) == (None, "QC-1", 1)


def test_a_contact_declares_figures_and_nothing_of_the_offices(contact):
    own = Enterprise.objects.get()
    edit = reverse("certificates:enterprise_about_edit", args=[own.pk])
    assert contact.get(edit).status_code == 200
    sent = {"products": "Tôm", "staff": "9", "revenue_bn": "2,5", "name": "Tên khác", "tax_code": "9900010102",
            "size": "large", "merged_into": own.pk, "legal_form": "public"}  # fmt: skip
    assert contact.post(edit, sent).status_code == 302
    own.refresh_from_db()
    assert (own.products, own.staff, own.size, own.size_as_of) == ("Tôm", 9, "micro", timezone.localdate())
    assert (own.name, own.tax_code, own.legal_form, own.merged_into) == (
        "Công ty TNHH Thủy sản Hậu Giang (mẫu)", None, "company-limited", None,
    )  # fmt: skip
    assert own.events.get(new="sized").by.full_name == "Người Đầu Mối"


def test_the_address_of_a_merged_enterprise_leads_its_contact_to_the_survivor(contact):
    own = Enterprise.objects.get()
    other = make_enterprise("CTY THUY SAN HAU GIANG")
    people.merge_enterprises(source=other, into=own, by=None, at=AT)
    page = contact.get(reverse("certificates:enterprise_about", args=[other.pk]))
    assert page.context["enterprise"] == own
