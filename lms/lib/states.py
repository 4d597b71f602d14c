"""A state changes by one verb, one claim, one line of history.

A model that has a life declares `State`, a `MOVES` table and the model of its
events; every change goes through `move`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A request that the rules refuse; `str()` is a sentence for the person who asked."""

    def __init__(self, message: Any, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class NotAllowed(Refused):
    """The table of moves does not know this move."""


class Conflict(Refused):
    """Somebody else moved first: the row is no longer in the state that was read."""


class Event(models.Model):
    """One line of history. Append-only; subclasses add the foreign key `subject`."""

    old = models.CharField(max_length=20, blank=True)
    new = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Stateful(models.Model):
    """A row with a state. Subclasses define `state`, `MOVES` and `EVENT`."""

    MOVES: ClassVar[Mapping[str, frozenset[str]]]
    EVENT: ClassVar[type[Event]]
    state: Any

    class Meta:
        abstract = True

    def may_move(self, to: str) -> bool:
        """Whether the table lets this row, as read, go to the state `to`."""
        return to in self.MOVES.get(self.state, frozenset())

    def move(
        self, to: str, *, by: Any, at: datetime, note: str = "", data: dict[str, Any] | None = None, **fields: Any
    ) -> None:
        """Take the row to `to`, set `fields` with it and write one event.

        Raises NotAllowed when the table has no such move, Conflict when the row
        has left the state in which it was read.
        """
        old: str = self.state
        if not self.may_move(to):
            raise NotAllowed(
                _("This step is not possible any more: it stands at “%(state)s”.") % {"state": self.state_name()},
                code="not_allowed",
            )
        with transaction.atomic():
            # The claim: of two who read the same state, one changes one row and
            # the other none.
            rows: models.Manager[Any] = type(self)._base_manager
            claimed = rows.filter(pk=self.pk, state=old).update(state=to, **fields)
            if claimed != 1:
                raise Conflict(
                    _("Somebody else has just changed this. Look at it again before going on."), code="conflict"
                )
            self._record(old=old, new=to, by=by, at=at, note=note, data=data or {})
        self.state = to
        for name, value in fields.items():
            setattr(self, name, value)

    def state_name(self) -> str:
        """The state in the reader's language."""
        return str(self.get_state_display())  # type: ignore[attr-defined]

    def born(self, *, by: Any, at: datetime, note: str = "", data: dict[str, Any] | None = None) -> None:
        """Write the first line of history of a row just created."""
        self._record(old="", new=self.state, by=by, at=at, note=note, data=data or {})

    def _record(self, **fields: Any) -> None:
        # Any: Event is abstract, `objects` and `subject` are its subclasses'.
        events: Any = self.EVENT._default_manager
        events.create(subject=self, **fields)
