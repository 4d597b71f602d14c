"""Chat applications that open pages in a window of their own; and pages that work there."""

import re

import pytest
from django.conf import settings

from lms.lib.inapp import InApp, in_app

ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A136B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"
ZALO = f"{ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36 Zalo android/12100702 ZaloTheme/light ZaloLanguage/vi"
FACEBOOK = f"{ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/463.0.0.47;]"
_ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A136B) AppleWebKit/537.36 (KHTML, like Gecko)"
_APPLE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
FULL = (
    f"{_ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36",
    f"{_APPLE} Version/17.5 Mobile/15E148 Safari/604.1",
    f"{_APPLE} CriOS/124.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0",
    f"{_WINDOWS} coc_coc_browser/120 Chrome/114 Safari/537.36",
    "",
)


@pytest.mark.parametrize(
    ("agent", "app"),
    [
        (ZALO, InApp("Zalo", apple=False)),
        (f"{IPHONE} Zalo iOS/540 ZaloTheme/light ZaloLanguage/vn", InApp("Zalo", apple=True)),
        (FACEBOOK, InApp("Facebook", apple=False)),
        (f"{IPHONE} [FBAN/FBIOS;FBAV/462.0.0;FBBV/1;]", InApp("Facebook", apple=True)),
        (f"{IPHONE} [FBAN/MessengerForiOS;FBAV/458.0;]", InApp("Messenger", apple=True)),
        (f"{ANDROID} Chrome/124 [FB_IAB/Orca-Android;FBAV/458.0;]", InApp("Messenger", apple=False)),
        (f"{IPHONE} Instagram 330.0.0.20.93", InApp("Instagram", apple=True)),
        (f"{ANDROID} Chrome/124 musical_ly_2023 BytedanceWebview/d8a21c6", InApp("TikTok", apple=False)),
        (f"{IPHONE} Safari Line/14.5.0", InApp("LINE", apple=True)),
        (f"{ANDROID} Chrome/124.0.0.0 Mobile Safari/537.36", InApp("", apple=False)),
    ],
)
def test_applications_are_known_by_what_they_call_themselves(agent: str, app: InApp) -> None:
    assert in_app(agent) == app


@pytest.mark.parametrize("agent", FULL)
def test_a_full_browser_is_none(agent: str) -> None:
    assert in_app(agent) is None


def test_pages_open_no_windows_and_make_no_files_by_script() -> None:
    """What such a window cannot do: a second window, a file made of a blob, a dialog of the browser's own."""
    refused = re.compile(r"window\.open\(|target=[\"']_blank|createObjectURL|\b(?:alert|confirm|prompt)\(")
    staff = {"admin", "reports"}
    folders = ((settings.BASE_DIR / "static" / "js", "*.js"), (settings.BASE_DIR / "templates", "*.html"))
    paths = [path for folder, kinds in folders for path in folder.rglob(kinds) if not set(path.parts) & staff]
    assert len(paths) > 50
    assert [str(path) for path in paths if refused.search(path.read_text())] == []


def test_cookies_come_along_from_a_chat() -> None:
    """Lax: a link in a message is followed signed in; Strict would show the sign-in page each time."""
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert settings.LANGUAGE_COOKIE_SAMESITE == "Lax"
