"""Files of questions as browsers send them, and what is chosen for a whole file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _, gettext_lazy

from quizzes.formats import sentences
from quizzes.formats.result import Said
from quizzes.formats.sandbox import MAX_BYTES
from quizzes.models import Bank, Question, QuestionVersion

LANGUAGES = (("vi", gettext_lazy("Vietnamese")), ("en", gettext_lazy("English")))
FORMS = (
    ("xlsx", gettext_lazy("Excel workbook (.xlsx)")),
    ("word", gettext_lazy("Word document (.docx)")),
    ("moodle", gettext_lazy("Moodle XML")),
    ("gift", "GIFT"),
    ("aiken", "Aiken"),
    ("qti22", gettext_lazy("QTI 2.2 package")),
    ("qti30", gettext_lazy("QTI 3.0 package")),
    ("yaml", gettext_lazy("NSCL (.yaml)")),
)


class ChoicesForm(forms.Form):
    """What holds for every question that does not say it itself."""

    language = forms.ChoiceField(label=gettext_lazy("Language of the questions"), choices=LANGUAGES)
    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"), help_text=gettext_lazy("Where the file names none that the bank has.")
    )
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Difficulty"),
        choices=QuestionVersion.Difficulty.choices,
        help_text=gettext_lazy("Where the file names none."),
    )
    use = forms.ChoiceField(label=gettext_lazy("Use"), choices=Question.Use.choices)
    lesson = forms.ChoiceField(label=gettext_lazy("Lesson"), required=False)

    def __init__(self, *args: Any, bank: Bank, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = bank.topics.filter(retired=False).order_by("order", "pk")
        lessons = bank.course.lessons.order_by("order", "pk") if bank.course else []
        choices: dict[str, list[tuple[str, str]]] = {
            "topic": [(topic.code, topic.name) for topic in topics],
            "lesson": [("", "–"), *((lesson.code, lesson.code) for lesson in lessons)],
        }
        for name, values in choices.items():
            self.fields[name].choices = values  # type: ignore[attr-defined]

    @property
    def options(self) -> dict[str, str]:
        """What was chosen, as an import keeps it."""
        return {name: self.cleaned_data[name] for name in ("language", "topic", "difficulty", "use", "lesson")}


class UploadForm(ChoicesForm):
    """The file itself."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx,.csv,.txt,.gift,.xml,.zip,.imscc,.dat,.yaml,.yml"}),
        help_text=gettext_lazy("Word, Excel, CSV, GIFT, Aiken, Moodle XML, QTI 1.2 to 3.0; up to 20 MB."),
    )
    field_order = ["file", "language", "topic", "difficulty", "use", "lesson"]

    def clean_file(self) -> "UploadedFile[bytes]":
        """A file of a size that is read. Raises ValidationError."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            told = sentences.tell(Said("fault", "too_large", facts={"limit": MAX_BYTES >> 20}))
            raise ValidationError(told, code="too_large")
        return file


class TakeInForm(forms.Form):
    """All, or all but those with faults."""

    only_good = forms.BooleanField(required=False)


class ExportForm(forms.Form):
    """A format, and the language where it holds only one."""

    form = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMS)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=LANGUAGES,
        help_text=gettext_lazy("Excel, Moodle XML and YAML hold both."),
    )


def refused(form: forms.Form, message: str) -> None:
    """Say at the form why the file is not taken."""
    form.add_error("file" if "file" in form.fields else None, message or _("This file cannot be read."))
