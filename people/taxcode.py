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
    """`text` in its stored form. Raises ValidationError saying what is wrong."""
    compact = re.sub(r"[\s.]", "", unicodedata.normalize("NFKC", text)).translate(_HYPHENS)
    if re.fullmatch(r"[0-9]{12}", compact):
        if int(compact[:3]) == 0:
            raise ValidationError(
                _("A 12-digit tax code begins with the code of a province, 001 to 999."), code="prefix"
            )
        return compact
    if not re.fullmatch(r"[0-9]{10}(-?[0-9]{3})?", compact):
        raise ValidationError(
            _("“%(text)s” is not a tax code: write 10 digits, 10 and 3 for a branch (0123456789-001), or 12 digits.")
            % {"text": text},
            code="format",
        )
    try:
        number: str = mst.validate(compact)
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
