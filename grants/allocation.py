"""The allocation table of an issue document (资金分配表) as a PDF, in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import cn2an
from django.conf import settings
from django.utils import translation

from grants.enums import CheckState
from grants.models import IssuePaper
from grants.presentation_papers import by_province
from portal.core import clock, pdf
from portal.core.money import ZERO
from portal.core.shapes import AllocationTable

_STATES = {
    CheckState.ENTERED: "待复核",
    CheckState.CONFIRMED: "已复核并记账",
    CheckState.REFUSED: "已退回",
}


def in_capitals(amount: Decimal) -> str:
    """An amount above zero in Chinese capitals, as documents of finance write it: 叁仟伍佰万元整."""
    return str(cn2an.an2cn(f"{amount:.2f}", "rmb"))


def table(paper: IssuePaper, lines: Sequence[Any]) -> AllocationTable:
    """The data of the table: the lines the reader sees, by province with their sums, and the sum of all.

    Places are called as on the day of the document: it is kept with it, and made anew whenever somebody asks.
    """
    seen = sum((line.amount for line in lines), ZERO)
    whole = seen == paper.total
    with translation.override("zh-hans"):
        tranche, day = paper.get_tranche_display(), clock.in_text(paper.document_date)
        rows: list[list[str]] = []
        sums: list[int] = []
        for group in by_province(lines):
            for line in group.lines:
                name = group.province.name_zh if line is group.lines[0] else ""
                called, _english = line.unit.names_on(paper.document_date)
                rows.append([name, called, f"{line.amount:,.2f}"])
            sums.append(len(rows))
            rows.append(["", f"{group.province.name_zh}小计", f"{group.sum:,.2f}"])
    return {
        "made_at": clock.now().replace(microsecond=0).isoformat(),
        "title": "中央财政新型技术改造城市试点奖补资金分配表",
        "batch": paper.batch.title_zh,
        "subtitle": f"{paper.batch.title_zh}（{tranche}）",
        "demonstration": settings.DEMONSTRATION,
        "document_no": paper.document_no,
        "document_date": day,
        "state": _STATES[CheckState(paper.state)],
        "heads": ["省级单位", "试点单位", "金额"],
        "rows": rows,
        "sums": sums,
        "total_label": "合计" if whole else "本表所列单位合计",
        "total": f"{seen:,.2f}",
        "capitals": in_capitals(seen) if seen > ZERO else "",
        "signers": [("经办人", str(paper.maker)), ("复核人", str(paper.checker or "—"))],
    }


def as_pdf(paper: IssuePaper, lines: Sequence[Any]) -> bytes:
    """The table as a PDF for the archive."""
    return pdf.render("allocation", dict(table(paper, lines)))
