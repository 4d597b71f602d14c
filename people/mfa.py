"""allauth's seam for second factors: their secrets lie encrypted."""

from allauth.mfa.adapter import DefaultMFAAdapter

from people.sealing import box

_PURPOSE = "second factors"


class MFAAdapter(DefaultMFAAdapter):
    """Seals what allauth stores of authenticator apps and recovery codes."""

    def encrypt(self, text: str) -> str:
        """`text`, sealed."""
        return box(_PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` sealed. Raises InvalidToken for another key."""
        return box(_PURPOSE).decrypt(encrypted_text.encode()).decode()
