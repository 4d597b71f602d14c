"""Forms of certification, for applicants, visitors and staff."""

from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import Application, Certificate, Decision, SchemeVersion
from courses.models import Subject
from lms.lib.bilingual import of


class VerifyForm(forms.Form):
    """What stands on the paper."""

    q = forms.CharField(label=_("Number or code of the certificate"), max_length=80)
    name = forms.CharField(
        label=_("Holder’s full name"),
        max_length=150,
        required=False,
        help_text=_("Only for a certificate of completion, as printed on it."),
    )


class RegisterForm(forms.Form):
    """Search in the public register."""

    q = forms.CharField(label=_("Name or number"), max_length=100, required=False)
    subject = forms.ModelChoiceField(
        label=_("Subject"), queryset=Subject.objects.none(), required=False, to_field_name="code", empty_label=_("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].queryset = Subject.objects.exclude(schemes=None).distinct()  # type: ignore[attr-defined]


class DraftForm(forms.ModelForm[Application]):
    """What an applicant writes about themselves. A draft may be kept half-filled."""

    use_required_attribute = False

    class Meta:
        model = Application
        fields = ["education", "experience_years", "statement", "special_needs"]
        labels = {
            "education": _("Education"),
            "experience_years": _("Years of work in this field"),
            "statement": _("What you have done in this field"),
            "special_needs": _("Help needed during assessment"),
        }
        help_texts = {
            "education": _("Degree, field and year, as on the paper."),
            "experience_years": _("Whole years, as confirmed by the employer."),
            "statement": _("Places, your part in it, and what came of it. A few sentences are enough."),
            "special_needs": _("For instance large print, more time, an interpreter."),
        }
        widgets = {
            "experience_years": forms.NumberInput(attrs={"min": 0, "max": 60}),
            "statement": forms.Textarea(attrs={"rows": 5}),
            "special_needs": forms.Textarea(attrs={"rows": 2}),
        }

    def show_needed(self, version: SchemeVersion) -> Self:
        """Mark what the scheme asks for, to be shown only: the handing in checks it, not the draft."""
        for name in ("education", "experience_years"):
            self.fields[name].required = bool(version.requires.get(name))
        return self


class EvidenceForm(forms.Form):
    """One file of one kind."""

    kind = forms.ChoiceField(label=_("Kind of evidence"))
    file = forms.FileField(label=_("File"), max_length=200)

    def __init__(self, *args: Any, version: SchemeVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(item["code"], of(item["name"])) for item in version.evidence]  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"


class NoteForm(forms.Form):
    """An officer's words about a file."""

    note = forms.CharField(label=_("Note"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class DecisionForm(forms.Form):
    """The decision and what it rests on. Nothing is chosen beforehand."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[(Decision.Outcome.GRANT, _("Grant")), (Decision.Outcome.REFUSE, _("Do not grant"))],
        widget=forms.RadioSelect,
    )
    basis = forms.CharField(
        label=_("What the decision rests on"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class EndForm(forms.Form):
    """Ending a certificate: how, why, and its number typed by hand."""

    how = forms.ChoiceField(
        label=_("What is done"),
        choices=[
            ("revoke", _("Cancel: the certificate was issued in error")),
            ("withdraw", _("Withdraw: the consultant no longer meets the conditions")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The holder reads it. The public sees only the kind of ending and its date."),
    )
    number = forms.CharField(label=_("Certificate number, typed"), max_length=40)

    def __init__(self, *args: Any, certificate: Certificate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate
        self.fields["number"].help_text = _("Type %(number)s to confirm.") % {"number": certificate.number}
        if certificate.kind == Certificate.Kind.COMPLETION:
            how = self.fields["how"]
            how.choices = how.choices[:1]  # type: ignore[attr-defined]
            how.initial = "revoke"

    def clean_number(self) -> str:
        """The typed number is this certificate's."""
        number: str = self.cleaned_data["number"].strip()
        if number.upper() != self.certificate.number.upper():
            raise forms.ValidationError(_("This is not the number of this certificate. Type it as it is printed."))
        return number


class CertificateFilterForm(forms.Form):
    """Which certificates a member of staff looks for."""

    q = forms.CharField(label=_("Name or number"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Certificate.Kind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Certificate.State.choices])


class ApplicationFilterForm(forms.Form):
    """Which applications a member of staff looks for."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("To be worked on")),
            *(choice for choice in Application.State.choices if choice[0] != Application.State.DRAFT),
        ],
    )
