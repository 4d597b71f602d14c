"""The product's addresses and the yardstick's. Only `bench.settings` names this module.

The line of the access table is added here, in the bench's own process: the
product's table knows nothing of it, and the middleware asks it like any other.
"""

from typing import cast

from django.urls import path

from bench.yardstick import yardstick
from lms import access, urls
from lms.lib.access import SIGNED_IN, Rule

cast("dict[str, Rule]", access.TABLE)["yardstick"] = Rule(get=SIGNED_IN)
urlpatterns = [path("bench/yardstick/", yardstick, name="yardstick"), *urls.urlpatterns]
