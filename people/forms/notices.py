"""What people choose about notices, and what staff write into them."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy, pgettext_lazy

from people import choices, notices
from people.channels import Channel
from people.models import Notice


class NoticeChoicesForm(forms.Form):
    """A box for each group and channel; what nobody can switch off is ticked and fixed."""

    def __init__(
        self, *args: Any, channels: Collection[Channel], chosen: Mapping[tuple[str, str], bool], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.channels = list(channels)
        for group in notices.Group:
            for channel in self.channels:
                self.fields[f"{group.value}-{channel.name}"] = forms.BooleanField(
                    label=f"{notices.GROUP_NAMES[group]}: {Notice.Channel(channel.name).label}",
                    required=False,
                    initial=choices.wanted(group, channel, chosen),
                    disabled=choices.fixed(group, channel),
                )

    @property
    def wishes(self) -> dict[tuple[str, str], bool]:
        """What the cleaned form asks for, by group and channel."""
        return {
            (group.value, channel.name): self.cleaned_data[f"{group.value}-{channel.name}"]
            for group in notices.Group
            for channel in self.channels
        }

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The table: a line per group, a box per channel."""
        return [
            {
                "name": notices.GROUP_NAMES[group],
                "hint": notices.GROUP_HINTS[group],
                "boxes": [
                    (Notice.Channel(channel.name).label, self[f"{group.value}-{channel.name}"])
                    for channel in self.channels
                ],
            }
            for group in notices.Group
        ]


class NoticeTextForm(forms.Form):
    """The province's own words for one kind in one language."""

    subject = forms.CharField(label=pgettext_lazy("letter", "Subject"), max_length=200)
    body = forms.CharField(
        label=pgettext_lazy("letter", "Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )
    button = forms.CharField(label=gettext_lazy("Words on the button"), max_length=60)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_subject(self) -> str:
        """One line: it stands in a mail's head."""
        subject: str = self.cleaned_data["subject"]
        if len(subject.splitlines()) > 1:
            raise ValidationError(_("The subject is one line."), code="lines")
        return subject

    @property
    def words(self) -> notices.Wording:
        """The cleaned text."""
        data = self.cleaned_data
        return notices.Wording(data["subject"], data["body"], data["button"])


class NoticeFilterForm(forms.Form):
    """How the log of notices is narrowed."""

    q = forms.CharField(label=gettext_lazy("Name, code or phone number"), max_length=150, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted(((kind, notices.kind_name(kind)) for kind in notices.TEXTS), key=lambda pair: pair[1])
        for name, offered in (("kind", kinds), ("channel", Notice.Channel.choices), ("state", Notice.State.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", gettext_lazy("All")), *offered]
