"""The queue goes away while a worker has one task at hand and waits for the next: its connection is put away whole."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery.worker.consumer import Consumer as Celerys
from kombu import Connection, Exchange, Producer, Queue
from kombu import Consumer as Taking

from portal.celery import app
from portal.core.consumer import Consumer
from portal.embedded.valkey import Valkey

pytestmark = pytest.mark.worker


@pytest.fixture
def lost() -> Iterator[Connection]:
    """A connection as a worker's when its queue stops: a message not acknowledged, a wait begun, words to all heard."""
    queue = Valkey(Path(os.environ["PORTAL_TEST_FOLDER"]) / "queue-half", "only-for-tests", durable=False)
    queue.start()
    connection = Connection(queue.url)
    channel, other = connection.default_channel, connection.channel()
    Producer(channel).publish({}, routing_key="half", declare=[Queue("half")])
    taken = []
    tasks = Taking(channel, [Queue("half")], callbacks=[lambda _body, message: taken.append(message)], no_ack=False)
    tasks.qos(prefetch_count=2)
    tasks.consume()
    words = Queue("half.words", Exchange("half.all", type="fanout"), auto_delete=True)
    Taking(other, [words], callbacks=[lambda *_: None], no_ack=True).consume()
    for _turn in range(3):
        with contextlib.suppress(TimeoutError):
            connection.drain_events(timeout=0.3)
    assert taken
    assert channel._in_poll
    queue.stop()
    yield connection
    with contextlib.suppress(AttributeError):
        connection.close()


def listening(kind: type, connection: Connection) -> SimpleNamespace:
    """As much of a worker's listener as the loss of its connection touches."""
    consumer = kind.__new__(kind)
    consumer.connection, consumer.app, consumer.qos_global = connection, app, None
    consumer.initial_prefetch_count = consumer.prefetch_multiplier = 2
    consumer.pool = SimpleNamespace(num_processes=2)
    return consumer


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_a_half_closed_connection_does_not_end_the_worker(lost):
    consumer = listening(Consumer, lost)
    consumer.on_connection_error_after_connected(ConnectionError("lost"))
    assert consumer.connection is None


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
def test_celery_alone_would_end(lost):
    """Once this fails, Celery or kombu has mended it, and `portal.core.consumer` can go."""
    with pytest.raises(AttributeError, match="hostname"):
        listening(Celerys, lost).on_connection_error_after_connected(ConnectionError("lost"))


def test_every_worker_uses_it():
    assert app.conf.worker_consumer == "portal.core.consumer:Consumer"
