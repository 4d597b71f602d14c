"""What people are told: once per channel, no mail twice, none lost."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from people import actions, tasks
from people.channels.mail import blames_address
from people.models import Notice, NoticeChoice, RefusedAddress
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db
FACTS = {"course": "HACCP", "run": "HACCP-2026-07", "url": "/vi/learn/"}
SITE = "https://nscl.example"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"


class Killed(BaseException):
    """The worker's process ends here."""


def tell(person, key="1", facts=FACTS, kind="enrolled"):
    return actions.notify(person=person, kind=kind, key=key, at=AT, facts=facts)


def the_mail(person):
    return Notice.objects.get(person=person, channel=Notice.Channel.MAIL)


def send(notice, at=AT):
    return actions.send_notice(notice_id=notice.pk, at=at, site_url=SITE)


# --- Telling -----------------------------------------------------------------------------


def test_a_thing_is_told_once_per_channel():
    person = make_person()
    assert {notice.channel for notice in tell(person)} == {Notice.Channel.SCREEN, Notice.Channel.MAIL}
    assert tell(person) == []
    assert Notice.objects.filter(person=person).count() == 2
    assert len(tell(person, key="2")) == 2


def test_without_an_address_it_is_told_on_the_screen():
    person = make_person(email="")
    assert [notice.channel for notice in tell(person)] == [Notice.Channel.SCREEN]


def test_an_address_found_later_tells_nothing_twice_on_the_screen():
    person = make_person(email="")
    tell(person)
    person.email = "moi@nscl.example"
    person.save()
    assert [notice.channel for notice in tell(person)] == [Notice.Channel.MAIL]


def test_many_are_told_with_the_same_number_of_queries(django_assert_num_queries):
    people = [make_person() for _each in range(12)]
    tellings = [actions.Telling(person, "enrolled", "1", FACTS) for person in people]
    # Choices, dead addresses, told already; the rows in a savepoint of their own; what was written.
    with django_assert_num_queries(7):
        actions.notify_all(tellings=tellings[:2], at=AT)
    with django_assert_num_queries(7):
        created = actions.notify_all(tellings=tellings, at=AT)
    assert len(created) == 20
    assert Notice.objects.count() == 24


def test_an_unknown_kind_is_a_fault_of_the_program():
    with pytest.raises(ValueError, match="nowhere"):
        tell(make_person(), kind="nowhere")


def test_the_worker_is_asked_once_the_row_is_stored(django_capture_on_commit_callbacks, celery_eager):
    person = make_person()
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
        assert mail.outbox == []
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_a_broker_that_cannot_be_reached_undoes_nothing(django_capture_on_commit_callbacks, monkeypatch):
    def gone(*args):
        raise ConnectionError

    monkeypatch.setattr(tasks.send_notice, "delay", gone)
    person = make_person()
    with django_capture_on_commit_callbacks(execute=True):
        tell(person)
    assert the_mail(person).state == Notice.State.QUEUED


# --- Sending -----------------------------------------------------------------------------


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
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message.extra_headers


def test_facts_are_escaped_and_picked_by_language():
    person = make_person(language="en")
    tell(person, facts={**FACTS, "course": {"vi": "Cá & tôm", "en": "<b>Fish</b>\nBcc: x@y.z"}})
    send(the_mail(person))
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert "&lt;b&gt;Fish&lt;/b&gt;" in message.alternatives[0].content


def test_an_invitation_goes_with_the_mail_as_calendars_expect_it():
    person = make_person()
    ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    tell(person, facts={**FACTS, "calendar": {"method": "REQUEST", "ics": ics}})
    send(the_mail(person))
    parts = [part for part in mail.outbox[0].message().walk() if part.get_content_type() == "text/calendar"]
    (part,) = parts
    assert part.get_param("method") == "REQUEST"
    assert part.get_payload(decode=True).decode().replace("\r\n", "\n") == ics.replace("\r\n", "\n")


def test_killed_before_the_letter_left_it_is_sent_later_and_once(monkeypatch):
    person = make_person()
    tell(person)

    def kill(*args):
        raise Killed

    monkeypatch.setattr("people.channels.mail.message", kill)
    with pytest.raises(Killed):
        send(the_mail(person))
    monkeypatch.undo()
    assert not send(the_mail(person))
    assert actions.give_up_stale_notices(at=AT + timedelta(minutes=9)) == 0
    assert the_mail(person).state == Notice.State.SENDING
    assert actions.give_up_stale_notices(at=AT + timedelta(minutes=11)) == 0
    assert (the_mail(person).state, the_mail(person).tries) == (Notice.State.QUEUED, 1)
    assert send(the_mail(person), at=AT + timedelta(minutes=20))
    assert not send(the_mail(person), at=AT + timedelta(minutes=20))
    assert len(mail.outbox) == 1


