"""Production's settings with one more address, the yardstick's."""

from lms.settings import *  # noqa: F403  (the product's own, all of them)

ROOT_URLCONF = "bench.urls"
