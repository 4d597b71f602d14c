"""S3-compatible storage as servers of every make understand it."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

CONFIG = Config(
    # The bucket in the path: it needs no host name, and no certificate, of its own.
    s3={"addressing_style": "path"},
    signature_version="s3v4",
    # Younger than many servers, which refuse an upload that carries what they do not know.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    # A dead store is a failed request, not a web server whose threads all wait a minute for it.
    connect_timeout=5,
    read_timeout=20,
    retries={"mode": "standard", "total_max_attempts": 3},
)


class S3(S3Storage):
    """The storage backend for `s3://` in STORAGE_URL."""

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=CONFIG, **options)
