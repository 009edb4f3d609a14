"""Metrics for Prometheus: what the web processes counted, and the state of the queue and of long work."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from typing import Any, Final

import prometheus_client
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from kombu.connection import Connection
from prometheus_client import multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from portal.core import broker, clock, gauges, signs
from portal.core.counters import VARIABLE
from portal.core.gauges import Gauge, Reading, Several
from portal.core.middleware import PortalRequest
from portal.core.models import RunState
from portal.core.tasks import HEAVY
from portal.core.web import require

ACT: Final = "core.view_operations"


@require_safe
def export(request: PortalRequest) -> HttpResponse:
    """All metrics as text; for who may see operations, or for a scraper that bears METRICS_TOKEN."""
    if not _is_scraper(request):
        if not request.actor.id:
            words = _("Sign in, or send the token.")
            headers = {"WWW-Authenticate": "Bearer"}
            return HttpResponse(words, status=401, headers=headers, content_type="text/plain; charset=utf-8")
        require(request.actor, ACT)
    body = prometheus_client.generate_latest(_counted()) + prometheus_client.generate_latest(_state())
    return HttpResponse(body, content_type=prometheus_client.CONTENT_TYPE_LATEST)


def _is_scraper(request: HttpRequest) -> bool:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and kind.lower() == "bearer" and hmac.compare_digest(secret.strip().encode(), wanted.encode())


def _counted() -> prometheus_client.CollectorRegistry:
    """What this server's processes counted, together."""
    if VARIABLE not in os.environ:
        return prometheus_client.REGISTRY
    registry = prometheus_client.CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class _Now(Collector):
    """Numbers read at this moment. Kept apart from what is counted: a gauge of the library would be kept in the files
    that all processes share, and come back at each later scrape beside the new one.
    """

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self.families = families

    def collect(self) -> Iterable[Metric]:
        """As the registry asks for them."""
        return self.families


def _state() -> prometheus_client.CollectorRegistry:
    registry = prometheus_client.CollectorRegistry(auto_describe=False)
    registry.register(_Now([family for one in (*_own(), *gauges.GAUGES) for family in _families(one)]))
    return registry


def _families(one: Gauge | Several) -> list[GaugeMetricFamily]:
    if isinstance(one, Gauge):
        return [_family(one.name, one.says, list(one.read()))]
    found = one.read()
    return [_family(name, says, found[name]) for name, says in one.says.items()]


def _family(name: str, says: str, readings: list[Reading]) -> GaugeMetricFamily:
    made = GaugeMetricFamily(name, says, labels=list(readings[0].labels) if readings else [])
    for reading in readings:
        made.add_metric(list(reading.labels.values()), reading.value)
    return made


def _own() -> list[Gauge]:
    """Gauges of the queue, of long work and of the clock; -1 for a queue that cannot be reached."""

    def gauge(name: str, says: str, value: float) -> Gauge:
        return Gauge(name, says, lambda: [Reading(value, {})])

    light, heavy = queue_lengths(settings.CELERY_TASK_DEFAULT_QUEUE, HEAVY)
    counts, oldest = run_counts()
    states = [Reading(float(counts.get(state, 0)), {"state": state}) for state in RunState.values]
    left = (clock.known_until() - clock.today()).days
    ahead = "Seconds by which this host's clock is ahead of the database's; below 0: behind."
    return [
        gauge("portal_queue_messages", "Messages waiting for light work; -1: the queue is out of reach.", light),
        gauge("portal_queue_heavy_messages", "Messages waiting for heavy work; -1: the queue is out of reach.", heavy),
        *(
            gauge(
                f"portal_{who}_sign_age_seconds",
                f"Seconds since the last sign of life of the {who}; -1: not known.",
                age,
            )
            for who, age in signs.ages().items()
        ),
        Gauge("portal_runs", "Long work by its state.", lambda: states),
        gauge("portal_calendar_days_left", "Days whose holidays are known; below 0: none of today's year.", left),
        gauge("portal_run_oldest_waiting_seconds", "Age of the longest waiting run.", oldest),
        gauge("portal_clock_ahead_seconds", ahead, clock_ahead()),
    ]


def queue_lengths(*names: str) -> list[int]:
    """Messages that wait in each of these queues; -1 when they cannot be reached."""
    try:
        with broker.connection() as asked:
            asked.ensure_connection(max_retries=1, timeout=broker.SECONDS)
            return [_waiting(asked, name) for name in names]
    except broker.UNREACHED:
        return [-1 for _name in names]


def _waiting(asked: Connection, name: str) -> int:
    try:
        channel: Any = asked.default_channel
        return int(channel.queue_declare(name, passive=True).message_count)
    except asked.channel_errors:  # the queue was never used
        return 0


def clock_ahead() -> float:
    """Seconds by which this host's clock is ahead of that of the database, whose guards have the last word on time."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        return float((clock.present() - cursor.fetchone()[0]).total_seconds())


def run_counts() -> tuple[dict[str, int], float]:
    """Runs by state, and the seconds the longest waiting one waits. Numbers alone leave the owner's function."""
    with connection.cursor() as cursor:
        cursor.execute("select state, count, oldest from run_counts()")
        rows = cursor.fetchall()
    return {state: count for state, count, _oldest in rows}, float(max((row[2] for row in rows), default=0))
