"""What people want to be told, through which channel; letters ended by a link in them."""

from datetime import datetime

from django.core import signing
from django.db import transaction

from people import channels, choices, notices
from people.actions.history import note
from people.models import Notice, NoticeChoice, User

STOP_SALT = "people.stop-letters"


@transaction.atomic
def choose_notices(*, person: User, wishes: dict[tuple[str, str], bool], by: User, at: datetime) -> None:
    """Store what `person` wants, by group and channel. What nobody can switch off stays on."""
    present = {(row.group, row.channel): row.wanted for row in NoticeChoice.objects.filter(person=person)}
    on = channels.switched_on()
    changed: dict[str, bool] = {}
    for (group, name), wish in wishes.items():
        channel = on[name]
        if choices.fixed(notices.Group(group), channel):
            continue
        if wish != choices.wanted(notices.Group(group), channel, present):
            NoticeChoice.objects.update_or_create(person=person, group=group, channel=name, defaults={"wanted": wish})
            changed[f"{group} {name}"] = wish
    if changed:
        note(person, "notices_chosen", by=by, at=at, changed=changed)


def stop_token(person: User, group: notices.Group) -> str:
    """What stands in the address that ends letters of a group; says nothing of the person."""
    return signing.dumps([person.pk, group.value], salt=STOP_SALT)


def stop_letters(*, token: str, at: datetime) -> notices.Group | None:
    """End the mails of the group that `token` names; None for a token that is not ours."""
    found = whose_letters(token)
    if found is None:
        return None
    person, group = found
    choose_notices(person=person, wishes={(group.value, Notice.Channel.MAIL.value): False}, by=person, at=at)
    return group


def whose_letters(token: str) -> tuple[User, notices.Group] | None:
    """The person and the group of a `stop_token`; None when it was tampered with."""
    try:
        pk, name = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=pk).first()
    return (person, notices.Group(name)) if person else None
