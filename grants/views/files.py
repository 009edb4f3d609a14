"""Files and exports: each one that is taken away is put into the trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from grants.queries.awards import documents
from portal.core.looks import looked, serve_told
from portal.core.middleware import PortalRequest
from portal.core.models import StoredFile
from portal.core.ones import one_of
from portal.core.tables import Table
from portal.core.web import page, require, signed_in


@require_safe
@signed_in
def document(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A document or voucher of the reader's scope, as a download; the look at it stands in the trail."""
    require(request.actor, "grants.view")
    return told_content(request, one_of(documents, request.actor, pk=pk))


def told_content(request: PortalRequest, found: StoredFile) -> HttpResponseBase:
    """A kept file as a download; the look at it stands in the trail."""
    return serve_told(found, request=request, act="grants.view_file")


def table_page(request: PortalRequest, template: str, table: Table, **more: Any) -> HttpResponseBase:
    """A page around a list, or the list as the file asked for; who takes a file away stands in the trail."""
    if not table.wants_file:
        return page(request, template, {"table": table, **more})
    address = request.get_full_path()[:500]
    looked(request.actor, None, "grants.export", list=table.name, title=str(table.label), address=address)
    return table.file(told=True)
