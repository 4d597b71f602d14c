"""Databases beside the one that DATABASE_URL names: `python -m bin.databases NAME` makes one with all tables in it."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from bin.environment import ROOT


def new_database(url: str, name: str, template: str = "") -> str:
    """The URL of a new database beside the one that `url` names: an empty one, or a copy of `template`."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(template or "template1")))
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def main(name: str) -> int:
    """Make the database and its tables."""
    url = new_database(os.environ["DATABASE_URL"], name)
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
