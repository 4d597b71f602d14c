"""What is done to classes and requests, one step at a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from courses.models import Course
from enrolments.forms.fields import DayField, clean_code
from enrolments.models import CourseRun
from people.models import User


class ClassFilterForm(forms.Form):
    """Search in the list of classes."""

    q = forms.CharField(label=gettext_lazy("Code, course or place"), max_length=100, required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    mode = forms.ChoiceField(label=gettext_lazy("Mode"), required=False)
    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"),
        queryset=Course.objects.all(),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("All"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", gettext_lazy("All"))
        self.fields["state"].choices = [everything, *CourseRun.State.choices]  # type: ignore[attr-defined]
        self.fields["mode"].choices = [everything, *CourseRun.Mode.choices]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """Another state for a class, with the reason."""

    to = forms.ChoiceField(label=gettext_lazy("New state"), choices=CourseRun.State.choices)
    note = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept in the history of the class. Needed when it is cancelled."),
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = [choice for choice in CourseRun.State.choices if run.may_move(choice[0])]
        self.fields["to"].choices = allowed  # type: ignore[attr-defined]


class CopyForm(forms.Form):
    """The same class on other days."""

    starts_on = DayField(
        label=gettext_lazy("Starts on"),
        help_text=gettext_lazy("Everything that the class has on a day moves by as many days: its end, its meetings."),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Left empty, it is made of the course and the year, such as HACCP-2026-03."),
    )

    def clean_code(self) -> str:
        """The code in capitals, or empty."""
        return clean_code(self.cleaned_data["code"])


class StartForm(forms.Form):
    """A new class in a minute: of which course, from when on."""

    course = forms.ModelChoiceField(label=gettext_lazy("Course"), queryset=Course.objects.none())
    starts_on = DayField(label=gettext_lazy("Starts on"))
    opened = forms.BooleanField(
        label=gettext_lazy("Open for enrolment at once"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Otherwise it is a draft that nobody sees yet."),
    )

    def __init__(self, *args: Any, teacher: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = Course.objects.order_by("code")
        if teacher is not None:
            courses = courses.filter(instructors=teacher)
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The office's answer to a request for a place."""

    note = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Told to the person. Needed when you do not agree."),
    )
    waive = forms.BooleanField(label=gettext_lazy("Let them in without what is missing"), required=False)

    def __init__(self, *args: Any, lacking: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not lacking:
            del self.fields["waive"]


class WithdrawForm(forms.Form):
    """Why somebody leaves a class."""

    note = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), strip=True
    )
