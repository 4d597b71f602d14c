"""What the contacts of enterprises fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from certificates.enterprise import Job
from courses.models import Course, Subject
from enrolments.models import Enrolment
from people.forms.fields import BirthDateField, NameField, PhoneField
from people.models import User


class BoardForm(forms.Form):
    """How the board is narrowed."""

    q = forms.CharField(label=_("Name"), max_length=150, required=False)
    job = forms.ChoiceField(label=_("Job"), required=False)
    standing = forms.ChoiceField(
        label=_("Training"),
        required=False,
        choices=[
            ("", _("All")),
            ("gap", _("Overdue or missing")),
            ("due", _("Due within 90 days")),
            ("complete", _("Complete")),
        ],
    )

    def __init__(self, *args: Any, jobs: Iterable[Job], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        job = self.fields["job"]
        assert isinstance(job, forms.ChoiceField)
        job.choices = [("", _("All jobs")), *((one.key, one.name) for one in jobs if one.key)]


class ClassesForm(forms.Form):
    """How the list of people in classes is narrowed."""

    q = forms.CharField(label=_("Name"), max_length=150, required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Enrolment.State.choices])


class PapersForm(forms.Form):
    """How the list of certificates is narrowed."""

    q = forms.CharField(label=_("Name"), max_length=150, required=False)
    show = forms.ChoiceField(
        label=_("Validity"),
        required=False,
        choices=[
            ("", _("All")),
            ("valid", _("Valid")),
            ("ending", _("Ends within 90 days")),
            ("expired", _("Expired")),
            ("ended", _("Cancelled, withdrawn or suspended")),
        ],
    )


class NeedForm(forms.Form):
    """A rule: people of a job need a subject, again after so many months."""

    job = forms.CharField(
        label=_("Job"),
        max_length=120,
        required=False,
        help_text=_("Left empty, the rule holds for everybody. Capitals and accents make no difference."),
        widget=forms.TextInput(attrs={"list": "jobs"}),
    )
    subject = forms.ModelChoiceField(label=_("Subject"), queryset=Subject.objects.order_by("order", "pk"))
    months = forms.IntegerField(
        label=_("Again after, months"),
        min_value=1,
        max_value=120,
        required=False,
        help_text=_("Such as 12 or 24. Left empty, once is enough."),
    )


class AddPersonForm(forms.Form):
    """One of the enterprise's people who has no account yet."""

    full_name = NameField(label=_("Full name"), help_text=_("As on the identity card; printed on certificates."))
    birth_date = BirthDateField(help_text=_("Asked for at the first sign-in, so that nobody else comes in by mistake."))
    sex = forms.ChoiceField(label=_("Sex"), choices=User.Sex.choices, required=False)
    job = forms.CharField(
        label=_("Job"), max_length=120, required=False, widget=forms.TextInput(attrs={"list": "jobs"})
    )
    phone = PhoneField(required=False, help_text=_("Signs the person in, like the code, unless it is another's login."))
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("With an address they get an invitation; without one a slip is printed for them."),
    )


class InHouseForm(forms.Form):
    """A class that the enterprise asks for in its own house."""

    course = forms.ModelChoiceField(label=_("Course"), queryset=Course.objects.select_related("subject"))
    people = forms.IntegerField(label=_("Number of people"), min_value=1, max_value=2000)
    when = forms.CharField(
        label=_("When it suits"), max_length=200, help_text=_("Such as: evenings in March, or 2 whole days in April.")
    )
    place = forms.CharField(label=pgettext_lazy("of a class", "Where"), max_length=200)
    note = forms.CharField(
        label=_("Note"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What the people do and know already, room and projector, and what matters to you."),
    )
