"""Production starts with every variable named and safe, or not at all; and what it sends is guarded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client

from lms.guard import refuse_demo_accounts
from tests.factories import PASSWORD, make_person, make_province, make_site

NEEDED = (
    "SECRET_KEY",
    "SITE_URL",
    "DATABASE_URL",
    "BROKER_URL",
    "CACHE_URL",
    "STORAGE_URL",
    "EMAIL_URL",
    "SIGNING_KEY_FILE",
    "FIELD_ENCRYPTION_KEY_FILE",
    "TRUSTED_PROXIES",
)
PUBLIC = ("/vi/", "/en/", "/vi/account/login/", "/vi/account/signup/", "/v/KHONGCO00000", "/vi/khong-co-trang-nay/")


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """Every variable of production, and nothing of the tests' own."""
    for name in ("signing.key", "field.key"):
        (tmp_path / name).write_text("0123456789abcdef" * 4)
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "SECRET_KEY": "k2#" + "Zq8vT1wX4yB7nM0cR5fJ9hL3dG6sP2aE" * 2,
        "SITE_URL": "https://nscl.example",
        "DATABASE_URL": "postgres://nscl:secret@127.0.0.1:1/nscl",
        "BROKER_URL": "redis://127.0.0.1:1/0",
        "CACHE_URL": "redis://127.0.0.1:1/1",
        "STORAGE_URL": f"file://{tmp_path}",
        "EMAIL_URL": "smtp+tls://u:p@127.0.0.1:1",
        "SIGNING_KEY_FILE": str(tmp_path / "signing.key"),
        "FIELD_ENCRYPTION_KEY_FILE": str(tmp_path / "field.key"),
        "TRUSTED_PROXIES": "1",
    }


def start(environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """Load the settings, or run a management command, in a process of its own."""
    run = ["manage.py", *command] if command else ["-c", "from django.conf import settings; settings.SECRET_KEY"]
    return subprocess.run(
        [sys.executable, *run], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )


def test_production_starts_with_every_variable(production: dict[str, str]) -> None:
    done = start(production)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""])
def test_production_names_a_missing_variable(production: dict[str, str], name: str, value: str | None) -> None:
    del production[name]
    if value is not None:
        production[name] = value
    done = start(production)
    assert done.returncode != 0
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith(f"django.core.exceptions.ImproperlyConfigured: {name} is not set.")
    )


def test_production_says_that_the_signing_key_signs_nothing_yet(production: dict[str, str]) -> None:
    del production["SIGNING_KEY_FILE"]
    assert "This version signs nothing yet" in start(production).stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "django-insecure-" + "x7" * 40),
        ("SITE_URL", "http://nscl.example"),
        ("STORAGE_URL", "ftp://nscl.example/x"),
        ("STORAGE_URL", "s3://s3.nscl.example/bucket"),
        ("STAFF_SECOND_FACTOR", "0"),
        ("TRUSTED_PROXIES", "some"),
        ("SIGNING_KEY_FILE", "/nowhere/signing.key"),
        ("FIELD_ENCRYPTION_KEY_FILE", os.devnull),
    ],
)
def test_production_refuses_an_unsafe_value(production: dict[str, str], name: str, value: str) -> None:
    done = start({**production, name: value})
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {name}")


def test_check_deploy_is_clean_with_the_variables_of_production(production: dict[str, str]) -> None:
    done = start(production, "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_demo_world_is_refused_in_production(production: dict[str, str]) -> None:
    done = start(production, "load_demo")
    assert done.returncode == 2
    assert "NSCL_DEMO" in done.stderr


@pytest.mark.django_db
def test_production_refuses_to_serve_while_a_demo_account_exists(settings, monkeypatch) -> None:
    monkeypatch.setattr("lms.guard.connections.close_all", lambda: None)
    settings.DEMO = False
    refuse_demo_accounts()
    make_person(is_demo=True)
    with pytest.raises(ImproperlyConfigured, match="1 demo accounts"):
        refuse_demo_accounts()
    settings.DEMO = True
    refuse_demo_accounts()


@pytest.fixture
def site(db: None) -> None:
    make_province()
    make_site()


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_come_with_a_strict_policy(client: Client, site: None, address: str) -> None:
    answers = [client.get(address), client.get(address)]
    # The second one may come out of the cache of public pages: it is guarded as well.
    assert len({answer.status_code for answer in answers}) == 1
    for answer in answers:
        check_guards(answer)


def check_guards(answer: HttpResponse) -> None:
    """Everything that keeps a public page's reader safe."""
    policy = dict(directive.strip().split(" ", 1) for directive in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "microphone=()" in answer.headers["Permissions-Policy"]


def test_cookies_of_a_session_are_kept_from_scripts(client: Client, site: None) -> None:
    person = make_person()
    answer = client.post("/vi/account/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_production_sends_cookies_over_https_only(production: dict[str, str]) -> None:
    question = (
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, "
        "s.SECURE_HSTS_SECONDS >= 31536000, s.DEBUG, s.ALLOWED_HOSTS, s.STAFF_SECOND_FACTOR)"
    )
    done = subprocess.run(
        [sys.executable, "-c", question],
        cwd=settings.BASE_DIR,
        env=production,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True True True True True False ['nscl.example'] True"


def test_a_form_without_its_token_is_refused(site: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/vi/account/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403


@pytest.mark.parametrize("address", ["/admin/", "/vi/learn/"])
def test_a_stranger_is_led_to_the_one_sign_in(client: Client, site: None, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/vi/account/login/?next=")


@pytest.mark.django_db
def test_wagtails_own_sign_in_takes_no_password(client: Client) -> None:
    person = make_person()
    answer = client.post("/admin/login/", {"username": person.username, "password": PASSWORD})
    assert answer.status_code in {302, 405}
    assert "_auth_user_id" not in client.session
