"""What people are told: once, and no mail twice."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from people import actions, tasks
from people.models import Notice
from people.notices import TEXTS, wording
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db
FACTS = {"course": "HACCP", "run": "HACCP-2026-07", "url": "/vi/learn/"}
SITE = "https://nscl.example"


def tell(person, key="1", facts=FACTS):
    return actions.notify(person=person, kind="enrolled", key=key, at=AT, facts=facts)


def the_mail(person):
    return Notice.objects.get(person=person, channel=Notice.Channel.MAIL)


def send(notice):
    return actions.send_notice(notice_id=notice.pk, at=AT, site_url=SITE)


def test_a_thing_is_told_once_per_channel():
    person = make_person()
    assert {notice.channel for notice in tell(person)} == {Notice.Channel.SCREEN, Notice.Channel.MAIL}
    assert tell(person) == []
    assert Notice.objects.filter(person=person).count() == 2
    assert len(tell(person, key="2")) == 2


def test_without_an_address_it_is_told_on_the_screen():
    person = make_person(email="")
    assert [notice.channel for notice in tell(person)] == [Notice.Channel.SCREEN]


def test_the_worker_is_asked_once_the_row_is_stored(django_capture_on_commit_callbacks, celery_eager):
    person = make_person()
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
        assert mail.outbox == []
    assert len(mail.outbox) == 1


def test_a_broker_that_cannot_be_reached_undoes_nothing(django_capture_on_commit_callbacks, monkeypatch):
    def gone(*args):
        raise ConnectionError

    monkeypatch.setattr(tasks.send_notice, "delay", gone)
    person = make_person()
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
    assert the_mail(person).state == Notice.State.QUEUED


def test_sent_twice_is_one_mail():
    person = make_person()
    tell(person)
    assert send(the_mail(person))
    assert not send(the_mail(person))
    assert len(mail.outbox) == 1
    assert the_mail(person).state == Notice.State.SENT


def test_the_mail_has_one_button_and_both_bodies():
    person = make_person("Nguyễn Thị Hồng Thắm", email="tham@nscl.example", language="en")
    tell(person)
    send(the_mail(person))
    (message,) = mail.outbox
    assert message.to == ["tham@nscl.example"]
    assert message.subject == "You are enrolled: HACCP"
    assert f"{SITE}/vi/learn/" in message.body
    html = message.alternatives[0].content
    assert html.count("background:#0b5a50;border-radius") == 1
    assert f'href="{SITE}/vi/learn/"' in html


def test_facts_are_escaped_and_picked_by_language():
    person = make_person(language="en")
    tell(person, facts={**FACTS, "course": {"vi": "Cá & tôm", "en": "<b>Fish</b>\nBcc: x@y.z"}})
    send(the_mail(person))
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert "&lt;b&gt;Fish&lt;/b&gt;" in message.alternatives[0].content


def test_killed_between_claim_and_sending_it_fails_and_is_not_doubled(monkeypatch):
    person = make_person()
    tell(person)

    class Killed(BaseException):
        pass

    def kill(*args):
        raise Killed

    monkeypatch.setattr("people.actions.notifying._mail", kill)
    with pytest.raises(Killed):
        send(the_mail(person))
    monkeypatch.undo()
    assert not send(the_mail(person))
    assert actions.give_up_stale_notices(at=AT + timedelta(minutes=9)) == 0
    assert actions.give_up_stale_notices(at=AT + timedelta(minutes=11)) == 1
    assert not send(the_mail(person))
    assert (the_mail(person).state, the_mail(person).error) == (Notice.State.FAILED, "interrupted")
    assert mail.outbox == []


def test_a_server_that_is_away_is_tried_again_and_given_up_at_last(monkeypatch):
    person = make_person()
    tell(person)

    def away(self):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", away)
    for attempt in range(1, Notice.MAX_TRIES + 1):
        with pytest.raises(ConnectionRefusedError):
            send(the_mail(person))
        assert the_mail(person).tries == attempt
    assert the_mail(person).state == Notice.State.FAILED
    assert not send(the_mail(person))


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPRecipientsRefused({}), Notice.State.QUEUED),
        (smtplib.SMTPDataError(451, b"later"), Notice.State.QUEUED),
        (TimeoutError(), Notice.State.FAILED),
    ],
)
def test_only_what_the_server_surely_did_not_take_is_sent_again(monkeypatch, error, state):
    person = make_person()
    tell(person)

    def refuse(self, messages):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    if state == Notice.State.QUEUED:
        with pytest.raises(type(error)):
            send(the_mail(person))
    else:
        assert not send(the_mail(person))
    assert the_mail(person).state == state


def test_the_sweep_finds_mails_that_the_broker_forgot(celery_eager):
    person = make_person()
    tell(person)
    tasks.resend_waiting_notices()
    tasks.resend_waiting_notices()
    assert len(mail.outbox) == 1


def test_every_kind_can_be_worded_even_without_its_facts():
    for kind in TEXTS:
        assert wording(kind, {}).subject


def test_a_notice_is_read_by_its_owner_alone_and_leads_on(client):
    person, other = make_person(), make_person("Người Khác")
    (notice,) = (notice for notice in tell(person) if notice.channel == Notice.Channel.SCREEN)
    url = reverse("people:notice_read", args=[notice.pk])
    client.force_login(other)
    assert client.post(url).status_code == 404
    client.force_login(person)
    assert "HACCP-2026-07" in client.get(reverse("people:notices")).content.decode()
    assert client.get(url).status_code == 405
    assert client.post(url)["Location"] == "/vi/learn/"
    notice.refresh_from_db()
    first = notice.read_at
    client.post(url)
    notice.refresh_from_db()
    assert notice.read_at == first is not None


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_no_notice_leads_elsewhere(client, url):
    person = make_person()
    notice = tell(person, facts={**FACTS, "url": url})[0]
    client.force_login(person)
    assert client.post(reverse("people:notice_read", args=[notice.pk]))["Location"] == reverse("people:notices")
