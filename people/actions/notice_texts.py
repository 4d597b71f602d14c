"""The province's own words for what people are told."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people import notices
from people.models import NoticeText, User


def check_notice_text(*, kind: str, words: notices.Wording) -> None:
    """Raise Refused for a placeholder that the kind does not have, and for one that its text has and `words` lack.

    Without it people would not be told when or where.
    """
    unknown, lacking = notices.misfits(kind, words)
    if unknown:
        raise Refused(
            _("This kind has no %(names)s. Take it out, or use one of the list.") % {"names": _braced(unknown)},
            code="unknown",
        )
    if lacking:
        raise Refused(
            _("%(names)s is missing. Put it in: people would not be told what it stands for.")
            % {"names": _braced(lacking)},
            code="missing",
        )


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


@transaction.atomic
def set_notice_text(*, kind: str, language: str, words: notices.Wording, by: User, at: datetime) -> NoticeText:
    """Word a kind in one language, also what was told before. Raises Refused as `check_notice_text` does."""
    check_notice_text(kind=kind, words=words)
    text, _created = NoticeText.objects.update_or_create(
        kind=kind,
        language=language,
        defaults={**words._asdict(), "changed_at": at, "changed_by": by},
    )
    return text


def reset_notice_text(*, kind: str, language: str) -> None:
    """Go back to the built-in text."""
    NoticeText.objects.filter(kind=kind, language=language).delete()
