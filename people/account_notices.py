"""Texts of what people are told about their account and their data."""

from django.utils.translation import gettext_lazy as _

from people.notices import Group, Text

TEXTS = {
    "invited": Text(
        _("%(enterprise)s invites you to learn on NSCL"),
        _(
            "%(by)s entered you as one of its people. Ask for a sign-in code at the address below, with %(email)s; "
            "then give your date of birth and choose a PIN. Your enterprise sees your classes and certificates; "
            "you see the same page. If this is not you, ignore this letter."
        ),
        _("Get a sign-in code"),
        Group.ACCOUNT,
        _("Invited by an enterprise"),
    ),
    "accounts_merged": Text(
        _("Two accounts of yours were made one"),
        _(
            "%(by)s found that you had two accounts and joined them. Certificates and classes of both are on your "
            "page now; addresses and codes of both sign you in, with the PIN or password of this account. "
            "If the other account was not yours, tell the programme."
        ),
        _("Look at your profile"),
        Group.ACCOUNT,
        _("Two accounts made one"),
    ),
    "data_copy_ready": Text(
        _("The copy of your data is ready"),
        _("You can download it until %(day)s; then it is deleted. Only you can open it, signed in."),
        _("Download it"),
        Group.ACCOUNT,
        _("Copy of the data ready"),
    ),
    "data_request_answered": Text(
        _("Your request about your data"),
        _("The programme answers: %(answer)s"),
        _("See the request"),
        Group.ACCOUNT,
        _("Request about data answered"),
    ),
    "data_request_refused": Text(
        _("Your request about your data cannot be met"),
        _("Reason: %(answer)s You may ask again once the reason is gone, and you may complain about this."),
        _("See the request"),
        Group.ACCOUNT,
        _("Request about data refused"),
    ),
    "data_erased": Text(
        _("Your personal data have been erased"),
        _(
            "Your account is closed. Kept are certificates with their register, decisions, and figures without your "
            "name, as the law asks. This is the last letter to this address."
        ),
        _("Open NSCL"),
        Group.ACCOUNT,
        _("Data erased"),
    ),
}
