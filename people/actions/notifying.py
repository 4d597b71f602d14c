"""What people are told: each thing once per channel that the person wants."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from people import channels, choices, notices, quiet, signals
from people.models import Notice, NoticeChoice, RefusedAddress, User


class Telling(NamedTuple):
    """One thing that one person is to be told."""

    person: User
    kind: str
    key: str
    facts: dict[str, Any]


def notify(*, person: User, kind: str, key: str, at: datetime, facts: dict[str, Any]) -> list[Notice]:
    """Tell `person` something once, through every channel that reaches them and that they want.

    `facts` fill the text of `kind` (people.notices) and give `url`, a path; `until`
    (ISO) says from when it is too late to send, `calendar` (`{"method", "ics"}`, or a
    list of them) goes with the mail. Called again with the same `kind` and `key` it tells
    nobody anything.
    """
    return notify_all(tellings=[Telling(person, kind, key, facts)], at=at)


@transaction.atomic
def notify_all(*, tellings: Sequence[Telling], at: datetime) -> list[Notice]:
    """Tell many people, each as `notify` does; the same number of queries however many they are.

    Of two who tell the same at once, one writes the row: the other's is passed over by the database.
    """
    if unknown := {telling.kind for telling in tellings} - notices.TEXTS.keys():
        raise ValueError(f"There is no text for notices of kind {', '.join(sorted(unknown))!r}.")
    wanted = _not_told(_wanted(tellings, at))
    if not wanted:
        return []
    Notice.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=500)
    new = {_identity(notice) for notice in wanted}
    created = [notice for notice in _about(wanted).order_by("pk") if _identity(notice) in new]
    for notice in created:
        if notice.state == Notice.State.QUEUED and notice.due_at is None:
            signals.notice_queued.send(Notice, notice_id=notice.pk)
    return created


def _wanted(tellings: Sequence[Telling], at: datetime) -> list[Notice]:
    """A row for each channel that reaches a person and that they want; none for a refused address."""
    people = {telling.person.pk for telling in tellings}
    chosen: dict[int, dict[tuple[str, str], bool]] = {}
    for choice in NoticeChoice.objects.filter(person__in=people):
        chosen.setdefault(choice.person_id, {})[choice.group, choice.channel] = choice.wanted
    rows = []
    for telling in tellings:
        group = notices.group_of(telling.kind)
        for channel in channels.switched_on().values():
            address = channel.address(telling.person)
            on_screen = channel.name == Notice.Channel.SCREEN
            reaches = channel.takes(telling.kind) and (on_screen or address)
            if reaches and choices.wanted(group, channel, chosen.get(telling.person.pk, {})):
                rows.append(_row(telling, channel, address, at))
    dead = RefusedAddress.objects.among({notice.address for notice in rows if notice.address})
    alive = [notice for notice in rows if (notice.channel, notice.address) not in dead]
    # In one order, so that of two who tell the same people neither waits for what the other holds.
    return sorted(alive, key=lambda notice: _identity(notice)[:3])


def _row(telling: Telling, channel: channels.Channel, address: str, at: datetime) -> Notice:
    sent = channel.name == Notice.Channel.SCREEN
    rests = channel.rings and notices.group_of(telling.kind) != notices.Group.ACCOUNT
    due = quiet.awake(at, quiet=settings.QUIET_HOURS) if rests else at
    return Notice(
        person=telling.person,
        kind=telling.kind,
        key=telling.key,
        channel=channel.name,
        facts=telling.facts,
        address=address,
        state=Notice.State.SENT if sent else Notice.State.QUEUED,
        created_at=at,
        due_at=due if due > at and not sent else None,
        sent_at=at if sent else None,
    )


def _identity(notice: Notice) -> tuple[int, str, str, str]:
    return notice.person_id, notice.kind, notice.key, notice.channel


def _about(rows: Iterable[Notice]) -> Any:
    """Stored notices with the persons, kinds and keys of `rows`, and perhaps a few more."""
    return Notice.objects.filter(
        person__in={notice.person_id for notice in rows},
        kind__in={notice.kind for notice in rows},
        key__in={notice.key for notice in rows},
    )


def _not_told(rows: list[Notice]) -> list[Notice]:
    if not rows:
        return []
    told = set(_about(rows).values_list("person_id", "kind", "key", "channel"))
    return [notice for notice in rows if _identity(notice) not in told]


def read_notice(*, notice: Notice, at: datetime) -> Notice:
    """Mark a notice as read; the first time counts."""
    if Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at):
        notice.read_at = at
    return notice
