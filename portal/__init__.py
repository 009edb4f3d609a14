"""The project package: settings, routes, queue, and the shared apps."""

from portal.memory import search_seldom

search_seldom()  # before the rest is loaded

from portal.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
