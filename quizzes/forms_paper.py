"""What staff send about exams on paper; checked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quizzes.models import Exam


class ManyFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, at least one."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each by itself."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


class SheetsForm(forms.Form):
    """Which forms are sat in a session."""

    forms = forms.MultipleChoiceField(
        label=_("Forms"), widget=forms.CheckboxSelectMultiple,
        help_text=_("People side by side get different ones. Whoever has one keeps it."),
    )  # fmt: skip

    def __init__(self, exam: Exam, data: Any = None) -> None:
        super().__init__(data)
        chosen: Any = self.fields["forms"]
        found = exam.forms.filter(retired_at=None).order_by("code")
        chosen.choices = [(form.code, _("Form %(code)s") % {"code": form.code}) for form in found]
        chosen.initial = [form.code for form in found]


class TableForm(forms.Form):
    """A table of answers."""

    table = forms.FileField(label=_("Table of answers (XLSX or CSV)"))


class ScansForm(forms.Form):
    """Pictures of answer sheets."""

    pictures = ManyFilesField(
        label=_("Scanned answer sheets (PDF, PNG, JPEG, or a ZIP of pictures)"),
        help_text=_("One page of a sheet to a page or picture; 200 dpi in grey is best. At most 100 files at once."),
        widget=ManyFiles(attrs={"multiple": True, "accept": ".pdf,.png,.jpg,.jpeg,.zip"}),
    )
