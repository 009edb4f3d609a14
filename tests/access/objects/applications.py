"""Xiamen's open dossier with a partner asked (YQ001), Quanzhou's waiting for its signature, Fuzhou's with the province.

One unit has one application a batch and one batch is open at a time, so the states are spread over three cities.
"""

from __future__ import annotations

from typing import Any

from applications.domain import comments, part_sheets, partners, unsaved, uploads
from applications.models import (
    Application,
    Attachment,
    Enterprise,
    FocusIndustry,
    ImportFile,
    Partner,
    Project,
    Snapshot,
)
from applications.places import Spot
from portal.accounts.models import Organisation
from portal.core import clock
from tests import factories_applications as make_applications
from tests import factories_roster as rosters
from tests.access.objects import contain

AMOUNT = "100000000.00"


def _open(world: Any, batch: Any) -> tuple[Application, dict[str, Any]]:
    """Xiamen's dossier and one row of each kind."""
    found = make_applications.drafted(unit="350200", amount=AMOUNT, batch=batch)
    with world.acting("drafter") as by:
        what = partners.InviteInput(Organisation.objects.get(code="YQ001"), task="参与产线改造")
        partner = partners.invite_partner(by=by, application=found, what=what)
        rows = {
            "industry": FocusIndustry.objects.filter(application=found).latest("pk").pk,
            "project": Project.objects.filter(application=found).latest("pk").pk,
            "attachment": Attachment.objects.filter(application=found).latest("pk").pk,
            "partner": partner.pk,
        }
        coming = uploads.UploadInput("other", "附件", "a.pdf", 10, 0)
        rows["upload"] = uploads.begin(by=by, application=found, what=coming).pk
        said = comments.CommentInput("basics", "请核对联系电话", "Basics")
        rows["comment"] = comments.comment(by=by, application=found, what=said).pk
        rosters.fill(found, 2)
        rows["enterprise"] = Enterprise.objects.filter(application=found).latest("pk").pk
        file = make_applications.kept("list.csv", b"a,b")
        values = vars(file) | {"content_type": "text/csv"}
        kept = ImportFile(
            application=found, sheet="enterprises", uploaded_by_id=by.id, uploaded_at=clock.now(), **values
        )
        kept.save()
        rows["import"] = kept.pk
        unsaved.keep(by=by, application=found, spot=Spot("basics", "1"), data={"title": ["x"]})
    with world.acting("soe") as by:
        asked = Partner.objects.get(pk=partner.pk)
        part_sheets.arrive(by=by, partner=asked, page="1", typing=True, data={"contribution": ["x"]})
    return found, rows


def make(world: Any) -> dict[str, dict[str, Any]]:
    batch = make_applications.open_batch(821)
    xiamen, rows = _open(world, batch)
    quanzhou = make_applications.awaiting(unit="350500", amount=AMOUNT, soes=("YQ001",), batch=batch)
    fuzhou = make_applications.submitted(unit="350100", amount=AMOUNT, batch=batch)
    with world.acting("soe"):
        answered = Partner.objects.get(application=quanzhou.pk, organisation__code="YQ001").pk
    with world.acting("auditor"):
        snapshot = Snapshot.objects.filter(application__unit="350200").latest("pk")
    world.kept |= {"xiamen": xiamen, "quanzhou": quanzhou, "fuzhou": fuzhou, "answered": answered, "rows": rows}
    world.kept["snapshot"] = snapshot
    with world.acting("industry") as by:
        letter = make_applications.letter(by, Application.objects.get(pk=fuzhou.pk))
        contain(letter, make_applications.CONTENT)  # all files that the factory names have this one
    one, asked = {"pk": xiamen.pk}, {"pk": rows["partner"]}
    sent = {"pk": snapshot.application_id, "number": snapshot.number}

    def row(kind: str) -> dict[str, int]:
        return {"pk": xiamen.pk, "row": rows[kind]}

    return {
        "applications:part": asked,
        "applications:write_part": asked,
        "applications:keep_part": asked,
        "applications:discard_part": asked,
        "applications:part_letter": asked,
        "applications:ask_part": asked,
        "applications:confirm_part": asked,
        "applications:send_back_part": asked,
        "applications:decline": asked,
        "applications:reconsider": {"pk": answered},
        "applications:file": {"row": rows["attachment"]},
        "applications:attachment": {"row": rows["attachment"]},
        "applications:picture": {"row": rows["attachment"]},
        "applications:verify_seal": {"row": rows["attachment"]},
        "applications:begin_upload": one,
        "applications:upload": {"key": rows["upload"]},
        "applications:finish_upload": {"key": rows["upload"]},
        "applications:enterprises": {"open": one, "with_province": {"pk": fuzhou.pk}},
        "applications:add_enterprise": one,
        "applications:empty_roster": one,
        "applications:enterprise": row("enterprise"),
        "applications:remove_enterprise": row("enterprise"),
        "applications:submitted_roster": {"pk": fuzhou.pk, "number": 1},
        "applications:export_list": {"pk": xiamen.pk, "sheet": "enterprises"},
        "applications:bring_import": {"pk": xiamen.pk, "sheet": "enterprises"},
        "applications:import": row("import"),
        "applications:judge_import": row("import"),
        "applications:drop_import": row("import"),
        "applications:project_part": row("project") | {"part": "money"},
        "applications:search_industry": one,
        "applications:investment_picture": one,
        "applications:detail": {"open": one, "with_province": {"pk": fuzhou.pk}},
        "applications:preview": one,
        "applications:keep": one,
        "applications:discard": {"pk": xiamen.pk, "place": "basics"},
        "applications:comments": one,
        "applications:comment": one,
        "applications:resolve_comment": row("comment"),
        "applications:print": {"open": one, "with_province": {"pk": fuzhou.pk}},
        "applications:print_submission": sent,
        "applications:copy": one,
        "applications:compare": {"pk": fuzhou.pk},
        "applications:basics": one,
        "applications:industries": one,
        "applications:add_industry": one,
        "applications:industry": row("industry"),
        "applications:remove_industry": row("industry"),
        "applications:projects": one,
        "applications:add_project": one,
        "applications:project": row("project"),
        "applications:remove_project": row("project"),
        "applications:partners": one,
        "applications:shared_summary": one,
        "applications:invite": one,
        "applications:task": row("partner"),
        "applications:withdraw_partner": row("partner"),
        "applications:attachments": one,
        "applications:add_attachment": one,
        "applications:remove_attachment": row("attachment"),
        "applications:sign_off": {"pk": quanzhou.pk},
        "applications:request_sign_off": one,
        "applications:send_back": {"pk": quanzhou.pk},
        "applications:withdraw": one,
        "applications:recommend": {"pk": fuzhou.pk},
        "applications:letter": {"pk": fuzhou.pk},
        "applications:letter_file": {"row": letter.pk},
        "applications:recall": {"pk": fuzhou.pk},
        "applications:snapshot": sent,
        "applications:content": sent,
        "applications:receipt": sent,
        "applications:receipt_pdf": sent,
    }
