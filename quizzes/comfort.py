"""How the exam's pages look to who reads badly: kept in a cookie, so that it works before any script."""

from collections.abc import Mapping

COOKIE = "nscl_exam_look"
LOOKS = ("large", "contrast")


def chosen(cookies: Mapping[str, str]) -> list[str]:
    """What was chosen on this device; anything else in the cookie is passed over."""
    said = cookies.get(COOKIE, "").split(".")
    return [look for look in LOOKS if look in said]
