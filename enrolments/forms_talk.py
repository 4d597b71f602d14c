"""What is written to a class."""

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from enrolments import said


class AnnouncementForm(forms.Form):
    """An announcement: subject and plain text."""

    subject = forms.CharField(label=pgettext_lazy("letter", "Subject"), max_length=150)
    text = forms.CharField(
        label=pgettext_lazy("letter", "Text"),
        max_length=said.LONGEST_ANNOUNCEMENT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Plain text. Everybody in the class reads it on their page and gets it as they chose."),
    )


class PostForm(forms.Form):
    """A question or an answer."""

    text = forms.CharField(
        label=pgettext_lazy("letter", "Text"), max_length=said.LONGEST_POST, widget=forms.Textarea(attrs={"rows": 4})
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)
