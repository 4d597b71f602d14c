"""Secrets of second factors."""

from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken

from tests.factories import make_person


def test_the_secret_of_an_authenticator_lies_sealed(db: None) -> None:
    secret = generate_totp_secret()
    TOTP.activate(make_person("Lê Thị Hoa"), secret)
    stored = Authenticator.objects.get().data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret


def test_another_key_opens_nothing(settings: Any) -> None:
    sealed = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.FIELD_ENCRYPTION_KEY = b"x" * 32
    with pytest.raises(InvalidToken):
        get_adapter().decrypt(sealed)
