"""Metrics for Prometheus: what the web processes counted, and the state of the queue and of long work."""

from __future__ import annotations

import hmac
import os
from typing import Any, Final

import prometheus_client
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from kombu.connection import Connection
from prometheus_client import multiprocess

from portal.core import broker, clock, gauges, signs
from portal.core.counters import VARIABLE
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
            return HttpResponse("Sign in, or send the token.", status=401, headers={"WWW-Authenticate": "Bearer"})
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


def _state() -> prometheus_client.CollectorRegistry:
    """Gauges read now; -1 for a queue that cannot be reached."""
    registry = prometheus_client.CollectorRegistry()

    def gauge(name: str, says: str, value: float) -> None:
        prometheus_client.Gauge(name, says, registry=registry).set(value)

    light, heavy = queue_lengths(settings.CELERY_TASK_DEFAULT_QUEUE, HEAVY)
    gauge("portal_queue_messages", "Messages waiting for light work; -1: the queue is out of reach.", light)
    gauge("portal_queue_heavy_messages", "Messages waiting for heavy work; -1: the queue is out of reach.", heavy)
    for who, age in signs.ages().items():
        says = f"Seconds since the last sign of life of the {who}; -1: not known."
        gauge(f"portal_{who}_sign_age_seconds", says, age)
    runs = prometheus_client.Gauge("portal_runs", "Long work by its state.", ["state"], registry=registry)
    left = (clock.known_until() - clock.today()).days
    gauge("portal_calendar_days_left", "Days whose holidays are known; below 0: none of today's year.", left)
    counts, oldest = run_counts()
    for state in RunState.values:
        runs.labels(state=state).set(counts.get(state, 0))
    gauge("portal_run_oldest_waiting_seconds", "Age of the longest waiting run.", oldest)
    for one in gauges.GAUGES:
        readings = list(one.read())
        told = prometheus_client.Gauge(one.name, one.says, list(readings[0].labels) if readings else (), registry=registry)
        for reading in readings:
            (told.labels(**reading.labels) if reading.labels else told).set(reading.value)
    says = "Seconds by which this host's clock is ahead of the database's; below 0: behind."
    gauge("portal_clock_ahead_seconds", says, clock_ahead())
    return registry


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
