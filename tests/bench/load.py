"""Eight clients on 127.0.0.1 with kept connections: how long answers take, and how many come in a second."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

CLIENTS = 8
SECONDS = float(os.environ.get("BENCH_SECONDS", "3"))


@dataclass(frozen=True)
class Figures:
    """Of one page: requests answered, seconds in all, and the times of the answers in milliseconds, sorted."""

    count: int
    seconds: float
    times: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """The time within which that share of the answers came, in milliseconds."""
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.count / self.seconds


class Browser:
    """One client: a kept connection and its cookies."""

    def __init__(self, port: int) -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        """Status and body. Cookies are kept."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
        except (ConnectionResetError, BrokenPipeError):  # the server closed an idle connection
            self.line.close()
            self.line.request(method, path, body, headers)
            answer = self.line.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read()

    def sign_in(self, email: str, password: str) -> int:
        """Sign in through the form; gives the status of the answer (302 when it went well)."""
        status, page = self.send("GET", "/account/login/")
        if status != 200:
            return status
        token = page.split(b'name="csrfmiddlewaretoken" value="', 1)[1].split(b'"', 1)[0].decode()
        form = urlencode({"csrfmiddlewaretoken": token, "login": email, "password": password})
        return self.send("POST", "/account/login/", form)[0]


def together(job: Callable[[int], list[float]], clients: int = CLIENTS) -> Figures:
    """Run the job in every client at once; it gives the times of its answers in milliseconds. Raises what one raised."""
    found: list[list[float]] = [[] for _ in range(clients)]
    failed: list[Exception] = []
    start = threading.Barrier(clients + 1)

    def work(number: int) -> None:
        start.wait()
        try:
            found[number] = job(number)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failed:
        raise failed[0]
    times = tuple(sorted(one for part in found for one in part))
    if not times:
        raise RuntimeError("No client got an answer.")
    return Figures(len(times), seconds, times)


def fetch(browsers: list[Browser], path: str, seconds: float) -> Figures:
    """Ask for a page again and again for so many seconds. Raises RuntimeError at any answer but 200."""

    def job(number: int) -> list[float]:
        times, last = [], time.perf_counter() + seconds
        while (began := time.perf_counter()) < last:
            status, _ = browsers[number].send("GET", path)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}.")
            times.append(1000 * (time.perf_counter() - began))
        return times

    return together(job)


def warm(browsers: list[Browser], path: str, times: int = 16) -> None:
    """Every client asks for a page so many times: then each connection to the database keeps the page's plans.

    PostgreSQL works out the first five anew each; after a start a page is slow for as long, and then no more. Raises
    RuntimeError at any answer but 200.
    """

    def job(number: int) -> list[float]:
        for _ in range(times):
            status, _body = browsers[number].send("GET", path)
            if status != 200:
                raise RuntimeError(f"{path} answered {status}.")
        return [0.0]

    together(job)


def sign_ins(port: int, emails: list[str], password: str, each: int) -> Figures:
    """Each client signs its own person in so many times, always anew. Raises RuntimeError where one is refused."""

    def job(number: int) -> list[float]:
        times = []
        for _ in range(each):
            browser, began = Browser(port), time.perf_counter()
            status = browser.sign_in(emails[number % len(emails)], password)
            if status != 302:
                raise RuntimeError(f"The sign-in of {emails[number % len(emails)]} answered {status}.")
            times.append(1000 * (time.perf_counter() - began))
        return times

    return together(job)
