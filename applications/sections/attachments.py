"""Attachments, with their digests."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import AttachmentKind
from applications.models import Application, Attachment
from applications.sections.base import Child, Content, SectionKind, fields
from applications.sections.words import label_of, left, right
from applications.verdicts import with_verdicts
from portal.core.shapes import Table


def _content(dossier: Application) -> Content:
    rows = sorted(dossier.attachments.all(), key=lambda row: row.pk)
    names = ("id", "kind", "title", "file_name", "content_type", "size", "sha256")
    return {"attachments": [fields(row, *names) for row in rows]}


def _blocks(content: Content) -> list[Any]:
    rows = content["attachments"]
    table: Table = {
        "kind": "table",
        "caption": _("Attachments"),
        "columns": [left(_("Title"), 3), left(_("Kind"), 2), right(_("Size")), left(_("Digest (SHA-256)"), 4)],
        "rows": [
            [row["title"], label_of(AttachmentKind, row["kind"]), str(filesizeformat(row["size"])), row["sha256"]]
            for row in rows
        ],
        "urls": [reverse("applications:attachment", args=[row["id"]]) for row in rows],
    }
    return [table]


def _children() -> tuple[Child, ...]:
    standing = Attachment.objects.filter(removed_at=None).select_related("organisation").order_by("pk")
    return (Prefetch("attachments", with_verdicts(standing)),)


SECTION = SectionKind(
    "attachments",
    gettext_lazy("Attachments"),
    "applications:attachments",
    _content,
    _blocks,
    _children,
    models={"attachments": Attachment},
    rows={"attachments": "id"},
)