def test_killed_while_the_letter_leaves_it_fails_and_is_not_doubled(monkeypatch):
    person = make_person()
    tell(person)

    def kill(self, messages):
        raise Killed

    monkeypatch.setattr(f"{LOCMEM}.send_messages", kill)
    with pytest.raises(Killed):
        send(the_mail(person))
    monkeypatch.undo()
    assert actions.give_up_stale_notices(at=AT + timedelta(minutes=11)) == 1
    assert not send(the_mail(person), at=AT + timedelta(days=1))
    assert (the_mail(person).state, the_mail(person).error) == (Notice.State.FAILED, "interrupted")
    assert mail.outbox == []


def test_a_server_that_is_away_is_tried_ever_later_and_given_up_at_last(monkeypatch):
    person = make_person()
    tell(person)

    def away(self):
        raise ConnectionRefusedError

    monkeypatch.setattr(f"{LOCMEM}.open", away)
    at, waits = AT, []
    for attempt in range(1, Notice.MAX_TRIES + 1):
        assert not send(the_mail(person), at=at)
        assert the_mail(person).tries == attempt
        waits.append((the_mail(person).due_at - at) // timedelta(minutes=1))
        assert not send(the_mail(person), at=at), "not before it is due"
        at = the_mail(person).due_at
    assert waits == [1, 3, 9, 27, 81, 243, 360, 360]
    assert the_mail(person).state == Notice.State.FAILED
    assert not send(the_mail(person), at=at + timedelta(days=1))


@pytest.mark.parametrize(
    ("error", "state", "word"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.c": (450, b"4.2.0 greylisted")}), Notice.State.QUEUED, "later"),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"5.7.1 relaying denied")}), Notice.State.QUEUED, "later"),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"5.1.1 no such user")}), Notice.State.FAILED, "refused"),
        (smtplib.SMTPDataError(451, b"later"), Notice.State.QUEUED, "later"),
        (TimeoutError(), Notice.State.FAILED, "unsure"),
    ],
)
def test_only_what_the_server_surely_did_not_take_is_sent_again(monkeypatch, error, state, word):
    person = make_person()
    tell(person)

    def refuse(self, messages):
        raise error

    monkeypatch.setattr(f"{LOCMEM}.send_messages", refuse)
    assert not send(the_mail(person))
    assert the_mail(person).state == state
    assert the_mail(person).error.startswith(word)
    assert RefusedAddress.objects.exists() == (word == "refused")


def test_what_is_of_no_use_any_more_is_not_sent():
    person = make_person()
    tell(person, facts={**FACTS, "until": (AT + timedelta(hours=1)).isoformat()})
    assert not send(the_mail(person), at=AT + timedelta(hours=2))
    assert (the_mail(person).state, the_mail(person).error) == (Notice.State.FAILED, "late")


def test_the_sweep_finds_what_the_broker_forgot_and_what_is_due_again(celery_eager):
    person, other = make_person(), make_person("Người Khác")
    tell(person)
    tell(other)
    Notice.objects.filter(person=other, channel="mail").update(due_at=AT + timedelta(days=4000))
    tasks.resend_waiting_notices()
    tasks.resend_waiting_notices()
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_a_mailing_killed_half_way_doubles_and_loses_nothing(monkeypatch, celery_eager):
    people = [make_person(f"Học Viên {number}") for number in range(6)]
    actions.notify_all(tellings=[actions.Telling(person, "enrolled", "1", FACTS) for person in people], at=AT)
    left = {"until": 3}

    def die(notice_id, at, site_url, real=actions.send_notice):
        left["until"] -= 1
        if left["until"] < 0:
            raise Killed
        return real(notice_id=notice_id, at=at, site_url=site_url)

    monkeypatch.setattr(actions, "send_notice", die)
    with pytest.raises(Killed):
        tasks.resend_waiting_notices()
    assert len(mail.outbox) == 3
    monkeypatch.undo()
    tasks.resend_waiting_notices()
    assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in people)


# --- Sending again -----------------------------------------------------------------------


