"""What staff fill in about classes."""

from enrolments.forms.classes import ClassForm
from enrolments.forms.demand import DeclineForm, LinkForm
from enrolments.forms.fields import DayField, MomentField
from enrolments.forms.steps import AnswerForm, ClassFilterForm, CopyForm, MoveForm, StartForm, WithdrawForm

__all__ = [
    "AnswerForm",
    "ClassFilterForm",
    "ClassForm",
    "CopyForm",
    "DayField",
    "DeclineForm",
    "LinkForm",
    "MomentField",
    "MoveForm",
    "StartForm",
    "WithdrawForm",
]
