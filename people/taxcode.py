"""Vietnamese tax codes: 10 digits, 10-3 for a branch, 12 for an individual's business.

Since 1 July 2025 the personal identity number is the tax code of individuals and
household businesses (Circular 86/2024/TT-BTC).
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum, ValidationError as Invalid
from stdnum.vn import mst

_HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")


def tidy(text: str) -> str:
    """`text` in its stored form. Raises ValidationError that names the fault."""
    compact = re.sub(r"[\s.]", "", unicodedata.normalize("NFKC", text)).translate(_HYPHENS)
    digits = compact.replace("-", "")
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValidationError(
            _("“%(text)s” is not a tax code: it has digits only, and one hyphen before a branch's three.")
            % {"text": text},
            code="characters",
        )
    if not re.fullmatch(r"[0-9]{10}(-?[0-9]{3})?|[0-9]{12}", compact):
        raise ValidationError(_fault_of_length(text, digits), code="length")
    if len(compact) == 12:
        if int(compact[:3]) == 0:
            raise ValidationError(
                _("A 12-digit tax code begins with the code of a province, 001 to 999."), code="prefix"
            )
        return compact
    if digits[10:] == "000":
        raise ValidationError(
            _("There is no branch 000. Leave the last three digits out for the head office; branches begin at 001."),
            code="branch",
        )
    try:
        number: str = mst.validate(digits)
    except InvalidChecksum as error:
        raise ValidationError(
            _(
                "The check digit of “%(text)s” does not fit: one of the digits is mistyped. "
                "Compare with the certificate of registration."
            )
            % {"text": text},
            code="checksum",
        ) from error
    except Invalid as error:
        raise ValidationError(
            _("“%(text)s” is not a tax code that exists. Compare with the certificate of registration.")
            % {"text": text},
            code="invalid",
        ) from error
    return str(mst.format(number))


def _fault_of_length(text: str, digits: str) -> str:
    """What to say of the wrong number of digits, or of a hyphen in the wrong place."""
    if len(digits) in (10, 12, 13):
        return _("The hyphen of “%(text)s” is in the wrong place: it stands before a branch's three digits.") % {
            "text": text
        }
    return _(
        "“%(text)s” has %(number)s digits. A tax code has 10; 10 and 3 for a branch (0123456789-001); "
        "or the owner's 12 for a household business."
    ) % {"text": text, "number": len(digits)}
