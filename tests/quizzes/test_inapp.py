"""An exam opened in a chat application's window says how to move, and still lets people go on."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quizzes.models import Attempt
from tests.lms.test_inapp import FACEBOOK, FULL, IPHONE, ZALO

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("agent", [ZALO, FACEBOOK, f"{IPHONE} Zalo iOS/540"])
def test_before_the_start_it_says_how_to_move(client: Client, sitting: Any, agent: str) -> None:
    client.force_login(sitting.person)
    before = reverse("quizzes:before", args=[sitting.pk])
    page = client.get(before, headers={"User-Agent": agent}).content.decode()
    assert 'id="in-app"' in page
    assert f"http://testserver{before}" in page
    started = client.post(before, {"oath": "on"}, headers={"User-Agent": agent})
    assert started.status_code == 302
    attempt = Attempt.objects.get()
    assert client.get(started["Location"], headers={"User-Agent": agent}).status_code == 200
    assert attempt.state == "started"


def test_a_full_browser_hears_nothing_of_it(client: Client, sitting: Any) -> None:
    client.force_login(sitting.person)
    before = reverse("quizzes:before", args=[sitting.pk])
    assert 'id="in-app"' not in client.get(before, headers={"User-Agent": FULL[0]}).content.decode()
    assert 'id="in-app"' not in client.get(before).content.decode()
