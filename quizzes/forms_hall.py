"""What invigilators, and who plans sessions, send; checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.models import Exam, ExamSession

REASONS = [
    ("line", _("network of the hall failed")),
    ("device", _("device failed")),
    ("health", _("health of the taker")),
    ("identity", _("identity is in question")),
    ("rules", _("rules of the exam were broken")),
    ("other", _("something else: see the note")),
]
MINUTES = [(3, "3"), (5, "5"), (10, "10"), (15, "15")]


class ReasonForm(forms.Form):
    """A reason from the list, with words of one's own."""

    why = forms.ChoiceField(label=_("Reason"), choices=REASONS, help_text=_("Goes into the record of the session."))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """A note where nothing else says why."""
        data = super().clean() or {}
        if data.get("why") == "other" and not data.get("note", "").strip():
            self.add_error("note", _("Say in words what happened."))
        return data

    @property
    def reason(self) -> str:
        """In one line, as it is kept."""
        words = str(dict(REASONS)[self.cleaned_data["why"]])
        note: str = self.cleaned_data["note"].strip()
        if self.cleaned_data["why"] == "other":
            return note
        return f"{words}: {note}" if note else words


class ActForm(ReasonForm):
    """What is done to one attempt, or to all of a session."""

    act = forms.ChoiceField(
        label=_("Action"),
        choices=[
            ("pause", _("Pause")),
            ("extend", _("Add time")),
            ("void", _("Declare void")),
        ],
    )
    minutes = forms.TypedChoiceField(label=_("Minutes"), choices=MINUTES, coerce=int, initial=5, required=False)

    field_order = ("act", "minutes", "why", "note")


class SessionForm(forms.ModelForm[ExamSession]):
    """Exam, time and place of a session."""

    class Meta:
        model = ExamSession
        fields = ["exam", "run", "place", "starts_at", "ends_at"]
        widgets = {
            "starts_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "ends_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exams: Any = self.fields["exam"]
        exams.queryset = Exam.objects.filter(retired=False).order_by("code")
        self.fields["place"].label = _("Place of the exam")
        runs: Any = self.fields["run"]
        runs.label = _("Class")
        runs.help_text = _("Empty: people of any class, and candidates.")
        runs.queryset = runs.queryset.order_by("-starts_on")[:200]
        if self.instance.pk:
            # People were put into it for this exam; another exam is another session.
            del self.fields["exam"]

    def clean(self) -> dict[str, Any]:
        """The end after the beginning."""
        data = super().clean() or {}
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("The session must end after it begins."))
        return data
