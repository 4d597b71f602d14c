"""Static files under hashed names, with the imports inside JavaScript modules rewritten too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Every file under a name with its hash: browsers may keep it for ever."""

    support_js_module_import_aggregation = True
    manifest_strict = False
