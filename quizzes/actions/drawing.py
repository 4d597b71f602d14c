"""What an attempt is made of: the questions drawn, in their order."""

import structlog
from django.utils.translation import gettext as _

from lms.lib.states import Refused
from quizzes import queries
from quizzes.blueprint import CannotServe, draw
from quizzes.models import Exam, QuestionVersion

log = structlog.get_logger(__name__)


def drawn(exam: Exam, seed: str) -> list[QuestionVersion]:
    """The versions drawn, in their order. Only what was drawn is read in full."""
    cells, pool = queries.drawable(exam)
    try:
        chosen = draw(cells, pool, seed)
    except CannotServe as error:
        log.error("blueprint_not_served", exam=exam.code, shortages=str(error))
        raise Refused(
            _("The question bank cannot serve this exam at present. Tell the organiser; nothing was started."),
            "cannot_serve",
        ) from error
    if not chosen:
        raise Refused(_("This exam has no questions yet. Tell the organiser; nothing was started."), "cannot_serve")
    versions = QuestionVersion.objects.select_related("topic").in_bulk(chosen)
    return [versions[pk] for pk in chosen]
