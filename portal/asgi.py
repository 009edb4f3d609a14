"""Entry for ASGI servers."""

import os

from django.core.asgi import get_asgi_application

from portal.environment import said_in_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
with said_in_words():
    application = get_asgi_application()

from portal.core.checks import refuse_unsafe_start

refuse_unsafe_start()
