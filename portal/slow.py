"""What is said of a connection that was ended because it was too slow, or whose request no thread was given."""

from __future__ import annotations

from typing import Final

import structlog
from prometheus_client import Counter

log = structlog.get_logger(__name__)
ENDED: Final = Counter("portal_slow_lines_ended", "Connections ended because they were too slow.", ["what"])


def ended(what: str, *, address: str, request: str, moved: int) -> None:
    """Say it in the log, and count it.

    what: head (of a request), sender (of a body), reader (of an answer). address: of who connected, which is the proxy
    where there is one. request: empty while it is not there. moved: bytes in both directions since they connected.
    """
    log.warning("slow_line_ended", what=what, address=address, request=request, moved=moved)
    ENDED.labels(what=what).inc()


def refused(status: int, *, address: str, request: str) -> None:
    """Say in the log that the loop refused a request: its head, or a body for which there was no room (503)."""
    log.warning("request_refused", status=status, address=address, request=request)
