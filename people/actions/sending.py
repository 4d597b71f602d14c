"""Sending what waits: claimed once, tried again ever later, given up for a person to look at."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _, override

from lms.lib.states import Refused
from people import channels, notices, signals
from people.actions.choosing import stop_token
from people.actions.history import note
from people.actions.refusing import refuse_address
from people.models import Notice, RefusedAddress, User
from people.wordings import Wordings

log = structlog.get_logger(__name__)

CLAIM_HOLDS = timedelta(minutes=10)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def send_notice(*, notice_id: int, at: datetime, site_url: str) -> bool:
    """Send one notice through its channel. True if this call sent it.

    The row is claimed before anything leaves: of two workers one sends. What the
    other side surely did not take waits and is tried again, ever later, up to
    `MAX_TRIES`. A claim whose worker died, or whose server fell silent, after the
    letter was handed over is not repeated by itself but stands as failed: one too
    few is mended by a person, one twice is not.
    """
    claimed = (
        Notice.objects.due(at).filter(pk=notice_id).update(state=Notice.State.SENDING, claimed_at=at, handed_at=None)
    )
    if not claimed:
        return False
    notice = Notice.objects.select_related("person").get(pk=notice_id)
    channel = channels.switched_on().get(notice.channel)
    if over := _no_use(notice, channel, at):
        _end(notice, state=Notice.State.FAILED, error=over)
        return False
    assert channel is not None
    try:
        with override(notice.person.language):
            channel.send(_letter(notice, site_url), lambda: _handed(notice, at))
    except channels.Later as later:
        _put_back(notice, at, later)
    except channels.AddressRefused as refusal:
        refuse_address(channel=notice.channel, address=notice.address, reason=str(refusal), at=at)
        _end(notice, state=Notice.State.FAILED, error=f"refused: {refusal}"[:300])
    except channels.Rejected as rejection:
        _end(notice, state=Notice.State.FAILED, error=f"rejected: {rejection}"[:300])
    except channels.Unsure as doubt:
        _end(notice, state=Notice.State.FAILED, error=f"unsure: {doubt}"[:300])
    else:
        _end(notice, state=Notice.State.SENT, sent_at=at, error="")
        return True
    return False


def _no_use(notice: Notice, channel: channels.Channel | None, at: datetime) -> str:
    """Why it is not sent any more, as a word that the log knows; empty if it is."""
    if notice.kind not in notices.TEXTS:
        return "unknown"
    if channel is None:
        return "off"
    if notice.person.merged_into_id:
        return "closed"
    if (until := notice.facts.get("until")) and at > datetime.fromisoformat(until):
        return "late"
    if (notice.channel, notice.address) in RefusedAddress.objects.among({notice.address}):
        return "refused"
    return ""


def _letter(notice: Notice, site_url: str) -> channels.Letter:
    group = notices.group_of(notice.kind)
    path = notice.facts.get("url", "/")
    return channels.Letter(
        key=f"notice-{notice.pk}",
        person=notice.person,
        address=notice.address,
        kind=notice.kind,
        group=group,
        words=Wordings()(notice.kind, notice.facts),
        facts=notice.facts,
        url=site_url + path,
        choices_url=site_url + reverse("people:notice_choices"),
        stop_url=site_url + reverse("people:stop_letters", args=[stop_token(notice.person, group)])
        if group in notices.STOPPABLE
        else "",
    )


def _handed(notice: Notice, at: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING).update(handed_at=at)


def _put_back(notice: Notice, at: datetime, later: channels.Later) -> None:
    """The other side took nothing: wait, longer each time, up to `MAX_TRIES`."""
    tries = notice.tries + 1
    over = tries >= Notice.MAX_TRIES
    wait = max(backoff(notice.tries), timedelta(seconds=later.after or 0))
    _end(
        notice,
        state=Notice.State.FAILED if over else Notice.State.QUEUED,
        tries=tries,
        due_at=at + wait,
        handed_at=None,
        error=f"later: {later}"[:300],
    )
    log.info("notice_put_back", notice=notice.pk, channel=notice.channel, tries=tries, over=over)


def backoff(tries: int) -> timedelta:
    """How long to wait after so many failed tries before: a minute, three, nine … up to six hours."""
    return min(FIRST_WAIT * int(3**tries), LONGEST_WAIT)


def _end(notice: Notice, **fields: Any) -> None:
    Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING).update(**fields)


def give_up_stale_notices(*, at: datetime) -> int:
    """Settle claims whose worker died: not handed over yet, it waits again; else it failed, for a person to look at."""
    stale = Notice.objects.filter(state=Notice.State.SENDING, claimed_at__lt=at - CLAIM_HOLDS)
    for notice in stale.filter(handed_at=None):
        _put_back(notice, at, channels.Later("interrupted"))
    return stale.filter(handed_at__isnull=False).update(state=Notice.State.FAILED, error="interrupted")


@transaction.atomic
def resend_notice(*, notice: Notice, by: User, at: datetime) -> Notice:
    """Try a failed notice again, at the person's present address, with all tries before it.

    Raises Refused when it has not failed, or when there is no address that takes it.
    """
    notice = Notice.objects.select_for_update(of=("self",)).select_related("person").get(pk=notice.pk)
    if notice.state != Notice.State.FAILED:
        raise Refused(_("Only what has failed is sent again; this has not."), code="state")
    channel = channels.switched_on().get(notice.channel)
    if channel is None:
        raise Refused(_("This channel is switched off in the settings."), code="off")
    address = channel.address(notice.person)
    if not address:
        raise Refused(
            _("%(name)s has no address for this channel. Let them add one first.") % {"name": notice.person},
            code="address",
        )
    if (notice.channel, address) in RefusedAddress.objects.among({address}):
        raise Refused(
            _("%(address)s takes no letters. Correct the address, or lift the refusal first.") % {"address": address},
            code="refused",
        )
    fields: dict[str, Any] = {
        "state": Notice.State.QUEUED, "address": address, "tries": 0, "due_at": None, "claimed_at": None,
        "handed_at": None, "error": "",
        # A person decided that it is still worth it.
        "facts": {name: fact for name, fact in notice.facts.items() if name != "until"},
    }  # fmt: skip
    Notice.objects.filter(pk=notice.pk).update(**fields)
    note(notice.person, "notice_resent", by=by, at=at, notice=notice.pk)
    signals.notice_queued.send(Notice, notice_id=notice.pk)
    notice.refresh_from_db()
    return notice
