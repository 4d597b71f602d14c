"""What people are told: each thing once per channel."""

import smtplib
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import override

from people import notices, signals
from people.models import Notice, User

CLAIM_HOLDS = timedelta(minutes=10)


def notify(*, person: User, kind: str, key: str, at: datetime, facts: dict[str, Any]) -> list[Notice]:
    """Tell `person` something, on the screen and by mail if they have an address, once.

    `facts` fill the text of `kind` (people.notices) and give `url`, a path. Called
    again with the same `kind` and `key` it tells nobody anything.
    """
    if kind not in notices.TEXTS:
        raise ValueError(f"There is no text for notices of kind {kind!r}.")
    created = []
    wanted: list[tuple[str, str, str]] = [(Notice.Channel.SCREEN, "", Notice.State.SENT)]
    if person.email:
        wanted.append((Notice.Channel.MAIL, person.email, Notice.State.QUEUED))
    for channel, address, state in wanted:
        notice, new = Notice.objects.get_or_create(
            person=person,
            kind=kind,
            key=key,
            channel=channel,
            defaults={
                "facts": facts,
                "address": address,
                "state": state,
                "created_at": at,
                "sent_at": at if state == Notice.State.SENT else None,
            },
        )
        if new:
            created.append(notice)
            if channel == Notice.Channel.MAIL:
                signals.notice_queued.send(Notice, notice_id=notice.pk)
    return created


def read_notice(*, notice: Notice, at: datetime) -> Notice:
    """Mark a notice as read; the first time counts."""
    if Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at):
        notice.read_at = at
    return notice


def send_notice(*, notice_id: int, at: datetime, site_url: str) -> bool:
    """Send one mail. True if this call sent it; raises OSError when it should be tried again.

    The row is claimed before the mail leaves: of two workers one sends. A claim
    whose worker died, or whose server fell silent while it took the mail, is not
    repeated by itself but stands as failed: a mail too few is mended by a person,
    a mail twice is not.
    """
    claimed = Notice.objects.filter(pk=notice_id, state=Notice.State.QUEUED).update(
        state=Notice.State.SENDING, claimed_at=at
    )
    if not claimed:
        return False
    notice = Notice.objects.select_related("person").get(pk=notice_id)
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        _put_back(notice, error)
        raise
    try:
        mail = _mail(notice, site_url)
        mail.connection = connection
        mail.send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        _put_back(notice, error)
        raise
    except OSError as error:
        _end(notice, state=Notice.State.FAILED, error=type(error).__name__)
        return False
    finally:
        connection.close()
    _end(notice, state=Notice.State.SENT, sent_at=at, error="")
    return True


def _put_back(notice: Notice, error: Exception) -> None:
    """The server took nothing: the mail waits again, up to `MAX_TRIES`."""
    again = notice.tries + 1 < Notice.MAX_TRIES
    state = Notice.State.QUEUED if again else Notice.State.FAILED
    _end(notice, state=state, tries=notice.tries + 1, error=type(error).__name__)


def _end(notice: Notice, **fields: Any) -> None:
    Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING).update(**fields)


def _mail(notice: Notice, site_url: str) -> EmailMultiAlternatives:
    with override(notice.person.language):
        wording = notices.wording(notice.kind, notice.facts)
        context = {
            "person": notice.person,
            "subject": wording.subject,
            "body": wording.body,
            "action_text": wording.button,
            "action_url": site_url + notice.facts.get("url", "/"),
        }
        mail = EmailMultiAlternatives(
            " ".join(wording.subject.split()), render_to_string("email/notice.txt", context), None, [notice.address]
        )
        mail.attach_alternative(render_to_string("email/notice.html", context), "text/html")
    return mail


def give_up_stale_notices(*, at: datetime) -> int:
    """Mark mails whose worker died while sending as failed, for a person to look at."""
    return Notice.objects.filter(state=Notice.State.SENDING, claimed_at__lt=at - CLAIM_HOLDS).update(
        state=Notice.State.FAILED, error="interrupted"
    )
