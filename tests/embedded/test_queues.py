"""The processes of one run of the tests share a queue server; none meets another, none asks past its last number."""

from __future__ import annotations

import contextlib
import os

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from portal.embedded.valkey import NUMBERS
from tests.environment import queue_of

# Processes, with those started again after others ended.
PROCESSES = ["main", *(f"gw{number}" for number in range(30))]


def test_each_process_has_four_numbers_of_its_own():
    taken = [queue_of(process) + place for process in PROCESSES for place in range(4)]
    assert len(set(taken)) == len(taken)
    assert max(taken) < NUMBERS


def test_the_server_has_that_many():
    broker = os.environ["BROKER_URL"].rsplit("/", 1)[0]
    with contextlib.closing(Redis.from_url(f"{broker}/{NUMBERS - 1}")) as last:
        assert last.ping()
    with contextlib.closing(Redis.from_url(f"{broker}/{NUMBERS}")) as beyond, pytest.raises(ResponseError):
        beyond.ping()
