"""Steps between the right secret and the session."""

from typing import Any

from allauth.account.stages import EmailVerificationStage


class ConfirmedAddress(EmailVerificationStage):
    """Asks for a confirmed address, but of nobody who signs in by issued code or phone number.

    They may have no mailbox at all; an address on their row is only a contact.
    """

    def handle(self) -> tuple[Any, bool]:
        """Pass on who came without an address, else as allauth does."""
        login = self.login
        if login.user is not None and not login.signup and not login.email and login.user.login_code:
            return None, True
        response, goes_on = super().handle()
        return response, goes_on
