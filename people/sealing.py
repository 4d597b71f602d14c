"""Boxes that the field key opens: what is sealed cannot be read from the database alone."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def box(purpose: str) -> Fernet:
    """The box for one `purpose`, out of FIELD_ENCRYPTION_KEY_FILE; one purpose's box does not open another's."""
    key = hashlib.sha256(f"nscl {purpose}\0".encode() + settings.FIELD_ENCRYPTION_KEY).digest()
    return Fernet(base64.urlsafe_b64encode(key))
