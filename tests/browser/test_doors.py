"""The server as a stranger first meets it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_the_root_leads_to_vietnamese_and_the_switch_to_english(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_url("/vi/")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.goto("/en/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_demo_account_signs_in_through_the_form(page: Page, sign_in: Callable[..., None]) -> None:
    sign_in(page, "trainee")
    page.goto("/vi/learn/")
    expect(page).to_have_url("/vi/learn/")


def test_the_home_page_is_accessible_at_phone_width(phone: Page, accessible: Callable[[Page], None]) -> None:
    phone.goto("/vi/")
    accessible(phone)
