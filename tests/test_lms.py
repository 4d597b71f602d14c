"""Doors of the whole product, formats, logs, and a second province."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.conf import settings as django_settings
from django.core.files.storage import storages
from django.db import DatabaseError
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from certificates import actions
from enrolments import actions as enrolments
from enrolments.models import Requirement
from lms import views
from lms.lib.logs import without_secrets
from people.starter import load_provinces
from tests.factories import AT, enrol, make_course, make_pages, make_person, make_province, make_run

# --- Formats ---------------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("typed", "meant"),
    [("03/06/2026", date(2026, 6, 3)), ("25/12/2026", date(2026, 12, 25)), ("2026-06-03", date(2026, 6, 3))],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_dates_are_read_day_first(typed: str, meant: date, language: str) -> None:
    with override(language):
        assert forms.DateField(localize=True).clean(typed) == meant


@pytest.mark.parametrize("typed", ["31/02/2026", "29/02/2026", "32/01/2026", "hôm qua"])
def test_days_that_are_not_in_the_calendar_are_refused(typed: str) -> None:
    with override("vi"), pytest.raises(forms.ValidationError):
        forms.DateField(localize=True).clean(typed)


@pytest.mark.parametrize(
    ("language", "number", "day"), [("vi", "1.234.567,89", "03/06/2026"), ("en", "1,234,567.89", "03/06/2026")]
)
def test_numbers_and_dates_are_written_as_readers_write_them(language: str, number: str, day: str) -> None:
    with override(language):
        page = Template("{{ n }} {{ d }}").render(Context({"n": Decimal("1234567.89"), "d": date(2026, 6, 3)}))
        assert page == f"{number} {day}"


def test_decimals_are_read_with_a_comma() -> None:
    with override("vi"):
        assert forms.DecimalField(localize=True).clean("1.234,5") == Decimal("1234.5")


# --- Doors -----------------------------------------------------------------------------


def test_the_root_leads_to_the_language_chosen_before(client: Client) -> None:
    assert client.get("/")["Location"] == "/vi/"
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get("/")["Location"] == "/en/"
    client.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "../evil"
    assert client.get("/")["Location"] == "/vi/"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "\\\\evil.example"]
)
def test_changing_the_language_stays_at_home(client: Client, target: str) -> None:
    response = client.post("/set-language/", {"language": "en", "next": target})
    assert response.status_code == 302
    assert "evil" not in response["Location"]
    assert "script" not in response["Location"]


def test_alive(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_ready_names_what_is_away(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": "ok", "broker": "ok", "storage": "ok"}

    def gone() -> None:
        raise DatabaseError

    monkeypatch.setattr(views, "_database", gone)
    monkeypatch.setattr(storages["private"], "save", lambda *args: 1 / 0)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": "unavailable", "broker": "ok", "storage": "unavailable"}


def test_a_form_without_its_token_is_refused_in_words(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/set-language/", {"language": "en"})
    assert response.status_code == 403
    assert "<h1" in response.content.decode()


def test_logs_hold_no_query_and_no_mailed_key() -> None:
    event: dict[str, Any] = {"request": "GET /v/?q=HT-2026-00001&name=Lê+Thị+Hoa", "request_id": "x"}
    assert without_secrets(None, "info", event) == {"request": "GET /v/", "request_id": "x"}
    mailed = {"request": "GET /vi/account/password/reset/key/1a-c0ffee/"}
    assert without_secrets(None, "info", mailed) == {"request": "GET /vi/account/password/reset/key/…/"}


# --- Kept pages ---------------------------------------------------------------------------


def test_a_kept_page_is_not_shown_to_whoever_is_signed_in(client: Client, db: None) -> None:
    make_province()
    course = make_course()
    make_pages(course)
    address = "/vi/khoa-hoc/"
    first = client.get(address)
    assert first.status_code == 200
    assert not first.cookies
    kept = client.get(address)
    assert kept.content == first.content
    person = make_person("Lê Thị Hoa")
    client.force_login(person, backend=django_settings.AUTHENTICATION_BACKENDS[0])
    assert "LH" not in first.content.decode()
    assert client.get(address).content != first.content


@pytest.mark.django_db(transaction=True)
def test_a_seat_taken_shows_at_once(client: Client) -> None:
    make_province()
    course = make_course()
    make_pages(course)
    run = make_run(course, seats=7)
    page = course.pages.get(language="vi")
    before = client.get(page.url).content.decode()
    enrol(make_person("Lê Thị Hoa"), run)
    after = client.get(page.url).content.decode()
    assert "7" in before
    assert before != after


# --- The province is data -------------------------------------------------------------------


def test_a_second_province_runs_under_its_own_profile(client: Client, db: None, settings: Any) -> None:
    load_provinces(django_settings.BASE_DIR / "starter")
    settings.PROVINCE = "son-khe"
    course = make_course()
    make_pages(course)
    enrolment = enrol(make_person("Lò Thị Pá"), make_run(course))
    for requirement in Requirement.objects.filter(enrolment=enrolment):
        enrolments.meet(enrolment=enrolment, kind=requirement.kind, key=requirement.key, at=AT, by=None)
    enrolment.refresh_from_db()
    certificate = actions.issue_completion(enrolment=enrolment, at=AT)
    settings.PROVINCE = "can-tho"
    other = enrol(make_person("Lê Thị Hoa"), make_run(course))
    for requirement in Requirement.objects.filter(enrolment=other):
        enrolments.meet(enrolment=other, kind=requirement.kind, key=requirement.key, at=AT, by=None)
    other.refresh_from_db()
    here = actions.issue_completion(enrolment=other, at=AT)
    assert certificate.facts["province_code"] == "son-khe"
    assert certificate.facts["domain"] == "sonkhe.example"
    assert here.number.startswith("HT-2026-")
    assert not certificate.number.startswith("HT-")
    # The document of the one stays as it was under the other.
    assert client.get(f"/v/{certificate.code}").status_code == 200
