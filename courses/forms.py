"""Forms of the back office."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

from courses.packs.pictures import drawing_faults, extension


class SafeImageForm(BaseImageForm):
    """Wagtail's form for a picture; a drawing (SVG) is taken only if nothing in it can run."""

    def clean_file(self) -> Any:
        """The file as sent. Raises ValidationError for an unsafe drawing."""
        file = self.cleaned_data.get("file")
        if file and hasattr(file, "seek") and extension(file.name or "") == "svg":
            file.seek(0)
            faults = drawing_faults(file.read())
            file.seek(0)
            if faults:
                raise ValidationError(
                    _("This drawing cannot be taken: %(faults)s") % {"faults": " ".join(faults)}, code="unsafe"
                )
        return file
