"""What every test stands on: no network, files of its own, and the fixtures that most tests share."""

import gc
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db.backends.sqlite3.base import DatabaseOperations

from people.models import Province
from people.starter import load_provinces

LOOPBACK = ("127.", "::1", "localhost")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to run on the settings of anything but the tests."""
    if not django_settings.DEMO or "nscl-" not in str(django_settings.VAR):
        pytest.exit("The tests run on lms.settings_test only: they empty the data that they find.", returncode=3)
    # Thousands of tests leave a large heap behind: going through it less often saves a tenth of the time.
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Whoever connects to another machine fails its test, by name."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test connected to {address[0]}: nothing is asked of another machine.")
        real(self, address)

    socket.socket.connect = connect  # type: ignore[assignment, method-assign]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_guards() -> Iterator[None]:
    """Emptying SQLite between tests deletes rows, which the register's triggers rightly refuse: they step aside for it.

    PostgreSQL truncates, which row triggers do not see.
    """
    real = DatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: Iterable[str]) -> None:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
        with self.connection.cursor() as cursor:
            guards = cursor.execute(query).fetchall()
            for name, _sql in guards:
                cursor.execute(f"DROP TRIGGER {name}")
        try:
            real(self, sql_list)
        finally:
            with self.connection.cursor() as cursor:
                for _name, sql in guards:
                    cursor.execute(sql)

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = real  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    """Each test keeps media, private files and mail in a folder of its own, and starts with an empty cache."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.MAIL_FOLDER = settings.EMAIL_FILE_PATH = tmp_path / "mail"
    local = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": local, "OPTIONS": {"location": str(tmp_path / "media")}},
        "private": {"BACKEND": local, "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None}},
    }
    cache.clear()


@pytest.fixture
def celery_eager() -> Iterator[None]:
    """Tasks run where they are sent from, and their errors come out there."""
    conf = current_app.conf
    before = (conf.task_always_eager, conf.task_eager_propagates)
    conf.task_always_eager = conf.task_eager_propagates = True
    yield
    conf.task_always_eager, conf.task_eager_propagates = before


@pytest.fixture
def province(db: None) -> Province:
    """The shipped profile of the province that the setting PROVINCE names, with its bodies."""
    load_provinces(django_settings.BASE_DIR / "starter")
    return Province.current()
