"""Questions and their versions; keys in a table of their own.

Never pages or snippets: those, their history and their previews are read by
every editor, and answer keys are not.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Lesson
from lms.lib.access import Role
from lms.lib.bilingual import pick
from lms.lib.states import Event, Stateful

if TYPE_CHECKING:
    from people.models import User


class BankQuerySet(models.QuerySet["Bank"]):
    """Banks by who may work on them."""

    def visible_to(self, person: "User") -> Self:
        """All for administrators and reviewers; those of an instructor's own courses."""
        if person.has_role(Role.ADMINISTRATOR, Role.REVIEWER):
            return self
        return self.filter(course__instructors=person)


class Bank(models.Model):
    """The questions of one course or of one certification scheme.

    `scheme` is the scheme's code; schemes are known further up.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, null=True, blank=True, related_name="banks", verbose_name=_("course")
    )
    scheme = models.CharField(_("certification scheme"), max_length=40, blank=True)
    title_vi = models.CharField(_("title in Vietnamese"), max_length=200, blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)

    objects = BankQuerySet.as_manager()

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class KeyGrant(models.Model):
    """That somebody may see the keys of a bank: a permission of its own, whatever their role."""

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="key_grants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="key_grants")
    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "person"], condition=Q(until=None), name="a_person_sees_the_keys_of_a_bank_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.bank}"


class Topic(models.Model):
    """A topic of a bank; a tree through `parent`.

    `competence` and `clause` say what it serves: a competence of a scheme, a clause
    of a standard with its edition.
    """

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="topics")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    code = models.SlugField(max_length=60)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField(default=0)
    competence = models.CharField(_("competence"), max_length=60, blank=True)
    clause = models.CharField(_("clause of the standard"), max_length=60, blank=True)
    local = models.BooleanField(default=False, help_text=_("Made in the bank, not by a course pack."))
    retired = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["bank", "code"], name="a_topic_is_a_code_in_its_bank")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return pick(self.name_vi, self.name_en)


class QuestionQuerySet(models.QuerySet["Question"]):
    """Questions by who may work on them, and by use."""

    def visible_to(self, person: "User") -> Self:
        """All for administrators and reviewers; those of an instructor's own courses."""
        if person.has_role(Role.ADMINISTRATOR, Role.REVIEWER):
            return self
        return self.filter(bank__course__instructors=person)

    def drawable(self, *, secure: bool) -> Self:
        """Questions that an exam may draw: approved, never practice; only secure ones for a certification."""
        found = self.filter(use=Question.Use.EXAM, state=Question.State.APPROVED, current__isnull=False)
        return found.filter(exposure=Question.Exposure.SECURE) if secure else found


class QuestionEvent(Event):
    """What happened to a question."""

    subject = models.ForeignKey("Question", on_delete=models.PROTECT, related_name="events")


class Question(Stateful):
    """A question's identity through all its versions.

    `current` is the approved version that exams draw; `proposed` is a newer one
    that is still written or reviewed, while `current` goes on being drawn. `state`
    is that of the question: DRAFT or REVIEW until its first version is approved,
    then APPROVED until it is retired; `awaits_review` says that `proposed` was
    handed in. `file` and `order` are its place in the course pack it came from. A
    `pilot` is drawn and measured but not scored.
    """

    class Use(models.TextChoices):
        EXAM = "exam", _("exam")
        PRACTICE = "practice", _("practice")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        APPROVED = "approved", _("approved")
        RETIRED = "retired", _("retired")

    class Exposure(models.TextChoices):
        OPEN = "open", _("open: shipped or practised in public")
        SECURE = "secure", _("secure")

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.DRAFT: frozenset({State.REVIEW, State.APPROVED, State.RETIRED}),
        State.REVIEW: frozenset({State.DRAFT, State.APPROVED, State.RETIRED}),
        State.APPROVED: frozenset({State.RETIRED}),
        State.RETIRED: frozenset({State.DRAFT, State.APPROVED}),
    }
    EVENT = QuestionEvent

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="questions", verbose_name=_("question bank"))
    code = models.CharField(_("code"), max_length=40, unique=True)
    use = models.CharField(_("use"), max_length=10, choices=Use.choices, default=Use.EXAM)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.APPROVED)
    exposure = models.CharField(_("exposure"), max_length=10, choices=Exposure.choices, default=Exposure.OPEN)
    current = models.ForeignKey(
        "QuestionVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    proposed = models.OneToOneField(
        "QuestionVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="proposed_of"
    )
    awaits_review = models.BooleanField(_("waits for a review"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="questions_written"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="questions_to_review"
    )
    tags = models.JSONField(_("tags"), default=list, blank=True)
    pilot = models.BooleanField(_("on trial: drawn and measured, not scored"), default=False)
    exposure_limit = models.PositiveIntegerField(
        _("largest number of attempts that draw it"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    file = models.CharField(max_length=100, blank=True)
    order = models.PositiveIntegerField(default=0)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class QuestionVersion(models.Model):
    """What a taker sees of a question. Never changed once it was approved or drawn: an edit makes the next version.

    `content` holds no key: `{"stem": {vi, en}, …}` as `quizzes.types` says for each type.
    """

    class Difficulty(models.TextChoices):
        RECALL = "recall", _("recall")
        APPLY = "apply", _("application")
        ANALYSE = "analyse", _("analysis")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    type = models.CharField(max_length=20)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="versions")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    difficulty = models.CharField(max_length=10, choices=Difficulty.choices)
    points = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="versions_of_a_question_are_numbered"),
            models.CheckConstraint(condition=Q(points__gt=0), name="a_question_is_worth_something"),
        ]

    def __str__(self) -> str:
        return f"{self.question} v{self.number}"


class QuestionKey(models.Model):
    """The key, feedback and explanation of a version; in a table of its own so that no
    query for a taker's page can bring it along.
    """

    version = models.OneToOneField(QuestionVersion, on_delete=models.PROTECT, primary_key=True, related_name="key")
    key = models.JSONField()
    feedback = models.JSONField(default=dict, blank=True)
    explanation = models.JSONField(default=dict, blank=True)
    references = models.JSONField(default=list, blank=True, help_text=_("Where the answer stands: sources, clauses."))

    def __str__(self) -> str:
        return str(self.version_id)


class KeySight(models.Model):
    """That somebody looked at the key of a version. Append-only."""

    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="sights")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.person} · {self.version}"


class SaidDistinct(models.Model):
    """That two questions which read alike are two; they are not proposed as duplicates again."""

    first = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="two_questions_are_told_apart_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="two_questions_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
