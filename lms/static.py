"""Static files under hashed names, with the imports inside JavaScript modules rewritten too."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Every file under a name with its hash: browsers may keep it for ever."""

    support_js_module_import_aggregation = True
    manifest_strict = False

    def url(self, name: str, force: bool = False) -> str:
        """The address of `name`; looked up once, for the manifest does not change while a process lives."""
        if settings.DEBUG or force:
            return str(super().url(name, force))
        known: dict[str, str] = self.__dict__.setdefault("_known_urls", {})
        if name not in known:
            known[name] = str(super().url(name, force))
        return known[name]
