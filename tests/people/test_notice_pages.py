"""Choosing, ending letters by a link, and the back office's texts, log and dead addresses."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from lms.lib.access import Role
from people import actions
from people.models import Notice, NoticeChoice, NoticeText, RefusedAddress
from people.notices import TEXTS, Group
from tests.factories import AT, make_person, make_province

pytestmark = pytest.mark.django_db
SITE = "https://nscl.example"
FACTS = {"course": "HACCP", "run": "HACCP-2026-07", "minutes": 20, "url": "/vi/learn/"}


@pytest.fixture(autouse=True)
def world(db):
    make_province()


@pytest.fixture
def person():
    return make_person("Nguyễn Thị Hồng Thắm", sex="female")


@pytest.fixture
def reader(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def admin():
    client = Client()
    client.force_login(make_person("Quản Trị", roles=(Role.ADMINISTRATOR,)))
    return client


def the_letter(person, kind="not_started"):
    actions.notify(person=person, kind=kind, key="1", at=AT, facts=FACTS)
    actions.send_notice(notice_id=Notice.objects.get(person=person, kind=kind, channel="mail").pk, at=AT, site_url=SITE)
    return mail.outbox[-1]


# --- Choosing ----------------------------------------------------------------------------


def test_the_page_shows_channels_in_use_and_stores_what_is_chosen(reader, person):
    url = reverse("people:notice_choices")
    page = reader.get(url).content.decode()
    assert 'name="reminder-mail"' in page
    assert "zalo" not in page.lower()
    assert reader.post(url, {"class-mail": "on", "class-screen": "on"}).status_code == 302
    off = {(row.group, row.channel) for row in NoticeChoice.objects.filter(person=person, wanted=False)}
    assert off == {
        *((group, "mail") for group in ("account", "certificate", "reminder", "talk")),
        ("reminder", "screen"),
        ("talk", "screen"),
    }
    told = actions.notify(person=person, kind="slip_issued", key="1", at=AT, facts={"by": "NSCL", "url": "/"})
    assert [notice.channel for notice in told] == ["screen"], "what concerns the account stays on the screen"


def test_channels_switched_on_by_settings_can_be_chosen(reader, settings, tmp_path):
    settings.SMS_URL, settings.SMS_TOKEN_FILE = "http://127.0.0.1:1/", str(tmp_path / "token")
    page = reader.get(reverse("people:notice_choices")).content.decode()
    assert 'name="class-sms"' in page
    assert reverse("people:profile") in page, "no number yet: where to add one"


def test_a_dead_address_is_said_on_the_account_and_can_be_corrected(reader, person):
    profile = reverse("people:profile")
    assert "alert--warn" not in reader.get(profile).content.decode()
    actions.refuse_address(channel="mail", address=person.email, reason="550", at=AT)
    for url in (profile, reverse("people:notices"), reverse("people:notice_choices")):
        page = reader.get(url).content.decode()
        assert person.email in page
        assert reverse("account_email") in page
    type(person).objects.filter(pk=person.pk).update(email="moi@nscl.example")
    assert "alert--warn" not in reader.get(profile).content.decode()


# --- Ending letters ----------------------------------------------------------------------------


def test_reminders_carry_a_link_that_ends_them_and_others_do_not(person):
    message = the_letter(person)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in message.body
    assert link in message.alternatives[0].content
    assert "Chị Thắm," in message.body
    enrolled = the_letter(person, kind="enrolled")
    assert "List-Unsubscribe" not in enrolled.extra_headers
    assert "/stop/" not in enrolled.body


def test_a_mail_program_ends_them_without_signing_in(person):
    path = the_letter(person).extra_headers["List-Unsubscribe"].strip("<>").removeprefix(SITE)
    program = Client(enforce_csrf_checks=True)
    assert program.get(path).status_code == 200
    assert not NoticeChoice.objects.exists(), "looking changes nothing"
    page = program.get(path).content.decode()
    assert person.full_name not in page
    assert person.email not in page
    for _twice in range(2):
        assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    choice = NoticeChoice.objects.get()
    assert (choice.person, choice.group, choice.channel, choice.wanted) == (person, "reminder", "mail", False)
    assert [notice.channel for notice in actions.notify(
        person=person, kind="deadline_near", key="1", at=AT, facts=FACTS
    )] == ["screen"]  # fmt: skip


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "missing"])
def test_a_changed_link_ends_nothing(person, change):
    url = reverse("people:stop_letters", args=[change(actions.stop_token(person, Group.TALK))])
    assert Client().get(url).status_code == 404
    assert Client().post(url).status_code == 404
    assert not NoticeChoice.objects.exists()


# --- Texts --------------------------------------------------------------------------------------


def test_texts_are_listed_by_name_and_worded_anew(admin):
    page = admin.get(reverse("people_admin:notice_texts")).content.decode()
    assert all(f"/texts/{kind}/vi/" in page for kind in TEXTS)
    url = reverse("people_admin:notice_text", args=["enrolled", "vi"])
    assert "{run}" in admin.get(url).content.decode()
    words = {"subject": "Chào mừng vào {course}", "body": "Lớp {run} <b>", "button": "Học"}
    preview = admin.post(url, {**words, "preview": "1"}).content.decode()
    assert "HACCP-2026-07 &lt;b&gt;" in preview
    assert not NoticeText.objects.exists(), "a preview stores nothing"
    assert admin.post(url, words).status_code == 302
    assert NoticeText.objects.get().subject == "Chào mừng vào {course}"
    assert admin.post(reverse("people_admin:notice_text_reset", args=["enrolled", "vi"])).status_code == 302
    assert not NoticeText.objects.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"subject": "{course}", "body": "{run} {ngay}", "button": "Học"}, "{ngay}"),
        ({"subject": "{course}", "body": "Lớp", "button": "Học"}, "{run}"),
        ({"subject": "{course}\n{run}", "body": "Lớp", "button": ""}, ""),
    ],
)
@pytest.mark.parametrize("press", [{}, {"preview": "1"}])
def test_a_text_that_would_not_tell_is_refused(admin, words, said, press):
    response = admin.post(reverse("people_admin:notice_text", args=["enrolled", "vi"]), {**words, **press})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not NoticeText.objects.exists()


def test_own_words_are_read_on_the_screen_too(reader, person, admin):
    actions.notify(person=person, kind="enrolled", key="1", at=AT, facts=FACTS)
    words = {"subject": "Chào {course}", "body": "Lớp {run}", "button": "Học"}
    admin.post(reverse("people_admin:notice_text", args=["enrolled", "vi"]), words)
    assert "Chào HACCP" in reader.get("/vi/account/notices/").content.decode()


# --- Log and dead addresses -------------------------------------------------------------------


def test_the_log_is_narrowed_by_person_kind_channel_and_state(admin, person):
    other = make_person("Lê Văn Bình")
    for who in (person, other):
        actions.notify(person=who, kind="enrolled", key="1", at=AT, facts=FACTS)
    url = reverse("people_admin:notices")
    rows = [
        ({}, 4),
        ({"q": "hong tham"}, 2),
        ({"channel": "mail"}, 2),
        ({"state": "queued"}, 2),
        ({"kind": "waiting"}, 0),
        ({"q": "binh", "channel": "screen", "kind": "enrolled"}, 1),
    ]
    for query, number in rows:
        assert len(admin.get(url, query).context["rows"]) == number, query


def test_the_log_has_the_same_queries_for_one_and_many(admin, django_assert_max_num_queries):
    url = reverse("people_admin:notices")
    for number in range(8):
        actions.notify(person=make_person(f"Người {number}"), kind="enrolled", key="1", at=AT, facts=FACTS)
    admin.get(url)
    with django_assert_max_num_queries(20):
        admin.get(url)


def test_a_failed_one_is_sent_again_from_the_log(admin, person):
    actions.notify(person=person, kind="enrolled", key="1", at=AT, facts=FACTS)
    notice = Notice.objects.get(channel="mail")
    url = reverse("people_admin:notice_resend", args=[notice.pk])
    admin.post(url)
    notice.refresh_from_db()
    assert (notice.state, person.events.filter(new="notice_resent").exists()) == ("queued", False)
    Notice.objects.filter(pk=notice.pk).update(state="failed", error="unsure: TimeoutError", tries=3)
    assert "TimeoutError" in admin.get(reverse("people_admin:notices"), {"state": "failed"}).content.decode()
    assert admin.post(url, {"query": "state=failed"})["Location"].endswith("?state=failed")
    notice.refresh_from_db()
    assert (notice.state, notice.tries, notice.error) == ("queued", 0, "")
    assert person.events.filter(new="notice_resent").count() == 1


def test_staff_lift_a_refusal(admin, person):
    actions.refuse_address(channel="mail", address=person.email, reason="550 5.1.1 no such user", at=AT)
    page = admin.get(reverse("people_admin:refused")).content.decode()
    assert person.full_name in page
    assert "5.1.1" in page
    refused = RefusedAddress.objects.get()
    assert admin.post(reverse("people_admin:refused_lift", args=[refused.pk])).status_code == 302
    refused.refresh_from_db()
    assert refused.lifted_at is not None
    assert refused.lifted_by.full_name == "Quản Trị"
    admin.get(reverse("people_admin:refused"))  # the message about it
    assert person.email not in admin.get(reverse("people_admin:refused")).content.decode()
