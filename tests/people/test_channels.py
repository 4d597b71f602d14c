"""Zalo and text messages against a stand-in of their gateways: real sockets, on this machine alone."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from lms import settings as product
from lms.lib.periods import ZONE
from people import actions, channels
from people.channels.sms import brief, plain
from people.models import Notice, RefusedAddress
from people.quiet import awake
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db
FACTS = {"course": {"vi": "Thủy sản", "en": "Seafood"}, "run": "HACCP-2026-07", "url": "/vi/learn/"}
SITE = "https://nscl.example"


class StandIn(ThreadingHTTPServer):
    """Answers as the test says and remembers what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.answer, self.headers, self.wait = 200, b'{"error": 0}', dict[str, str](), 0.0
        self.seen: list[tuple[str, dict[str, str], Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/send?v=1"


class _Handler(BaseHTTPRequestHandler):
    server: StandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.seen.append((self.path, headers, json.loads(body)))
        time.sleep(self.server.wait)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.answer)

    do_GET = do_POST

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[StandIn]:
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def person(settings: Any, tmp_path: Any, gateway: StandIn) -> Any:
    """Somebody who wants both channels, which are switched on."""
    (tmp_path / "token").write_text("geheim\n")
    settings.GATEWAY_SECONDS = 1
    settings.ZALO_URL = settings.SMS_URL = gateway.address
    settings.ZALO_TOKEN_FILE = settings.SMS_TOKEN_FILE = str(tmp_path / "token")
    settings.ZALO_TEMPLATES = {
        "enrolled": {"id": "2345", "data": {"ten": "{person}", "khoa": "{course}", "lop": "{run}", "xem": "{link}"}}
    }
    who = make_person("Nguyễn Văn An", phone="0901 234 567", email="")
    wishes = {("class", "zalo"): True, ("class", "sms"): True}
    actions.choose_notices(person=who, wishes=wishes, by=who, at=AT)
    return who


def told(person: Any, channel: str, at: datetime = AT) -> Notice:
    actions.notify(person=person, kind="enrolled", key="1", at=at, facts=FACTS)
    return Notice.objects.get(person=person, channel=channel)


def send(notice: Notice, at: datetime = AT) -> Notice:
    actions.send_notice(notice_id=notice.pk, at=at, site_url=SITE)
    notice.refresh_from_db()
    return notice


def test_nothing_is_on_by_itself(db: None) -> None:
    assert list(channels.switched_on()) == ["screen", "mail"]


def test_nobody_gets_it_who_did_not_ask(person: Any) -> None:
    other = make_person("Trần Thị Bình", phone="0902 345 678", email="")
    actions.notify(person=other, kind="enrolled", key="1", at=AT, facts=FACTS)
    assert [notice.channel for notice in Notice.objects.filter(person=other)] == ["screen"]


def test_zalo_sends_the_kinds_template(person: Any, gateway: StandIn) -> None:
    notice = send(told(person, "zalo"))
    assert notice.state == Notice.State.SENT
    ((path, headers, body),) = gateway.seen
    assert (path, headers["access_token"]) == ("/send?v=1", "geheim")
    assert body == {
        "phone": "84901234567",
        "template_id": "2345",
        "template_data": {
            "ten": "Nguyễn Văn An", "khoa": "Thủy sản", "lop": "HACCP-2026-07", "xem": f"{SITE}/vi/learn/",
        },
        "tracking_id": f"notice-{notice.pk}",
    }  # fmt: skip
    send(notice)
    assert len(gateway.seen) == 1


def test_zalo_takes_no_kind_without_a_template(person: Any) -> None:
    actions.notify(person=person, kind="waiting", key="1", at=AT, facts=FACTS)
    assert not Notice.objects.filter(person=person, channel="zalo").exists()
    assert Notice.objects.filter(person=person, channel="sms").exists()


def test_a_text_message_is_short_and_plain(person: Any, gateway: StandIn) -> None:
    notice = send(told(person, "sms"))
    assert notice.state == Notice.State.SENT
    ((_path, headers, body),) = gateway.seen
    assert headers["authorization"] == "Bearer geheim"
    assert headers["idempotency-key"] == body["id"] == f"notice-{notice.pk}"
    assert body["to"] == "+84901234567"
    assert body["text"].isascii()
    assert body["text"].endswith(f": {SITE}/vi/learn/")
    assert "Thuy san" in body["text"]


@pytest.mark.parametrize(
    ("channel", "status", "answer", "state", "word"),
    [
        ("zalo", 200, b'{"error": -118, "message": "Zalo account not existed"}', "failed", "refused"),
        ("zalo", 200, b'{"error": -132, "message": "Param invalid"}', "failed", "rejected"),
        ("zalo", 200, b"<html>", "failed", "unsure"),
        ("zalo", 400, b"{}", "failed", "rejected"),
        ("sms", 422, b'{"error": "invalid_number"}', "failed", "refused"),
        ("sms", 422, b'{"error": "text"}', "failed", "rejected"),
        ("sms", 503, b"", "queued", "later"),
        ("sms", 401, b"", "queued", "later"),
        ("sms", 502, b"", "failed", "unsure"),
        ("sms", 302, b"", "failed", "rejected"),
    ],
)
def test_what_the_gateway_says_is_understood(
    person: Any, gateway: StandIn, channel: str, status: int, answer: bytes, state: str, word: str
) -> None:
    gateway.status, gateway.answer = status, answer
    gateway.headers = {"Location": "http://169.254.169.254/"}
    notice = send(told(person, channel))
    assert (notice.state, notice.error.partition(":")[0]) == (state, word)
    assert len(gateway.seen) == 1
    assert RefusedAddress.objects.filter(channel=channel, address="+84901234567").exists() == (word == "refused")


@pytest.mark.parametrize(
    ("channel", "status", "answer", "headers", "seconds"),
    [
        ("sms", 429, b"", {"Retry-After": "120"}, 120),
        ("sms", 429, b"", {"Retry-After": "soon"}, 60),
        ("sms", 429, b"", {"Retry-After": "5"}, 60),
        ("zalo", 200, b'{"error": -144, "message": "quota"}', {}, 3600),
        ("zalo", 200, b'{"error": -124, "message": "token"}', {}, 900),
    ],
)
def test_too_many_at_once_wait_as_long_as_they_are_told(
    person: Any, gateway: StandIn, channel: str, status: int, answer: bytes, headers: dict[str, str], seconds: int
) -> None:
    gateway.status, gateway.answer, gateway.headers = status, answer, headers
    notice = send(told(person, channel))
    assert notice.state == Notice.State.QUEUED
    assert notice.due_at == AT + timedelta(seconds=seconds)
    gateway.status, gateway.answer = 200, b'{"error": 0}'
    send(notice, AT + timedelta(seconds=seconds - 1))
    assert len(gateway.seen) == 1
    assert send(notice, AT + timedelta(seconds=seconds)).state == Notice.State.SENT
    assert len(gateway.seen) == 2


def test_a_gateway_that_falls_silent_is_not_asked_twice(person: Any, gateway: StandIn) -> None:
    gateway.wait = 1.5
    notice = send(told(person, "sms"))
    assert (notice.state, notice.error.partition(":")[0]) == (Notice.State.FAILED, "unsure")
    assert len(gateway.seen) == 1


def test_a_gateway_that_is_away_is_tried_again(person: Any, gateway: StandIn, settings: Any) -> None:
    notice = told(person, "sms")
    settings.SMS_URL = "http://127.0.0.1:1/"
    assert send(notice).state == Notice.State.QUEUED
    assert notice.handed_at is None
    settings.SMS_URL = gateway.address
    assert send(notice, AT + timedelta(minutes=1)).state == Notice.State.SENT


def test_a_token_that_cannot_be_read_loses_nothing(person: Any, settings: Any) -> None:
    notice = told(person, "sms")
    settings.SMS_TOKEN_FILE = "/nowhere/token"
    assert send(notice).state == Notice.State.QUEUED


def test_a_channel_switched_off_meanwhile_sends_nothing(person: Any, gateway: StandIn, settings: Any) -> None:
    notice = told(person, "sms")
    settings.SMS_URL = ""
    assert (send(notice).state, notice.error) == (Notice.State.FAILED, "off")
    assert gateway.seen == []


def test_no_telephone_rings_at_night(person: Any) -> None:
    night = datetime(2026, 11, 23, 23, 10, tzinfo=ZONE)
    notice = told(person, "sms", at=night)
    assert notice.due_at == datetime(2026, 11, 24, 7, 0, tzinfo=ZONE)
    assert send(notice, night + timedelta(hours=7)).state == Notice.State.QUEUED
    assert send(notice, night + timedelta(hours=8)).state == Notice.State.SENT


@pytest.mark.parametrize(
    ("hour", "quiet", "expected"),
    [(20, (21, 7), 20), (21, (21, 7), 31), (2, (21, 7), 7), (7, (21, 7), 7), (13, (12, 14), 14), (3, (0, 0), 3)],
)
def test_quiet_hours_end_in_the_morning(hour: int, quiet: tuple[int, int], expected: int) -> None:
    day = datetime(2026, 11, 23, tzinfo=ZONE)
    assert awake(day + timedelta(hours=hour), quiet=quiet) == day + timedelta(hours=expected)


def test_a_long_subject_leaves_room_for_the_address() -> None:
    text = brief("Đ" * 400, "https://nscl.example/vi/learn/")
    assert len(text) == 300
    assert text.endswith("...: https://nscl.example/vi/learn/")
    assert plain("“Đường – Thủy” 5S…") == '"Duong - Thuy" 5S...'


@pytest.mark.parametrize("address", ["http://sms.nscl.example/send", "ftp://sms.nscl.example/", "sms", "file:///etc/x"])
def test_an_address_that_would_give_the_key_away_stops_the_start(monkeypatch: Any, address: str) -> None:
    monkeypatch.setenv("SMS_URL", address)
    with pytest.raises(ImproperlyConfigured, match="SMS_URL"):
        product.gateway("SMS_URL")
