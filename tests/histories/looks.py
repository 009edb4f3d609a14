"""Looks at pages while a history goes on: none fails, and what a page of a past moment said it says again."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.core import as_of, clock
from tests.access.routes import Route, routes
from tests.histories.stage import Stage, told

SPACES = ("grants:", "oversight:", "applications:", "reviews:", "programme:", "auditing:", "desk", "api:", "reports:")
GUESSES: dict[str, tuple[Any, ...]] = {
    "number": (7,),
    "unit": ("350200", "330200"),
    "province": ("350000", "330000"),
    "year": (2025, 2026),
    "quarter": (3, 4),
}
ONE = re.compile(
    r'(?s)<details class="as-of-switch".*?</details>|name="(csrfmiddlewaretoken|form_token|once)"[^>]*>|nonce="[^"]*"|value="[A-Za-z0-9_-]{32,}"'
)


@dataclass
class Looker:
    """Clients by person, what past pages said, what failed."""

    stage: Stage
    clients: dict[str, Client] = field(default_factory=dict)
    said: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    seen: int = 0
    year: int = field(default_factory=lambda: datetime.now(clock.SHANGHAI).year)
    whole: int = 0

    def client(self, name: str) -> Client:
        if name not in self.clients:
            made = Client(headers={"accept-language": "en"})
            if self.stage.people[name] is not None:
                made.force_login(self.stage.people[name])
            self.clients[name] = made
        return self.clients[name]

    def address(self, route: Route) -> str | None:
        chance = self.stage.chance
        given = {}
        for name in route.names:
            given[name] = chance.choice(GUESSES.get(name, (1, 1, 2, 2, 3, 4, 5, 6)))
        try:
            return reverse(route.name, kwargs=given)
        except NoReverseMatch:
            return None

    def look(self, times: int = 3) -> None:
        """Ask for some pages as somebody."""
        chance = self.stage.chance
        known = [one for one in routes() if one.name.startswith(SPACES)]
        for _time in range(times):
            route = chance.choice(known)
            path = self.address(route)
            if path is None:
                continue
            name = chance.choice(["mof", "miit", "auditor", *self.stage.people])
            past = route.name in as_of.pages() and chance.random() < 0.5 and clock.present().year == self.year
            if past:
                moment = clock.now()
                path = f"{path}?as_of={moment:%Y-%m-%dT%H:%M:%S.%f}%2B08:00"
            text = self.get(name, path)
            if past and text:
                self.said.append((name, path, text))
        if self.said and chance.random() < 0.5:
            name, path, before = chance.choice(self.said)
            now = self.get(name, path)
            if now != before:
                self.faults.append(f"PAST {name} {path}\n{difference(before, now or '')}")
            else:
                self.whole += 1

    def get(self, name: str, path: str) -> str | None:
        self.seen += 1
        try:
            answer = self.client(name).get(path)
        except Exception as error:
            self.faults.append(f"PAGE {name} {path}: {told(error)}")
            return None
        if answer.status_code >= 500:
            self.faults.append(f"PAGE {name} {path}: {answer.status_code}")
        if answer.streaming:
            b"".join(answer.streaming_content)  # read to its end: its file is closed then
        if answer.status_code != 200 or answer.streaming:
            return None
        body = answer.content.decode(errors="replace")
        main = body[body.find("<main") :] if "<main" in body else body
        return ONE.sub("", main)


def difference(before: str, now: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), now.splitlines(), n=0, lineterm="")
    return "\n".join(list(lines)[:14])
