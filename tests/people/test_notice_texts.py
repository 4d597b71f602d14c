"""Texts of notices, and reading them."""

import pytest
from django.core import mail
from django.urls import reverse

from people import actions
from people.models import Notice
from people.notices import SAMPLES, TEXTS, Group, Wording, built_in, kind_name, misfits, placeholders, wording
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


def test_every_kind_can_be_worded_even_without_its_facts():
    for kind in TEXTS:
        assert wording(kind, {}).subject


def test_every_kind_has_a_name_and_a_sample_of_each_fact():
    for kind in TEXTS:
        assert kind_name(kind) != kind
        assert set(placeholders(kind)) <= SAMPLES.keys(), kind
        for language in ("vi", "en"):
            assert misfits(kind, built_in(kind, language)) == ([], []), (kind, language)


def test_the_provinces_own_words_stand_first_and_can_be_taken_back():
    staff, person = make_person("Cán Bộ"), make_person()
    words = Wording("Đã vào lớp {run} 100%", "{course} {chao}", "Học")
    with pytest.raises(actions.notice_texts.Refused, match="chao"):
        actions.set_notice_text(kind="enrolled", language="vi", words=words, by=staff, at=AT)
    with pytest.raises(actions.notice_texts.Refused, match="course"):
        actions.set_notice_text(kind="enrolled", language="vi", words=words._replace(body="Chào"), by=staff, at=AT)
    words = words._replace(body="{course}: %(run)s {vi}".replace("{vi}", ""))
    actions.set_notice_text(kind="enrolled", language="vi", words=words, by=staff, at=AT)
    tell(person, facts={**FACTS, "course": "{run}"})
    send(the_mail(person))
    assert mail.outbox[0].subject == "Đã vào lớp HACCP-2026-07 100%"
    assert "{run}: %(run)s" in mail.outbox[0].body, "neither facts nor per cents are read as placeholders"
    actions.reset_notice_text(kind="enrolled", language="vi")
    tell(person, key="2")
    send(Notice.objects.get(person=person, key="2", channel="mail"))
    assert mail.outbox[1].subject != mail.outbox[0].subject


def test_groups_of_kinds_are_all_named():
    assert {TEXTS[kind].group for kind in TEXTS} == set(Group)


# --- Reading -------------------------------------------------------------------------------


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
