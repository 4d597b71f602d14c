"""Roles of staff: given and taken back, with history."""

from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _

from lms.lib.access import GRANTABLE, Role
from lms.lib.states import NotAllowed, Refused
from people.actions.history import note
from people.models import RoleGrant, User


@transaction.atomic
def grant_role(*, person: User, role: Role, by: User | None, at: datetime) -> RoleGrant:
    """Give `person` a role of staff. Holding it already changes nothing.

    Raises NotAllowed when `by` is the person: nobody widens their own rights.
    """
    if role not in GRANTABLE:
        raise Refused(_("This role is not granted by hand."), code="role")
    if by is not None and by.pk == person.pk:
        raise NotAllowed(_("Nobody grants a role to themselves. Ask another administrator."), code="self")
    _lock(person)
    grant, created = RoleGrant.objects.get_or_create(
        person=person, role=role, ended_at=None, defaults={"granted_at": at, "granted_by": by}
    )
    if created:
        _sync(person)
        note(person, "role_granted", by=by, at=at, role=role)
    return grant


@transaction.atomic
def end_role(*, person: User, role: Role, by: User | None, at: datetime) -> None:
    """Take a role back; effective with the person's next request.

    Raises Refused for the last administrator: nobody could grant the role again.
    """
    _lock(person)
    if role == Role.ADMINISTRATOR and not other_administrators(person):
        raise Refused(_("This is the last administrator. Grant the role to somebody else first."), code="last")
    if RoleGrant.objects.filter(person=person, role=role, ended_at=None).update(ended_at=at, ended_by=by):
        _sync(person)
        note(person, "role_ended", by=by, at=at, role=role)


def _lock(person: User) -> None:
    """Lock the person's row: two administrators who act at once leave `role_names` right."""
    User.objects.select_for_update().get(pk=person.pk)


def other_administrators(person: User) -> bool:
    """Whether somebody else is an administrator with an open account. Locks their grants."""
    # All of them are locked: of two administrators who end each other, one is refused.
    grants = RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR, ended_at=None)
    return any(grant.person_id != person.pk for grant in grants.filter(person__is_active=True))


def _sync(person: User) -> None:
    """Copy the roles held onto the person's row and into Wagtail's groups of the same names."""
    held = sorted(RoleGrant.objects.filter(person=person, ended_at=None).values_list("role", flat=True))
    person.role_names = held
    person.__dict__.pop("staff_roles", None)
    person.save(update_fields=["role_names"])
    person.groups.set([_group(name) for name in held])


def _group(name: str) -> Group:
    """Wagtail's group of a role; whoever is in one may open the back office."""
    group, created = Group.objects.get_or_create(name=name)
    if created:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group
