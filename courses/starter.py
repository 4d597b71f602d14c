"""Loads what `starter/` says of subjects, and the course packs that ship; safe to repeat."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.actions import Imported, import_pack, refresh_search
from courses.models import Edition, Family, StarterFile, Subject
from people.starter import read_yaml

if TYPE_CHECKING:
    from people.models import User


@transaction.atomic
def once(paths: Sequence[Path], load: Callable[[], object], *, at: datetime) -> bool:
    """Call `load` unless the files in `paths` are as they were when it was last called; says whether it was."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    name = "+".join(path.name for path in paths)
    if StarterFile.objects.filter(name=name, sha256=digest.hexdigest()).exists():
        return False
    load()
    StarterFile.objects.update_or_create(name=name, defaults={"sha256": digest.hexdigest(), "loaded_at": at})
    return True


@transaction.atomic
def load_subjects(path: Path) -> int:
    """Families, subjects and editions in the order of the file; gives how many subjects it holds."""
    data = read_yaml(path)
    families = {}
    for order, family in enumerate(data["families"], 1):
        families[family["code"]], _created = Family.objects.update_or_create(
            code=family["code"], defaults={**_both("name", family), "order": order}
        )
    for order, subject in enumerate(data["subjects"], 1):
        row, _created = Subject.objects.update_or_create(
            code=subject["code"],
            defaults={
                **_both("name", subject),
                **_both("description", subject),
                "family": families[subject["family"]],
                "kind": subject["kind"],
                "order": order,
            },
        )
        for place, edition in enumerate(subject["editions"], 1):
            Edition.objects.update_or_create(
                code=edition["code"],
                defaults={
                    **_both("name", edition),
                    **_both("note", edition),
                    "subject": row,
                    "tcvn": edition["tcvn"],
                    "published": edition["published"],
                    "withdrawn": edition["withdrawn"],
                    "order": place,
                },
            )
    refresh_search()
    return len(data["subjects"])


def load_packs(folder: Path, *, by: "User | None", at: datetime) -> list[Imported]:
    """Every pack below `folder`; texts edited since a pack was last read stay. Raises PackRefused."""
    return [
        import_pack(path=path.parent, by=by, at=at, keep_edits=True) for path in sorted(folder.glob("*/course.yaml"))
    ]


def _both(key: str, data: dict[str, Any]) -> dict[str, str]:
    texts = data.get(key) or {}
    return {f"{key}_vi": texts.get("vi", ""), f"{key}_en": texts.get("en", "")}
