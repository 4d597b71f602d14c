"""Someone with an account."""

import secrets
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from lms.lib.access import STAFF, Role
from lms.lib.states import Event
from lms.lib.text import fold, given_name, initials, name_key, nfc
from people.models.place import AdministrativeUnit


def opaque_username() -> str:
    """A name for the account that says nothing about its owner."""
    return "u" + secrets.token_hex(10)


class UserQuerySet(models.QuerySet["User"]):
    """Persons that a person may see."""

    def visible_to(self, person: "User") -> Self:
        """All for the programme's staff; a contact sees their enterprise's people; others themselves."""
        if person.sees_all_people:
            return self
        theirs = Q(
            memberships__ended_on=None,
            memberships__enterprise__memberships__person=person,
            memberships__enterprise__memberships__is_contact=True,
            memberships__enterprise__memberships__ended_on=None,
        )
        return self.filter(Q(pk=person.pk) | theirs).distinct()

    def same_as(self, person: "User") -> Self:
        """`person` and whoever is the same by a merge: what is theirs may hang on any of these accounts.

        Merging keeps this flat: everybody merged points at the survivor itself.
        """
        root = person.merged_into_id or person.pk
        return self.filter(Q(pk=root) | Q(merged_into=root))

    def standing(self) -> Self:
        """Persons with an account of their own: neither merged into another nor erased."""
        return self.filter(merged_into=None, erased_at=None)

    def matching(self, text: str) -> Self:
        """Persons whose name holds every word of `text`, accents and case aside."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_key__contains=word)
        return found


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates accounts with derived keys in place."""

    def create_user(self, *, full_name: str, password: str | None = None, **fields: Any) -> "User":
        """A new person. Without a password the account cannot be signed in to."""
        user: User = self.model(**fields)
        user.set_name(full_name, fields.get("given_name", ""))
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """An account past every permission, for setting a new installation up."""
        fields.setdefault("full_name", username)
        return self.create_user(username=username, password=password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The login is opaque; people sign in by e-mail, phone number or issued code.

    `email` and `phone` are contact addresses and may be missing or shared.
    What signs a person in is unique: a confirmed address of allauth's, `login_phone`
    or `login_code`.
    """

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")
        UNSAID = "", _("not said")

    # Editable to the machine: the form of wagtail.users names USERNAME_FIELD and will not load otherwise.
    username = models.CharField(max_length=40, unique=True, default=opaque_username)
    full_name = models.CharField(
        _("full name"), max_length=150, help_text=_("As on the identity card; printed on certificates.")
    )
    given_name = models.CharField(_("given name"), max_length=60, blank=True)
    sort_key = models.CharField(max_length=400, db_index=True, editable=False)
    search_key = models.CharField(max_length=150, db_index=True, editable=False)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices, blank=True, default="")
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone number"), max_length=16, blank=True)
    login_phone = models.CharField(max_length=16, unique=True, null=True, blank=True)
    login_code = models.CharField(max_length=12, unique=True, null=True, blank=True)
    must_choose_secret = models.BooleanField(
        default=False,
        help_text=_("Signed in with the first PIN of a slip: chooses a PIN of their own before anything else."),
    )
    slip_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Until when the first PIN of a slip may be used.")
    )
    commune = models.ForeignKey(
        AdministrativeUnit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("commune or ward")
    )
    job = models.CharField(_("job"), max_length=120, blank=True)
    education = models.CharField(_("education"), max_length=120, blank=True)
    identity_sealed = models.TextField(
        blank=True, editable=False, help_text=_("The personal identity number, encrypted with the field key.")
    )
    identity_last = models.CharField(max_length=4, blank=True, editable=False, help_text=_("Its last four digits."))
    language = models.CharField(_("language"), max_length=5, default="vi")
    role_names = models.JSONField(default=list, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When the personal data were replaced by a pseudonym.")
    )

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["sort_key"]
        constraints = [
            models.CheckConstraint(condition=~Q(login_phone="") & ~Q(login_code=""), name="login_is_absent_or_given"),
            models.CheckConstraint(condition=Q(sex__in=["", "female", "male"]), name="sex_is_known_or_unsaid"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def set_name(self, full_name: str, given: str = "") -> None:
        """Store the name as written, with its derived keys. Does not save."""
        self.full_name = nfc(full_name)
        self.given_name = nfc(given) or given_name(self.full_name)
        self.sort_key = name_key(self.full_name, self.given_name)
        self.search_key = fold(self.full_name)

    def get_full_name(self) -> str:
        """The name as written, for Wagtail and allauth."""
        return self.full_name

    def get_short_name(self) -> str:
        """What a person is called."""
        return self.given_name or self.full_name

    @property
    def first_name(self) -> str:
        """What Wagtail's sidebar shows beside the badge."""
        return self.get_short_name()

    @property
    def masked_name(self) -> str:
        """The name as shown before its owner is sure: first and last part whole, “Nguyễn T••• H••• Thắm”."""
        first, *middle = self.full_name.split() or [""]
        return " ".join([first, *(f"{part[0]}•••" for part in middle[:-1]), *middle[-1:]])

    @property
    def initials(self) -> str:
        """For the round badge."""
        return initials(self.full_name)

    @property
    def address(self) -> str:
        """How the screen speaks to them: anh, chị or both."""
        return {"female": "chị", "male": "anh"}.get(self.sex, "anh/chị")

    @property
    def is_staff(self) -> bool:
        """Whether a second factor is asked for in production."""
        return self.is_superuser or bool(self.staff_roles)

    @cached_property
    def staff_roles(self) -> frozenset[Role]:
        """Roles granted by an administrator."""
        return frozenset(Role(name) for name in self.role_names) & STAFF

    @cached_property
    def is_contact(self) -> bool:
        """Whether the person speaks for an enterprise at present."""
        return self.memberships.filter(is_contact=True, ended_on=None).exists()

    def has_role(self, *roles: Role) -> bool:
        """Whether the person has any of `roles`."""
        wanted = frozenset(roles)
        if not self.is_active:
            return False
        if self.is_superuser and Role.ADMINISTRATOR in wanted:
            return True
        if Role.TRAINEE in wanted or wanted & self.staff_roles:
            return True
        return Role.CONTACT in wanted and self.is_contact

    @property
    def sees_all_people(self) -> bool:
        """Whether lists of people and enterprises are open to them."""
        return self.has_role(Role.ADMINISTRATOR, Role.PROGRAMME, Role.OFFICER, Role.INSPECTOR)

    def enterprise_on(self, day: date) -> Any:
        """The enterprise they belonged to on `day`, or None."""
        membership = self.memberships.on(day).select_related("enterprise").order_by("-since").first()
        return membership.enterprise if membership else None


class PersonEvent(Event):
    """What was done to a person's account and by whom."""

    subject = models.ForeignKey(User, on_delete=models.PROTECT, related_name="events")


class RoleGrant(models.Model):
    """A role held from `granted_at` until `ended_at`."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(ended_at=None), name="a_role_is_held_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.role}"


class Consent(models.Model):
    """A person's yes to one purpose, to the text of one version; withdrawn at any time.

    Law 91/2025/QH15: per purpose, provable, never by silence.
    """

    class Purpose(models.TextChoices):
        TERMS = "terms", _("Rules of use and processing of data for the training")
        REGISTER = "register", _("Name in the public register of certified consultants")
        NEWS = "news", _("News about new courses")

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="one_consent_in_force_per_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.purpose}"
