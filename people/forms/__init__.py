"""What people and staff fill in about people and enterprises."""

from people.forms.enterprises import (
    ContactForm,
    EnterpriseFilterForm,
    EnterpriseForm,
    MergeEnterprisesForm,
    OwnEnterpriseForm,
)
from people.forms.entrance import SHARED_KEY, ChooseSecretForm, LoginForm, SignupForm
from people.forms.imports import ApplyForm, ImportRowFilterForm, UploadForm
from people.forms.notices import NoticeChoicesForm, NoticeFilterForm, NoticeTextForm
from people.forms.privacy import AgreeForm, ChargeForm, ErasureForm, IdentityForm, MergeForm, SentenceForm
from people.forms.profile import ConsentForm, ProfileForm
from people.forms.staff import JoinForm, PeopleFilterForm, RoleForm, SlipForm, WorkFilterForm

__all__ = [
    "SHARED_KEY",
    "AgreeForm",
    "ApplyForm",
    "ChargeForm",
    "ChooseSecretForm",
    "ConsentForm",
    "ContactForm",
    "EnterpriseFilterForm",
    "EnterpriseForm",
    "ErasureForm",
    "IdentityForm",
    "ImportRowFilterForm",
    "JoinForm",
    "LoginForm",
    "MergeEnterprisesForm",
    "MergeForm",
    "NoticeChoicesForm",
    "NoticeFilterForm",
    "NoticeTextForm",
    "OwnEnterpriseForm",
    "PeopleFilterForm",
    "ProfileForm",
    "RoleForm",
    "SentenceForm",
    "SignupForm",
    "SlipForm",
    "UploadForm",
    "WorkFilterForm",
]
