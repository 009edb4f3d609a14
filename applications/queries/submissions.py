"""Reads on submissions, to be compared: their texts, and the rosters kept beside them."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from applications.models import Application, RosterText, Snapshot


def submissions(application: Application) -> QuerySet[Snapshot]:
    """The submissions of an application that was found in scope, without their texts."""
    return Snapshot.objects.filter(application=application).defer("content").order_by("number")


def contents(application: Application, numbers: list[int]) -> dict[int, dict[str, Any]]:
    """The signed contents by number of the submission."""
    rows = Snapshot.objects.filter(application=application, number__in=numbers)
    return {number: json.loads(text) for number, text in rows.values_list("number", "content")}


def rosters(application: Application, numbers: list[int]) -> dict[int, dict[str, list[Any]]]:
    """The submitted rosters by number of the submission, each {credit code: figures}."""
    rows = RosterText.objects.filter(application=application, snapshot__number__in=numbers)
    return {number: _lines(text) for number, text in rows.values_list("snapshot__number", "text")}


def roster_now(application: Application) -> dict[str, list[Any]]:
    """The roster as it stands now, {credit code: figures}."""
    with connection.cursor() as cursor:
        cursor.execute("select roster_text(%s)", [application.pk])
        return _lines(cursor.fetchone()[0])


def _lines(text: str) -> dict[str, list[Any]]:
    rows = [json.loads(line) for line in text.splitlines()]
    return {row[0]: row for row in rows}
