"""What the office fills in when it answers a request for a class."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from enrolments.models import CourseRun, InHouseRequest


class LinkForm(forms.Form):
    """The class with which a request is answered."""

    run = forms.ModelChoiceField(label=_("Class"), queryset=CourseRun.objects.none())
    answer = forms.CharField(
        label=_("What else to tell them"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, asked: InHouseRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        run = self.fields["run"]
        assert isinstance(run, forms.ModelChoiceField)
        ended = [CourseRun.State.FINISHED, CourseRun.State.CANCELLED]
        run.queryset = CourseRun.objects.filter(course=asked.course_id).exclude(state__in=ended)


class DeclineForm(forms.Form):
    """Why a request is declined."""

    answer = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The enterprise reads it. Say what they could do instead."),
    )
