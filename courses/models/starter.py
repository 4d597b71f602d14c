"""Which files of the starter catalogue have been loaded."""

from django.db import models


class StarterFile(models.Model):
    """A file or folder below `starter/` as it was when last loaded.

    While it is unchanged it is not loaded again: what people have corrected in
    the back office since then stays.
    """

    name = models.CharField(max_length=200, unique=True)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
