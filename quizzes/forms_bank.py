"""Forms of the bank's screens, the editor's aside."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from courses.models import Course
from courses.packs.checks import CODE
from people.models import User
from quizzes import queries
from quizzes.models import Bank, Question, QuestionVersion, Topic
from quizzes.types import TYPES


class QuestionFilterForm(forms.Form):
    """Narrows the list of a bank's questions."""

    q = forms.CharField(label=gettext_lazy("Code or words"), max_length=100, required=False)
    topic = forms.TypedChoiceField(label=gettext_lazy("Topic"), coerce=int, required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    difficulty = forms.ChoiceField(label=gettext_lazy("Difficulty"), required=False)
    competence = forms.ChoiceField(label=gettext_lazy("Competence"), required=False)
    use = forms.ChoiceField(label=gettext_lazy("Use"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    waits = forms.ChoiceField(label=gettext_lazy("New version"), required=False)
    tag = forms.ChoiceField(label=gettext_lazy("Tag"), required=False)
    author = forms.TypedChoiceField(label=gettext_lazy("Author"), coerce=int, required=False)
    reviewer = forms.TypedChoiceField(label=gettext_lazy("Reviewer"), coerce=int, required=False)
    exposure = forms.ChoiceField(label=gettext_lazy("Exposure"), required=False)
    drawn = forms.ChoiceField(label=gettext_lazy("Drawn"), required=False)
    flagged = forms.ChoiceField(label=gettext_lazy("Warnings"), required=False)
    lacks = forms.ChoiceField(label=gettext_lazy("Language missing"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, *args: Any, bank: Bank, rows: list[queries.TopicRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {
            "topic": queries.topic_choices(rows, "pk"),
            "type": [(kind.code, kind.label) for kind in TYPES.values()],
            "difficulty": QuestionVersion.Difficulty.choices,
            "competence": [(name, name) for name in queries.competences_of(bank)],
            "use": Question.Use.choices,
            "state": Question.State.choices,
            "waits": [("review", _("waits for a review")), ("any", _("any"))],
            "tag": [(tag, tag) for tag in queries.tags_of(bank)],
            "author": [(one.pk, one.full_name) for one in queries.authors_of(bank)],
            "reviewer": [(one.pk, one.full_name) for one in queries.reviewers()],
            "exposure": Question.Exposure.choices,
            "drawn": [("yes", _("at least once")), ("no", _("never")), ("limit", _("as often as allowed"))],
            "flagged": [("1", _("with a warning"))],
            "lacks": [("en", _("no English")), ("vi", _("no Vietnamese"))],
        }
        for name, values in choices.items():
            self.fields[name].choices = [("", _("All")), *values]  # type: ignore[attr-defined]
        self.fields["sort"].choices = [  # type: ignore[attr-defined]
            ("", _("by code")),
            ("new", _("newest version first")),
            ("drawn", _("most drawn first")),
            ("difficulty", _("by difficulty")),
            ("state", _("by state")),
        ]

    @property
    def chosen(self) -> dict[str, Any]:
        """What can be understood of the filter; the rest is left out."""
        self.is_valid()
        return self.cleaned_data


class BulkForm(forms.Form):
    """What shall be done to the questions ticked."""

    verb = forms.ChoiceField(
        label=gettext_lazy("With those ticked"),
        choices=[
            ("hand_in", gettext_lazy("hand in for review")),
            ("approve", gettext_lazy("approve")),
            ("return", gettext_lazy("return to the author, with the note")),
            ("retire", gettext_lazy("retire")),
            ("take_up", gettext_lazy("take up again")),
            ("tag", gettext_lazy("add tags")),
            ("topic", gettext_lazy("move to a topic")),
            ("difficulty", gettext_lazy("set the difficulty")),
            ("reviewer", gettext_lazy("set the reviewer")),
            ("exposure", gettext_lazy("set exposure")),
        ],
    )
    tags = forms.CharField(label=gettext_lazy("Tags, with commas"), max_length=200, required=False)
    topic = forms.ModelChoiceField(
        label=gettext_lazy("Topic"), queryset=Topic.objects.none(), required=False, empty_label="–"
    )
    reviewer = forms.ModelChoiceField(
        label=gettext_lazy("Reviewer"), queryset=User.objects.none(), required=False, empty_label="–"
    )
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Difficulty"), choices=[("", "–"), *QuestionVersion.Difficulty.choices], required=False
    )
    exposure = forms.ChoiceField(
        label=gettext_lazy("Exposure"), choices=[("", "–"), *Question.Exposure.choices], required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(self, *args: Any, bank: Bank, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "bulk_%s"} | kwargs)
        self.fields["topic"].queryset = bank.topics.filter(retired=False)  # type: ignore[attr-defined]
        self.fields["reviewer"].queryset = queries.reviewers()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the verb needs must be there."""
        data = super().clean() or {}
        needed = {"tag": "tags", "return": "note"} | {
            name: name for name in ("topic", "difficulty", "reviewer", "exposure")
        }
        field = needed.get(data.get("verb", ""))
        if field and not data.get(field):
            self.add_error(field, _("Write what is to be changed.") if field == "note" else _("Say which."))
        return data


class SetForm(forms.Form):
    """What is set on a question without opening the editor."""

    tags = forms.CharField(label=gettext_lazy("Tags, with commas"), max_length=900, required=False)
    reviewer = forms.ModelChoiceField(
        label=gettext_lazy("Reviewer"), queryset=User.objects.none(), required=False, empty_label="–"
    )
    pilot = forms.BooleanField(label=gettext_lazy("on trial: drawn and measured, not scored"), required=False)
    exposure = forms.ChoiceField(label=gettext_lazy("Exposure"), choices=Question.Exposure.choices)
    exposure_limit = forms.IntegerField(
        label=gettext_lazy("Largest number of attempts that draw it"),
        required=False,
        min_value=1,
        max_value=1_000_000,
        help_text=gettext_lazy("Empty: no limit."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = queries.reviewers()  # type: ignore[attr-defined]


class TopicForm(forms.Form):
    """A topic's names, place and purpose."""

    name_vi = forms.CharField(label=gettext_lazy("Name in Vietnamese"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=200, required=False)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Below"),
        queryset=Topic.objects.none(),
        required=False,
        empty_label=gettext_lazy("nothing: at the top"),
    )
    clause = forms.CharField(
        label=gettext_lazy("Clause of the standard"), max_length=60, required=False,
        help_text=gettext_lazy("With its edition, such as ISO 9001:2015, 8.3."),
    )  # fmt: skip
    competence = forms.CharField(label=gettext_lazy("Competence"), max_length=60, required=False)
    order = forms.IntegerField(label=gettext_lazy("Place"), min_value=0, max_value=10_000, required=False)

    def __init__(self, *args: Any, bank: Bank, topic: Topic | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = bank.topics.filter(retired=False)
        self.fields["parent"].queryset = others.exclude(pk=topic.pk) if topic else others  # type: ignore[attr-defined]
        if topic is None:
            del self.fields["order"]


class BankForm(forms.Form):
    """A new bank."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"), queryset=Course.objects.order_by("code"), required=False, empty_label="–"
    )
    scheme = forms.CharField(label=gettext_lazy("or certification scheme, by its code"), max_length=40, required=False)
    title_vi = forms.CharField(label=gettext_lazy("Title in Vietnamese"), max_length=200, required=False)
    title_en = forms.CharField(label=gettext_lazy("Title in English"), max_length=200, required=False)

    def clean_code(self) -> str:
        """Capitals, digits and hyphens, as a course's."""
        code: str = self.cleaned_data["code"].strip().upper()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("Write letters, digits and hyphens, such as HACCP-2026."))
        return code


class KeyGrantForm(forms.Form):
    """Who shall see keys, and why."""

    person = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=User.objects.none(), empty_label="–")
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = queries.staff(roles)  # type: ignore[attr-defined]
