"""Entry for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application

from portal.core.counters import share_counters
from portal.environment import said_in_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
with said_in_words():
    share_counters()
    application = get_wsgi_application()

from portal.core.checks import refuse_unsafe_start
from portal.core.lazily import load_now
from portal.core.warm import load_pages
from portal.memory import settle

refuse_unsafe_start()
load_now()
load_pages()
settle()
