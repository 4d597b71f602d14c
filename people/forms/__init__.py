"""What people and staff fill in about people and enterprises."""

from people.forms.entrance import SHARED_KEY, ChooseSecretForm, LoginForm, SignupForm
from people.forms.profile import ConsentForm, ProfileForm
from people.forms.staff import EnterpriseForm, JoinForm, PeopleFilterForm, RoleForm, SlipForm, WorkFilterForm

__all__ = [
    "SHARED_KEY",
    "ChooseSecretForm",
    "ConsentForm",
    "EnterpriseForm",
    "JoinForm",
    "LoginForm",
    "PeopleFilterForm",
    "ProfileForm",
    "RoleForm",
    "SignupForm",
    "SlipForm",
    "WorkFilterForm",
]
