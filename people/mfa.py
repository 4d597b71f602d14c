"""allauth's seam for second factors: their secrets lie encrypted."""

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


def _box() -> Fernet:
    """The box that FIELD_ENCRYPTION_KEY_FILE opens; another purpose would derive another one from it."""
    key = hashlib.sha256(b"nscl second factors\0" + settings.FIELD_ENCRYPTION_KEY).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class MFAAdapter(DefaultMFAAdapter):
    """Seals what allauth stores of authenticator apps and recovery codes."""

    def encrypt(self, text: str) -> str:
        """`text`, sealed."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` sealed. Raises InvalidToken for another key."""
        return _box().decrypt(encrypted_text.encode()).decode()
