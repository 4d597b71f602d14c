"""Loads the certification schemes that ship; safe to repeat."""

from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from certificates.models import Scheme, SchemeVersion
from courses.models import Edition, Subject
from lms.lib.states import Refused
from people.starter import read_yaml


@transaction.atomic
def load_schemes(folder: Path) -> int:
    """Schemes out of every YAML file in `folder`; gives how many there are.

    Raises Refused when a file has changed but kept its version number: running
    cases were judged by what that version says.
    """
    paths = sorted(folder.glob("*.yaml"))
    for path in paths:
        data = read_yaml(path)
        scheme, _created = Scheme.objects.get_or_create(
            code=data["code"], defaults={"subject": Subject.objects.get(code=data["subject"])}
        )
        fields = _fields(data)
        version, created = SchemeVersion.objects.get_or_create(scheme=scheme, number=data["version"], defaults=fields)
        changed = [name for name, value in fields.items() if getattr(version, name) != value]
        if changed and not created:
            raise Refused(
                _(
                    "%(file)s: version %(number)s of the scheme %(code)s is loaded with other contents "
                    "(%(fields)s). Give the file the next version number."
                )
                % {
                    "file": path.name,
                    "number": data["version"],
                    "code": data["code"],
                    "fields": ", ".join(changed),
                },
                code="scheme_changed",
            )
    return len(paths)


def _fields(data: dict[str, Any]) -> dict[str, Any]:
    ends = data.get("valid_to") or ""
    return {
        "edition": Edition.objects.get(code=data["edition"]),
        "title": data["title"],
        "scope": data["scope"],
        "level": data.get("level") or {},
        "validity_months": data["validity_months"],
        "look_back_months": data["look_back_months"],
        "requires": {**data["requires"], "identity_check": data.get("identity_check", {})},
        "evidence": data["evidence"],
        "agreements": data["agreements"],
        "clauses": data.get("clauses", {}),
        "valid_from": date.fromisoformat(data["valid_from"]),
        "valid_to": date.fromisoformat(ends) if ends else None,
    }
