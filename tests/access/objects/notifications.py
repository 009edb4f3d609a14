"""A letter from the ministry to the drafter."""

from __future__ import annotations

from typing import Any

from portal.notifications import inbox


def make(world: Any) -> dict[str, dict[str, Any]]:
    with world.acting("officer.miit") as by:
        inbox.notify([world.person("drafter").pk], "Letter of the matrix", by=by, url="/desk/")
    with world.acting("drafter") as by:
        notice = inbox.inbox(by).order_by("-at")[0]  # other commands wrote to the drafter before
    return {"inbox_read": {"pk": notice.pk}}
