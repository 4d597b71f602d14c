"""What is asked about a file of people."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from people.imports.columns import tell
from people.imports.grid import MAX_BYTES
from people.models import Enterprise, ImportRow


class UploadForm(forms.Form):
    """A file, and the enterprise that all its people belong to."""

    file = forms.FileField(
        label=gettext_lazy("File (XLSX or CSV)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt"}),
        help_text=gettext_lazy("Up to 20,000 rows and 20 MB. It is shown first; nothing is stored before you say so."),
    )
    enterprise = forms.ModelChoiceField(label=gettext_lazy("Enterprise"), queryset=Enterprise.objects.none())

    def __init__(self, *args: Any, offered: QuerySet[Enterprise], needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        enterprise = self.fields["enterprise"]
        assert isinstance(enterprise, forms.ModelChoiceField)
        enterprise.queryset = offered
        enterprise.required = needed
        enterprise.empty_label = None if needed else _("as the rows say")
        if not needed:
            enterprise.help_text = _("Choose one only if every row is of its people.")
        elif len(choices := list(offered[:2])) == 1:
            enterprise.initial = choices[0]
            enterprise.widget = enterprise.hidden_widget()

    def clean_file(self) -> "UploadedFile[bytes]":
        """A file of a size that is read. Raises ValidationError."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            facts = {"size": f"{(file.size or 0) / 1_048_576:.0f} MB", "limit": f"{MAX_BYTES / 1_048_576:.0f} MB"}
            raise ValidationError(tell("too_large", facts), code="too_large")
        return file


class ImportRowFilterForm(forms.Form):
    """Which rows are shown."""

    verdict = forms.ChoiceField(choices=[("", ""), *ImportRow.Verdict.choices], required=False)


class ApplyForm(forms.Form):
    """All or nothing, or the good rows only."""

    only_good = forms.TypedChoiceField(choices=[("no", ""), ("yes", "")], coerce=lambda value: value == "yes")
