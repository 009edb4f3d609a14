"""The floor of every page: a bare Django page with session, person, one query and fifty rows.

It runs on the same database, session table and people as the portal, under the same server with the same workers;
it has no translations, no permission, no audit, no layout.
"""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.settings import DATABASES

TEMPLATE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Units</title></head><body>
<h1>{{ user.name }}</h1><table>{% for row in rows %}<tr><td>{{ row.code }}</td><td>{{ row.name_zh }}</td>
<td>{{ row.name_en }}</td><td>{{ row.kind }}</td></tr>{% endfor %}</table></body></html>"""

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ROOT_URLCONF="tests.bench.bare",
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": DATABASES["default"]},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "tests.bench.floor",
    ],
    AUTH_USER_MODEL="floor.User",
    AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": ["django.contrib.auth.context_processors.auth"],
                "loaders": [("django.template.loaders.locmem.Loader", {"rows.html": TEMPLATE})],
            },
        }
    ],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()


def rows(request: HttpRequest) -> HttpResponse:
    from django.shortcuts import render

    from tests.bench.floor.models import Unit

    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    return render(request, "rows.html", {"rows": Unit.objects.order_by("code")[:50]})


urlpatterns = [path("rows/", rows)]
application = get_wsgi_application()
