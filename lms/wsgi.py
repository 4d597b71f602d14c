"""Entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from lms.guard import refuse_demo_accounts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
application = get_wsgi_application()
refuse_demo_accounts()
