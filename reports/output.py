"""Files that commands write."""

import tempfile
from pathlib import Path

from django.core.management.base import CommandError


def write(target: Path, content: bytes) -> None:
    """Put `content` into `target`, whole or not at all. Raises CommandError (exit 2) where that cannot be done."""
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as half:
            half.write(content)
        try:
            Path(half.name).replace(target)
        except OSError:
            Path(half.name).unlink()
            raise
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.", returncode=2) from error
