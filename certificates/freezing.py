"""What a certificate says for good. No database."""

from datetime import date
from typing import Any

from django.conf import settings

from people.models import Body, Province


def frozen(
    facts: dict[str, Any],
    *,
    kind: str,
    province: Province,
    body: Body,
    number: int,
    code: str,
    holder: str,
    issued_on: date,
    expires_on: date | None = None,
) -> dict[str, Any]:
    """`facts` of what was done, with everything that stands on every paper of this `kind`.

    Names, titles and looks are copied: the paper stays as it is when the province's change.
    """
    document = province.document(kind)
    return {
        **facts,
        "kind": kind,
        "number": document["number_format"].format(year=issued_on.year, number=number),
        "code": code,
        "holder": holder,
        "document_title": document["title"],
        "body": {
            "name": {"vi": body.name_vi, "en": body.name_en},
            "parent": {"vi": body.parent_vi, "en": body.parent_en},
        },
        "signatory": {
            "title": {"vi": body.signatory_title_vi, "en": body.signatory_title_en},
            "name": body.signatory_name,
        },
        "place": province.profile.get("place", ""),
        "issued_on": issued_on.isoformat(),
        "expires_on": expires_on.isoformat() if expires_on else "",
        "verify_url": f"{settings.SITE_URL}/v/{code}",
        "domain": province.profile.get("domain", ""),
        "colours": province.profile.get("colours", {}),
        "motif": province.profile.get("motif", ""),
        "province_code": province.code,
    }
