"""Names, dates, numbers and communes as people write them."""

import unicodedata
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from people.forms import EnterpriseForm, ProfileForm
from people.forms.fields import BirthDateField, CommuneField, NameField, PhoneField
from people.models import AdministrativeUnit
from tests.factories import make_commune, make_person, make_province, make_sector

DAY = date(2026, 11, 23)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("text", ["03/06/1992", "3/6/1992", "03-06-1992", "3.6.1992", "03 06 1992", "03061992"])
def test_a_date_is_read_day_first_in_every_language(language, text):
    with override(language):
        assert BirthDateField().clean(text) == date(1992, 6, 3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2026", "no_such_day"),
        ("29/02/1993", "no_such_day"),
        ("00/01/1990", "no_such_day"),
        ("01/13/1990", "invalid"),
        ("1990", "invalid"),
        ("hôm qua", "invalid"),
        ("01/01/1890", "year"),
        ("01/01/2999", "year"),
    ],
)
def test_an_impossible_date_is_refused_with_the_reason(text, code):
    with pytest.raises(ValidationError) as refused:
        BirthDateField().clean(text)
    assert refused.value.code == code


def test_the_message_names_the_day_and_the_length_of_the_month():
    with override("en"), pytest.raises(ValidationError) as refused:
        BirthDateField().clean("31/02/2026")
    assert refused.value.messages == ["31/02/2026 is not in the calendar: month 2 of 2026 has 28 days."]


def test_a_name_is_composed_and_its_spaces_are_single():
    assert NameField().clean(unicodedata.normalize("NFD", " Nguyễn  Thị Thắm ")) == "Nguyễn Thị Thắm"


@pytest.mark.parametrize("name", ["Danh Thị Srây", "សុខា ចាន់", "Trần Văn A (mẫu)", "O’Brien", "Anne-Marie"])
def test_names_of_every_people_are_taken(name):
    assert NameField().clean(name) == name


@pytest.mark.parametrize("name", ["A", "1234", "<b>An</b>", "=SUM(A1)", "Nguyễn Văn 2", "An\u202eNguyễn"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValidationError):
        NameField().clean(name)


def test_a_number_is_kept_as_e164_and_shown_as_people_write_it():
    field = PhoneField()
    assert field.clean("0912.000.214") == "+84912000214"
    assert field.prepare_value("+84912000214") == "0912 000 214"
    with pytest.raises(ValidationError):
        field.clean("12345")


@pytest.mark.django_db
def test_communes_in_force_are_offered_by_name_and_the_kept_one_stays():
    province = make_province()
    second = make_commune("31135", "Phường Ninh Kiều")
    first = make_commune("31150", "Phường An Bình")
    old = AdministrativeUnit.objects.create(
        code="31117",
        valid_from=date(2004, 1, 1),
        valid_to=date(2025, 6, 30),
        level="commune",
        name_vi="Phường Cái Khế cũ",
        name_en="Former Cái Khế",
        parent_code="916",
        search_key="",
    )
    field = CommuneField(required=False)
    with override("vi"):
        field.offer(on=DAY, province=province, kept=old)
    assert [label for _value, label in field.choices][1:] == [
        "An Bình (phường)",
        "Cái Khế cũ (phường)",
        "Ninh Kiều (phường)",
    ]
    assert field.clean(str(first.pk)) == first
    assert field.clean(str(second.pk)) == second
    assert field.clean(str(old.pk)) == old
    field.offer(on=DAY, province=province, kept=None)
    with pytest.raises(ValidationError):
        field.clean(str(old.pk))


@pytest.mark.django_db
def test_a_profile_with_a_day_that_is_not_in_the_calendar_keeps_the_rest():
    person = make_person()
    data = {"full_name": "Trần Thị Bé", "birth_date": "31/02/2026", "language": "vi"}
    form = ProfileForm(data, person=person, on=DAY, province=None)
    assert list(form.errors) == ["birth_date"]


@pytest.mark.django_db
def test_an_enterprise_is_read_in_vietnamese_figures():
    data = {
        "name": "Công ty TNHH Mẫu (mẫu)",
        "tax_code": "0100233480",
        "legal_form": "company-limited",
        "sector": make_sector().pk,
        "vsic": "C",
        "staff": "1.284",
        "revenue_bn": "1.234,5",
        "capital_bn": "64",
    }
    with override("vi"):
        form = EnterpriseForm(data, on=DAY, province=None)
        assert list(form.errors) == ["tax_code"]
        form = EnterpriseForm({**data, "tax_code": "0100 233 488"}, on=DAY, province=None)
        assert form.is_valid(), form.errors
    assert form.instance.tax_code == "0100233488"
    assert (form.instance.staff, str(form.instance.revenue_bn), form.instance.vsic) == (1284, "1234.5", "C")
