"""Attacks on the triggers of the tables of money, each on one alone: by slice, one row for each trigger.

Every other trigger and every foreign key is off, so what refuses is the trigger or nothing.
"""

from __future__ import annotations

from tests.guards.attacks import bank, ending, moments, money, paying, performance, use

ATTACKS = [
    *money.ATTACKS,
    *use.ATTACKS,
    *paying.ATTACKS,
    *performance.ATTACKS,
    *bank.ATTACKS,
    *ending.ATTACKS,
    *moments.ATTACKS,
]
