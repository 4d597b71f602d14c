"""The list of enterprises, narrowed, counted and as a file."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.lib.access import Role
from people import actions
from people.models import Enterprise
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


def listed(answer) -> list[str]:
    return [row.name for row in answer.context["rows"]]


def test_the_list_is_narrowed(programme):
    url = reverse("people_admin:enterprises")
    commune, garment = make_commune(), make_sector("may-mac")
    one = make_enterprise("Công ty Một (mẫu)", commune=commune, size="large", legal_form="joint-stock")
    make_enterprise("Hợp tác xã Hai (mẫu)", legal_form="cooperative", sector=garment, size="", size_as_of=None)
    join(make_person("Người Đầu Mối"), one, contact=True)
    assert listed(programme.get(url)) == ["Công ty Một (mẫu)", "Hợp tác xã Hai (mẫu)"]
    for filters, name in (
        ({"q": "mot"}, "Công ty Một (mẫu)"),
        ({"sector": garment.pk}, "Hợp tác xã Hai (mẫu)"),
        ({"size": "large"}, "Công ty Một (mẫu)"),
        ({"size": "none"}, "Hợp tác xã Hai (mẫu)"),
        ({"legal_form": "cooperative"}, "Hợp tác xã Hai (mẫu)"),
        ({"commune": commune.pk}, "Công ty Một (mẫu)"),
        ({"contact": "yes"}, "Công ty Một (mẫu)"),
        ({"contact": "no"}, "Hợp tác xã Hai (mẫu)"),
    ):
        assert listed(programme.get(url, filters)) == [name], filters
    assert listed(programme.get(url, {"q": "Một", "contact": "no"})) == []


def test_the_list_asks_as_often_for_three_as_for_one(programme, django_assert_max_num_queries):
    url = reverse("people_admin:enterprises")
    join(make_person(), make_enterprise("Công ty 0 (mẫu)", commune=make_commune()), contact=True)
    with django_assert_max_num_queries(60) as one:
        programme.get(url)
    for number in range(1, 3):
        enterprise = make_enterprise(f"Công ty {number} (mẫu)", commune=make_commune())
        join(make_person(), enterprise, contact=True)
    with django_assert_max_num_queries(len(one.captured_queries)):
        assert len(listed(programme.get(url))) == 3


def test_the_page_asks_as_often_for_many_as_for_one(programme, django_assert_max_num_queries):
    enterprise = actions.save_enterprise(enterprise=new(staff=9, revenue_bn=Decimal(2)), by=None, at=AT)
    actions.appoint_contact(membership=join(make_person(), enterprise), by=make_person("Cán Bộ Hai"), at=AT)
    url = reverse("people_admin:enterprise", args=[enterprise.pk])
    with django_assert_max_num_queries(70) as one:
        programme.get(url)
    for number in range(4):
        enterprise.staff = 20 + number
        actions.save_enterprise(enterprise=enterprise, by=None, at=AT)
        actions.appoint_contact(membership=join(make_person(f"Người {number}"), enterprise), by=None, at=AT)
    with django_assert_max_num_queries(len(one.captured_queries)):
        programme.get(url)


def test_the_file_holds_the_same_rows_and_no_formula(programme):
    make_enterprise("=HYPERLINK(1)", tax_code="9900010102", address="@SUM(A1)")
    make_enterprise("Hợp tác xã Hai (mẫu)", legal_form="cooperative")
    answer = programme.get(reverse("people_admin:enterprise_export"), {"q": "hyperlink"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(cell.value == "=HYPERLINK(1)" and cell.data_type == "s" for cell in cells)
    assert any(cell.value == "@SUM(A1)" and cell.data_type == "s" for cell in cells)
    assert any(cell.value == "9900010102" and cell.data_type == "s" for cell in cells)
    assert not any(cell.data_type == "f" or cell.value == "Hợp tác xã Hai (mẫu)" for cell in cells)
    assert answer["Content-Disposition"].endswith(f'doanh-nghiep-{timezone.localdate()}.xlsx"')
