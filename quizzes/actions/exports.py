"""A bank written as a file: a look at every key in it, and logged as that."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from people.models import User
from quizzes.actions.keys import require_keys
from quizzes.formats import writing
from quizzes.formats.result import Written
from quizzes.models import Bank, KeySight
from quizzes.queries import imports as reading


@transaction.atomic
def export_questions(
    *, bank: Bank, form: str, language: str, by: User, at: datetime, codes: Sequence[str] | None = None
) -> Written:
    """The questions of a bank, or those with `codes`, in a format of `writing.FORMS`.

    Every version written is logged as seen, before anything is handed out. Raises
    Refused for who may not see the keys, and for an empty bank.
    """
    require_keys(bank=bank, by=by)
    versions = reading.newest(bank, codes)
    if not versions:
        raise Refused(_("There is no question to write."), "nothing")
    KeySight.objects.bulk_create(KeySight(version=version, person=by, at=at) for version in versions)
    nodes = reading.written(versions)
    return writing.write(form, nodes, language, reading.pictures(bank, nodes))
