"""The project package: settings, routes, queue, and the shared apps."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
