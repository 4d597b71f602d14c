"""Reports of the mail server: signed, dated, taken once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from people import actions, hooks
from people.models import RefusedAddress
from tests.factories import make_person

pytestmark = pytest.mark.django_db
KEY = b"k" * 32
URL = "/hooks/mail"


@pytest.fixture
def key(settings):
    settings.MAIL_HOOK_KEY = KEY
    return KEY


def body(*addresses, kind="permanent"):
    rows = [{"address": address, "kind": kind, "reason": "550 5.1.1"} for address in addresses]
    return json.dumps({"reports": rows}).encode()


def report(client, raw, *, key=KEY, at=None, stamp=None, signature=None):
    stamp = stamp if stamp is not None else str(int((at or timezone.now()).timestamp()))
    return client.post(
        URL,
        raw,
        content_type="application/json",
        headers={"X-NSCL-Timestamp": stamp, "X-NSCL-Signature": signature or hooks.sign(key, stamp, raw)},
    )


def test_without_a_key_there_is_no_hook(client):
    assert report(client, body("a@nscl.example")).status_code == 404


def test_a_report_marks_addresses_that_somebody_has(client, key):
    make_person(email="Chet@nscl.example")
    response = report(client, body("chet@NSCL.example", "ai-do@nscl.example"))
    assert (response.status_code, response.json()) == (200, {"counted": 1})
    assert RefusedAddress.objects.get().address == "chet@nscl.example"


@pytest.mark.parametrize("kind", ["temporary", "delivered", None])
def test_what_will_pass_marks_nothing(client, key, kind):
    make_person(email="song@nscl.example")
    assert report(client, body("song@nscl.example", kind=kind)).json() == {"counted": 0}
    assert not RefusedAddress.objects.exists()


def test_who_calls_it_spam_gets_no_more(client, key):
    make_person(email="song@nscl.example")
    assert report(client, body("song@nscl.example", kind="complaint")).json() == {"counted": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": b"x" * 32},
        {"signature": "0" * 64},
        {"signature": "é"},
        {"stamp": ""},
        {"stamp": "now"},
        {"stamp": "9" * 12},
        {"at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_what_is_not_ours_or_not_of_now_is_refused(client, key, wrong):
    make_person(email="song@nscl.example")
    assert report(client, body("song@nscl.example"), **wrong).status_code == 401
    assert not RefusedAddress.objects.exists()


def test_another_body_under_the_same_signature_is_refused(client, key):
    stamp = str(int(timezone.now().timestamp()))
    signature = hooks.sign(KEY, stamp, body("a@nscl.example"))
    assert report(client, body("b@nscl.example"), stamp=stamp, signature=signature).status_code == 401


def test_a_report_that_was_caught_is_not_taken_twice(client, key):
    person = make_person(email="chet@nscl.example")
    at = timezone.now() - timedelta(minutes=1)
    assert report(client, body("chet@nscl.example"), at=at).status_code == 200
    assert report(client, body("chet@nscl.example"), at=at).status_code == 401
    actions.lift_refusal(refused=RefusedAddress.objects.get(), by=person, at=timezone.now())
    # Even when what was seen is forgotten: a report older than the lifting does not count.
    assert not actions.report_refusal(
        channel="mail", address="chet@nscl.example", reason="x", seen_at=at, at=timezone.now()
    )
    assert not RefusedAddress.objects.standing().exists()
    later = timezone.now() + timedelta(minutes=1)
    assert actions.report_refusal(channel="mail", address="chet@nscl.example", reason="x", seen_at=later, at=later)


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"reports": 1}', b'{"reports": [1]}', b'{"reports": [{"kind": "permanent"}]}', b"\xff"]
)
def test_what_is_no_report_is_a_400(client, key, raw):
    assert report(client, raw).status_code == 400


def test_too_long_a_report_is_not_read(client, key):
    assert report(client, b" " * 300_000).status_code == 413
    many = json.dumps({"reports": [{"address": "a@b.c"}] * 1001}).encode()
    assert report(client, many).status_code == 400


def test_it_takes_post_alone_and_asks_for_no_cookie(client, key):
    assert client.get(URL).status_code == 405
    assert "Set-Cookie" not in report(client, body()).headers