def test_a_failed_one_is_sent_again_to_the_present_address():
    person, staff = make_person(), make_person("Nguyễn Quản Trị")
    tell(person)
    Notice.objects.filter(channel="mail").update(state=Notice.State.FAILED, error="unsure: TimeoutError", tries=8)
    person.email = "moi@nscl.example"
    person.save()
    actions.resend_notice(notice=the_mail(person), by=staff, at=AT + timedelta(days=1))
    assert (the_mail(person).state, the_mail(person).tries, the_mail(person).error) == ("queued", 0, "")
    assert send(the_mail(person), at=AT + timedelta(days=1))
    assert mail.outbox[0].to == ["moi@nscl.example"]
    assert person.events.filter(new="notice_resent", by=staff).count() == 1


def test_what_did_not_fail_and_what_has_no_way_is_not_sent_again():
    person = make_person()
    tell(person)
    with pytest.raises(actions.sending.Refused) as sent:
        actions.resend_notice(notice=the_mail(person), by=person, at=AT)
    assert sent.value.code == "state"
    Notice.objects.update(state=Notice.State.FAILED)
    actions.refuse_address(channel="mail", address=person.email, reason="550", at=AT)
    with pytest.raises(actions.sending.Refused) as dead:
        actions.resend_notice(notice=the_mail(person), by=person, at=AT)
    assert dead.value.code == "refused"
    person.email = ""
    person.save()
    with pytest.raises(actions.sending.Refused) as nowhere:
        actions.resend_notice(notice=the_mail(person), by=person, at=AT)
    assert nowhere.value.code == "address"


@pytest.mark.parametrize(
    ("error", "looked_at"),
    [("interrupted", 1), ("unsure: TimeoutError", 1), ("later: 451", 1), ("refused: 550 5.1.1", 0), ("late", 0)],
)
def test_staff_are_asked_to_look_at_what_they_can_decide(error, looked_at):
    tell(make_person())
    Notice.objects.filter(channel="mail").update(state=Notice.State.FAILED, error=error)
    assert Notice.objects.to_look_at().count() == looked_at


# --- Dead addresses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "text", "dead"),
    [
        (550, "550 5.1.1 <a@b.c>: no such user", True),
        (550, "550 5.2.1 mailbox disabled", True),
        (550, "550 No such user here", True),
        (551, "551 User not local", True),
        (556, "556 Domain does not accept mail", True),
        (550, "550 5.7.1 relaying denied", False),
        (550, "550 Relay not permitted", False),
        (554, "554 5.7.1 blocked by list", False),
        (550, "550 message blocked as spam", False),
        (554, "554 transaction failed", False),
        (530, "530 5.7.0 authentication required", False),
        (450, "450 4.1.1 try later", False),
    ],
)
def test_a_server_that_refuses_us_does_not_kill_addresses(code, text, dead):
    assert blames_address(code, text) == dead


def test_nothing_more_goes_to_a_dead_address_and_another_is_free_at_once():
    person = make_person(email="chet@nscl.example")
    tell(person)
    actions.refuse_address(channel="mail", address="chet@nscl.example", reason="550 5.1.1", at=AT)
    actions.refuse_address(channel="mail", address="chet@nscl.example", reason="again", at=AT)
    assert RefusedAddress.objects.count() == 1
    assert not send(the_mail(person))
    assert the_mail(person).error == "refused"
    assert [notice.channel for notice in tell(person, key="2")] == [Notice.Channel.SCREEN]
    person.email = "song@nscl.example"
    person.save()
    assert len(tell(person, key="3")) == 2
    person.email = "chet@nscl.example"
    person.save()
    actions.lift_refusal(refused=RefusedAddress.objects.get(), by=person, at=AT)
    assert len(tell(person, key="4")) == 2


# --- Choices -------------------------------------------------------------------------------


def test_a_person_gets_what_they_chose():
    person = make_person()
    actions.choose_notices(
        person=person,
        wishes={("class", "mail"): False, ("class", "screen"): True, ("account", "screen"): False},
        by=person,
        at=AT,
    )
    assert NoticeChoice.objects.count() == 1, "what is so anyway, or fixed, is no choice"
    assert [notice.channel for notice in tell(person)] == [Notice.Channel.SCREEN]
    slip = tell(person, kind="slip_issued", facts={"by": "NSCL", "url": "/"})
    assert {notice.channel for notice in slip} == {"screen", "mail"}
    actions.choose_notices(person=person, wishes={("class", "mail"): True}, by=person, at=AT)
    assert len(tell(person, key="2")) == 2


def test_reminders_and_talk_may_be_switched_off_altogether():
    person = make_person()
    wishes = {("reminder", "mail"): False, ("reminder", "screen"): False}
    actions.choose_notices(person=person, wishes=wishes, by=person, at=AT)
    assert tell(person, kind="not_started") == []
