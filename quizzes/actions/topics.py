"""Banks made here, the tree of their topics, and pairs of questions said to be two."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.models import Course
from lms.lib.access import Role
from lms.lib.states import Refused
from lms.lib.text import fold
from people.models import User
from quizzes.actions.keys import grant_keys
from quizzes.models import Bank, Exam, Question, SaidDistinct, Topic


@transaction.atomic
def create_bank(
    *, code: str, course: Course | None, scheme: str, title_vi: str, title_en: str, by: User, at: datetime
) -> Bank:
    """A bank for a course or for a certification scheme; who made it may see its keys. Raises Refused."""
    if not by.has_role(Role.ADMINISTRATOR):
        raise Refused(_("Only an administrator makes a question bank."), "not_administrator")
    if (course is None) == (not scheme):
        raise Refused(_("A bank belongs to a course or to a certification scheme: name one of them."), "whose")
    try:
        with transaction.atomic():
            bank = Bank.objects.create(code=code, course=course, scheme=scheme, title_vi=title_vi, title_en=title_en)
    except IntegrityError as error:
        raise Refused(_("There is a bank with the code “%(code)s” already.") % {"code": code}, "code_taken") from error
    grant_keys(bank=bank, person=by, reason=_("Made the bank."), by=by, at=at)
    return bank


def _lock(bank: Bank) -> None:
    # Of two who move topics at once, the second sees what the first did: no circle comes about.
    Bank.objects.select_for_update().get(pk=bank.pk)


@transaction.atomic
def add_topic(
    *, bank: Bank, parent: Topic | None, name_vi: str, name_en: str, competence: str = "", clause: str = ""
) -> Topic:
    """A topic made here, below `parent` or at the top, after its sisters."""
    _lock(bank)
    stem = slugify(fold(name_vi or name_en))[:50].strip("-") or "topic"
    taken = set(bank.topics.values_list("code", flat=True))
    code = next(one for n in range(1, len(taken) + 2) if (one := stem if n == 1 else f"{stem}-{n}") not in taken)
    last = bank.topics.order_by("-order").values_list("order", flat=True).first()
    return Topic.objects.create(
        bank=bank,
        parent=_parent(bank, parent, None),
        code=code,
        name_vi=name_vi or name_en,
        name_en=name_en or name_vi,
        order=0 if last is None else last + 1,
        competence=competence,
        clause=clause,
        local=True,
    )


def _parent(bank: Bank, parent: Topic | None, topic: Topic | None) -> Topic | None:
    """Raises Refused for a parent elsewhere, or one that is the topic itself or below it."""
    parents = dict(bank.topics.values_list("pk", "parent"))
    if parent is None:
        return None
    if parent.pk not in parents:
        raise Refused(_("This topic is not one of the bank's topics in use."), "not_a_topic")
    way: int | None = parent.pk
    while way is not None and topic is not None:
        if way == topic.pk:
            raise Refused(_("A topic cannot be put below itself."), "circle")
        way = parents.get(way)
    return parent


@transaction.atomic
def save_topic(
    *, topic: Topic, parent: Topic | None, name_vi: str, name_en: str, competence: str, clause: str, order: int
) -> Topic:
    """Rename, move, and say what the topic serves. Its code stays: blueprints and packs name it."""
    _lock(topic.bank)
    topic.parent = _parent(topic.bank, parent, topic)
    topic.name_vi, topic.name_en = name_vi or name_en, name_en or name_vi
    topic.competence, topic.clause, topic.order = competence, clause, order
    topic.save()
    return topic


@transaction.atomic
def retire_topic(*, topic: Topic, retired: bool) -> Topic:
    """Take a topic out of use or back. Raises Refused while questions in use or topics stand below it."""
    _lock(topic.bank)
    here = Q(current__topic=topic) | Q(proposed__topic=topic)
    if retired and Question.objects.filter(here).exclude(state=Question.State.RETIRED).exists():
        raise Refused(_("Questions in use stand under this topic. Move or retire them first."), "in_use")
    if retired and topic.children.filter(retired=False).exists():
        raise Refused(_("Topics in use stand below this one. Move or retire them first."), "in_use")
    drawn = Exam.objects.filter(Q(blueprint__topic=topic) | Q(minima__topic=topic), retired=False).first()
    if retired and drawn is not None:
        raise Refused(
            _("The blueprint of “%(exam)s” names this topic. Take it out there first.") % {"exam": drawn.title},
            "in_use",
        )
    if not retired and topic.parent is not None and topic.parent.retired:
        raise Refused(_("The topic above is retired. Take that up first, or move this one."), "parent_retired")
    topic.retired = retired
    topic.save(update_fields=["retired"])
    return topic


@transaction.atomic
def tell_apart(*, one: Question, other: Question, by: User, at: datetime) -> SaidDistinct:
    """Record that two questions which read alike are two: they are not proposed again."""
    first, second = sorted((one, other), key=lambda question: question.pk)
    said, _created = SaidDistinct.objects.get_or_create(
        first=first, second=second, defaults={"said_by": by, "said_at": at}
    )
    return said
