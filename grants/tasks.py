"""Work on money that runs in a worker."""

from __future__ import annotations

from grants import tasks_bank  # noqa: F401 - declares its own
