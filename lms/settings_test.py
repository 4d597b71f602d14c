"""Settings of the tests: the product's own, with a data folder of their own and cheap passwords.

`make test` names a real PostgreSQL and Redis in the environment; without them
SQLite, a broker and a cache in memory stand in.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("NSCL_DEMO", "1")
if "NSCL_VAR" not in os.environ:
    os.environ["NSCL_VAR"] = tempfile.mkdtemp(prefix="nscl-test-")
    atexit.register(shutil.rmtree, os.environ["NSCL_VAR"], ignore_errors=True)
os.environ.setdefault("BROKER_URL", "memory://")
os.environ.setdefault("CACHE_URL", "locmemcache://tests")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from lms.settings import *  # noqa: F403  (the environment above decides what they say)
from lms.settings import DATABASES, STORAGES, VAR

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of a race need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR) / "test.sqlite3")}
elif template := os.environ.get("NSCL_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = False
