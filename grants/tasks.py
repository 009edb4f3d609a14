"""Work on money that runs in a worker."""

from __future__ import annotations

from grants import tasks_bank, tasks_performance  # noqa: F401 - each declares its own
