"""The Celery application: a queue for what is light and one for what is heavy, the same settings module as the web."""

from __future__ import annotations

import os
from typing import Any, Final

import django
from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging, worker_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from portal.environment import said_in_words

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Portal(Celery):
    """Celery that says in one sentence what is wrong with the environment."""

    def _load_config(self) -> Any:
        with said_in_words():
            return super()._load_config()


app = Portal("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="beat")


def _each(task: str, when: crontab, *, expires: int) -> dict[str, Any]:
    """One line of the schedule; a call nobody took up within `expires` seconds is dropped, the next one does it."""
    return {"task": f"portal.{task}", "schedule": when, "options": {"expires": expires}}


# What is asked for each night waits for a worker until shortly before the next night.
DAY: Final = 23 * 3600
# Beijing time (CELERY_TIMEZONE). Every task is safe to repeat and to run twice at once.
app.conf.beat_schedule = {
    "sweep-runs": _each("sweep_runs", crontab(), expires=55),
    "close-batches": _each("close_batches", crontab(), expires=55),
    "remind": _each("remind", crontab(hour="8,14", minute="30"), expires=5 * 3600),
    "send-letters": _each("send_letters", crontab(minute="*/10"), expires=590),
    "tell-periods": _each("tell_periods", crontab(hour="0", minute="20"), expires=DAY),
    "seal-audit": _each("seal_audit", crontab(hour="0", minute="10"), expires=DAY),
    "write-open-data": _each("write_open_data", crontab(hour="0", minute="40"), expires=DAY),
    "remove-old-evidence": _each("remove_old_evidence", crontab(hour="3", minute="45"), expires=DAY),
    "remove-old-reports": _each("remove_old_reports", crontab(hour="3", minute="40"), expires=DAY),
    "ask-reports": _each("ask_reports", crontab(minute="*/10"), expires=590),
    "forget-repeatable": _each("forget_repeatable", crontab(hour="3", minute="50"), expires=DAY),
    "sweep-files": _each("sweep_files", crontab(hour="4", minute="10"), expires=DAY),
    "forget-uploads": _each("forget_uploads", crontab(hour="4", minute="30"), expires=DAY),
    "examine-files": _each("examine_files", crontab(), expires=55),
    "refresh-search": _each("refresh_search", crontab(minute="*/15"), expires=890),
    "clear-sessions": _each("clear_sessions", crontab(hour="3", minute="20"), expires=DAY),
}


@setup_logging.connect(dispatch_uid="portal.logs")
def same_logs(**_: Any) -> None:
    """Worker and beat write the same lines as the web; connected, it keeps Celery from setting up its own."""
    django.setup()


@worker_init.connect(dispatch_uid="portal.refuse_worker")
@beat_init.connect(dispatch_uid="portal.refuse_beat")
def refuse(**_: Any) -> None:
    """Worker and beat refuse an unsafe production like the web does."""
    django.setup()
    from portal.core.checks import refuse_unsafe_start  # noqa: PLC0415 - the apps must be set up first

    refuse_unsafe_start()
