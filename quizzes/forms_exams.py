"""What staff send about an exam's rules and about one person's sitting."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.packs.checks import CODE
from enrolments.forms.fields import MomentField
from enrolments.models import Requirement
from lms.lib.states import Refused
from people.models import User
from quizzes.accommodations import ARRANGEMENTS, MOST_ATTEMPTS, MOST_MINUTES
from quizzes.models import Bank, Exam
from quizzes.networks import parse
from quizzes.terms import CERTIFIERS

_BEFORE = [(kind.value, kind.label) for kind in Requirement.Kind if kind != Requirement.Kind.EXAM]
"""Kinds of requirements that may have to be met first; the exam itself cannot."""


class BankField(forms.ModelChoiceField["Bank"]):
    """Banks by code, with whose they are."""

    def label_from_instance(self, obj: Any) -> str:
        """The code with the course's title or the scheme."""
        return f"{obj.code}: {obj.course.title if obj.course else obj.scheme}"


class ExamField(forms.ModelChoiceField["Exam"]):
    """Exams by title and code."""

    def label_from_instance(self, obj: Any) -> str:
        """The title, with the code in brackets."""
        return f"{obj.title} ({obj.code})"


class ExamRulesForm(forms.Form):
    """What the exam is called, and the rules of access, of marking and of visibility."""

    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    certifies = forms.BooleanField(
        label=_("Part of a certification"),
        required=False,
        help_text=_("Then only secure questions are drawn, and an instructor no longer changes its rules."),
    )
    opens_at = MomentField(label=_("Opens"), required=False, help_text=_("Empty: from now on."))
    closes_at = MomentField(
        label=_("Closes"), required=False, help_text=_("Nobody starts from this moment on. Empty: it stays open.")
    )
    window_end = forms.ChoiceField(
        label=_("When it closes before somebody's time is up"),
        choices=Exam.WindowEnd.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Time ends with the window: whoever starts late has less time, and the page before the exam says so. "
            "Extra minutes arranged for a person are given beyond the end. "
            "The whole time: whoever starts a minute before the end still has all minutes."
        ),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=1440)
    attempts = forms.IntegerField(label=_("Attempts"), min_value=1, max_value=100)
    wait_hours = forms.IntegerField(label=_("Hours before the next attempt"), min_value=0, max_value=10_000)
    needs_ticket = forms.BooleanField(
        label=_("Starts only with a ticket from an invigilator"),
        required=False,
        help_text=_("Each ticket lets one person start once."),
    )
    networks = forms.CharField(
        label=_("Allowed networks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("One a line, such as 192.168.10.0/24. Empty: any network."),
    )
    after = forms.MultipleChoiceField(
        label=_("Must be met in the class before"),
        choices=_BEFORE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what the class asks for; who sits the exam without a class is not held up by it."),
    )
    after_exam = forms.ModelChoiceField(
        label=_("Exam that must be passed before"), queryset=Exam.objects.none(), required=False, empty_label=_("None")
    )
    watches_focus = forms.BooleanField(
        label=_("Note when the taker leaves the exam's window"),
        required=False,
        help_text=_("The taker is told before the start. It is a hint for the examiner and takes no points away."),
    )
    double_marking = forms.BooleanField(
        label=_("Marked by two examiners"),
        required=False,
        help_text=_("Essays and files. Neither sees the other's marks."),
    )
    disagree_percent = forms.IntegerField(
        label=_("A third marks when two differ by more than, % of the points"), min_value=0, max_value=100
    )
    shows_score = forms.ChoiceField(
        label=_("Points are shown"),
        choices=Exam.Shows.choices,
        help_text=_("Whether the exam is passed is always told, and certificates are issued regardless."),
    )
    shows_answers = forms.ChoiceField(
        label=_("Answers with right and wrong are shown"),
        choices=Exam.Shows.choices,
        help_text=_("Whoever sees right answers can pass them on to those who still sit the exam or sit it again."),
    )
    shows_feedback = forms.ChoiceField(
        label=_("Feedback and explanations are shown"),
        choices=Exam.Shows.choices,
        help_text=_("They give right answers away too."),
    )
    appeal_days = forms.IntegerField(label=_("Days to ask for another look at a result"), min_value=0, max_value=365)
    retired = forms.BooleanField(
        label=_("No longer held"), required=False, help_text=_("Nobody starts it any more; results stay.")
    )
    SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("The exam"), ("title_vi", "title_en", "certifies")),
        (_("When"), ("opens_at", "closes_at", "window_end", "minutes", "attempts", "wait_hours")),
        (_("Who, and from where"), ("needs_ticket", "networks", "after", "after_exam", "watches_focus")),
        (_("Marking by people"), ("double_marking", "disagree_percent")),
        (_("What is shown afterwards"), ("shows_score", "shows_answers", "shows_feedback", "appeal_days")),
        (_("End"), ("retired",)),
    )

    def __init__(self, data: Any = None, *, exam: Exam, viewer: User) -> None:
        initial = {name: getattr(exam, name) for name in self.base_fields} | {"networks": "\n".join(exam.networks)}
        super().__init__(data, initial=initial)
        # What stands there stays possible, also for who could not choose it.
        possible = Q(pk__in=Exam.objects.visible_to(viewer).values("pk"), retired=False) | Q(pk=exam.after_exam_id or 0)
        self.fields["after_exam"].queryset = Exam.objects.filter(possible).exclude(pk=exam.pk)  # type: ignore[attr-defined]

    @property
    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Headings with their fields."""
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def clean_networks(self) -> list[str]:
        """As a list."""
        try:
            return parse(self.cleaned_data["networks"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code="networks") from refusal


class NewExamForm(forms.Form):
    """A new exam: of which bank, called what, like which other one."""

    bank = BankField(
        label=_("Question bank"), queryset=Bank.objects.none(), help_text=_("Of the course or of the scheme.")
    )
    like = ExamField(
        label=_("Like another exam"),
        queryset=Exam.objects.none(),
        required=False,
        empty_label=_("no: with the usual rules and an empty blueprint"),
        help_text=_("Its rules are copied, and its blueprint and minima where both are of one bank."),
    )
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Letters, digits and hyphens, such as HACCP-2027-1. It stays.")
    )
    title_vi = forms.CharField(label=_("Title in Vietnamese"), max_length=200)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=200, required=False, help_text=_("Empty: the Vietnamese title.")
    )
    certifies = forms.BooleanField(
        label=_("Part of a certification"), required=False, help_text=_("Then only secure questions are drawn.")
    )
    required = forms.BooleanField(
        label=_("Later classes of the course ask for it"),
        required=False,
        help_text=_(
            "Whoever enrols from now on completes the course only with this exam passed, beside those asked for before."
        ),
    )

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = viewer.has_role(*CERTIFIERS)
        banks = Bank.objects.all() if every else Bank.objects.visible_to(viewer).filter(course__isnull=False).distinct()
        self.fields["bank"].queryset = banks.select_related("course")  # type: ignore[attr-defined]
        self.fields["like"].queryset = Exam.objects.visible_to(viewer).distinct().order_by("retired", "code")  # type: ignore[attr-defined]
        if not every:
            del self.fields["certifies"], self.fields["required"]

    def clean_code(self) -> str:
        """Capitals, digits and hyphens, as everywhere."""
        code: str = self.cleaned_data["code"].strip().upper()
        if not CODE.fullmatch(code):
            raise forms.ValidationError(_("Write letters, digits and hyphens, such as HACCP-2027-1."))
        return code


class PasswordForm(forms.Form):
    """A new password of the exam, or none."""

    password = forms.CharField(
        label=_("New password"),
        required=False,
        max_length=100,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_(
            "Tell it in the room. Only a hash is kept: nobody can read it here again. Empty: none is asked for."
        ),
    )


class WindowForm(forms.Form):
    """A window of one's own, and the reason of whatever is arranged."""

    opens_at = MomentField(label=_("Opens for this person"), required=False, help_text=_("Empty: as for everybody."))
    closes_at = MomentField(label=_("Closes for this person"), required=False, help_text=_("Empty: as for everybody."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the history for those who arrange exams. The person is told what, not why."),
        error_messages={"required": _("Say why: the reason stands in the history.")},
    )


class ArrangeForm(WindowForm):
    """Accommodations of one person."""

    extra_minutes = forms.IntegerField(label=_("Extra minutes"), min_value=0, max_value=MOST_MINUTES)
    extra_attempts = forms.IntegerField(label=_("Extra attempts"), min_value=0, max_value=MOST_ATTEMPTS)
    accommodations = forms.MultipleChoiceField(
        label=_("Other arrangements"),
        choices=list(ARRANGEMENTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("extra_minutes", "extra_attempts", "opens_at", "closes_at", "accommodations", "reason")


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Why it is taken back"), max_length=300)
