"""Documents: Chinese text that can be read out, nothing of the data run as code, the same data the same bytes."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pypdf
import pytest

from portal.core import charts, glyphs, pdf
from tests.drawn import boxes, outside, overlapping

BASE = {
    "made_at": "2026-11-24T10:00:00+08:00",
    "title": "泉州市申报书",
    "batch": "第三批",
    "site": "试点管理系统",
    "digest": "ab" * 32,
}
RECEIPT = BASE | {
    "title": "申报提交回执",
    "opening": "下列申报材料已由系统收到。",
    "day": "2026年11月24日",
    "number": "2026-03-350500-01",
    "unit": "福建省泉州市",
    "submitted_at": "2026年11月24日 10:00:00",
    "signed_by": [{"name": "甲", "organisation": "泉州市人民政府", "role": "签署人", "at": "2026-11-24 09:59:00"}],
    "facts": [["申请金额（万元）", "30,000"]],
}


def dossier(*blocks, **changes):
    return BASE | {"facts": [["申报单位", "泉州"]], "sections": [{"title": "概况", "blocks": list(blocks)}]} | changes


def text(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages)


def test_receipt_says_number_time_digest_unit_batch_and_who_signed():
    made = text(pdf.render("receipt", RECEIPT))
    for word in [
        "2026-03-350500-01",
        "福建省泉州市",
        "第三批",
        "ab" * 32,
        "甲",
        "09:59:00",
        "30,000",
        "第1页，共1页",
    ]:
        assert word in made.replace("\xa0", "").replace(" ", ""), word
    assert "虚构" not in made
    assert "虚构" in text(pdf.render("receipt", RECEIPT | {"demonstration": True}))


def test_the_same_data_give_the_same_bytes():
    assert pdf.render("receipt", RECEIPT) == pdf.render("receipt", dict(reversed(RECEIPT.items())))
    other = RECEIPT | {"made_at": "2026-11-24T10:00:01+08:00"}
    assert pdf.render("receipt", RECEIPT) != pdf.render("receipt", other)


def test_an_archive_file_with_title_and_moment():
    read = pypdf.PdfReader(io.BytesIO(pdf.render("receipt", RECEIPT)))
    assert read.metadata.title == "申报提交回执"
    assert read.metadata.creation_date.isoformat() == "2026-11-24T02:00:00+00:00"
    assert "pdfaid:part" in read.xmp_metadata.stream.get_data().decode()
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(
    "evil",
    ["#panic()", '#read("/etc/passwd")', "$x$ *a* _b_ [c] `d` <e> @f", '" + sys.inputs + "', "\\ \\u{41}", "= x"],
)
def test_data_are_never_code(evil):
    made = text(pdf.render("dossier", dossier({"kind": "text", "text": evil}, title=evil)))
    assert made.replace(" ", "").count(evil.replace(" ", "")) >= 2


@pytest.mark.parametrize(
    ("strange", "code"),
    [("表情😀", "U+1F600"), ("བོད", "U+0F56"), ("ئۇيغۇر", "U+0626"), ("𠀀", "U+20000"), ("\ue000", "U+E000")],
)
def test_signs_outside_the_fonts_are_marked_and_named(strange, code):
    made = text(pdf.render("dossier", dossier({"kind": "text", "text": strange})))
    assert "〓" in made
    assert code in made


def test_control_and_direction_marks_go_and_rare_signs_stay():
    missing: set[str] = set()
    assert glyphs.printable({"a": ["\x07x\u202ey\tz", "㙍䶮堃①㎡Ⅲ\n"]}, missing) == {"a": ["xy z", "㙍䶮堃①㎡Ⅲ\n"]}
    assert not missing


def test_dossier_with_contents_table_over_pages_and_chart():
    columns = [{"label": "项目", "share": 3}, {"label": "总投资（万元）", "align": "right"}]
    rows = [[f"项目{number}", "1,234.56"] for number in range(120)]
    table = {"kind": "table", "caption": "项目清单", "columns": columns, "rows": rows, "total": ["合计", "148,147.20"]}
    svg = charts.to_svg(charts.bars([("汽车制造业", Decimal(120))], label="行业", value="投资（万元）"))
    chart = {"kind": "chart", "caption": "按行业的投资", "svg": svg, "alt": "柱状图：按行业的投资"}
    sections = [
        {"title": "概况", "blocks": [{"kind": "text", "text": "第一段\n第二段"}]},
        {"title": "项目", "blocks": [table, chart]},
        {"title": "细目", "level": 2, "blocks": [{"kind": "list", "items": ["其一", "其二"]}]},
        {"title": "空章", "blocks": []},
        {
            "title": "空表",
            "blocks": [table | {"rows": [], "caption": "合作企业"}, {"kind": "facts", "rows": [["甲", "乙"]]}],
        },
    ]
    read = pypdf.PdfReader(io.BytesIO(pdf.render("dossier", dossier(sections=sections))))
    pages = [page.extract_text() for page in read.pages]
    assert "目录" in pages[0]
    assert sum("总投资（万元）" in page for page in pages) >= 3
    whole = "\n".join(pages)
    for word in [
        "项目119",
        "148,147.20",
        "图 1",
        "汽车制造业",
        "其二",
        "未填写",
        "合作企业：无",
        f"共 {len(pages)} 页",
    ]:
        assert word in whole, word
    assert [entry.title for entry in read.outline if not isinstance(entry, list)] == [
        "1 概况",
        "2 项目",
        "3 空章",
        "4 空表",
    ]


def test_a_template_that_misses_something_says_which():
    with pytest.raises(pdf.TemplateFault, match="number"):
        pdf.render("receipt", {key: value for key, value in RECEIPT.items() if key != "number"})


def test_charts_are_the_same_each_time_and_speak_chinese():
    rows = [(f"行业{number}", Decimal(number) * 1000) for number in range(1, 21)]
    spec = charts.bars(rows, label="行业", value="投资（万元）", rest="其他")
    assert json.loads(json.dumps(spec)) == spec
    svg = charts.to_svg(spec)
    assert svg == charts.to_svg(spec)
    assert "行业20" in svg
    assert "其他" in svg
    assert "行业3<" not in svg
    assert "20,000" in svg
    parts = charts.stacked([("东部", "推荐", 3), ("西部", "退回", 1)], label="区域", value="申报（个）", part="状态")
    assert "西部" in charts.to_svg(parts)


def test_chart_text_is_text():
    svg = charts.to_svg(charts.bars([("<script>&'\"", 1)], label="a", value="b"))
    assert "<script>" not in svg


def test_charts_fetch_nothing():
    spec = charts.bars([("a", 1)], label="a", value="b") | {"data": {"url": "http://127.0.0.1:9/x.json"}}
    with pytest.raises(ValueError, match="allowed"):
        charts.to_svg(spec)


LONG = ["A" * 200, "https://example.cn/" + "path_segment/" * 12, "Bezeichnung" * 18, "长" * 200, "щ" * 120]


@pytest.mark.parametrize("template", ["dossier", "receipt", "allocation", "list", "feedback"])
def test_nothing_runs_over_the_edge_or_into_another_cell(template):
    rows = [[word, word, "1,234,567,890.12"] for word in LONG]
    columns = [{"label": "名称"}, {"label": LONG[0], "share": 2}, {"label": "金额（万元）", "align": "right"}]
    table = {"kind": "table", "caption": LONG[2], "columns": columns, "rows": rows, "note": LONG[0]}
    blocks = [table, {"kind": "list", "items": LONG}, {"kind": "text", "text": "\n".join(LONG)}]
    signed = [{"name": word, "organisation": word, "role": word, "at": "2026-11-24 09:59:00"} for word in LONG]
    pairs = [["名称", word] for word in LONG]
    data = {
        "dossier": dossier(*blocks, title=LONG[0], facts=pairs),
        "receipt": RECEIPT | {"signed_by": signed, "facts": pairs, "verify": LONG[0], "opening": LONG[1]},
        "allocation": BASE | {
            "subtitle": LONG[0], "document_no": LONG[2], "document_date": "2026-11-24", "state": "已复核",
            "heads": ["省份", "试点单位", "金额（元）"], "rows": rows, "sums": [1], "total_label": "合计",
            "total": "1,234,567,890.12", "capitals": "", "signers": [["录入", "甲"], ["复核", "乙"]],
        },
        "list": BASE | {
            "language": "en", "opening": LONG[0], "order": "", "heads": ["P", "U", "R"], "rows": rows, "closing": LONG,
            "issuers": LONG[2:3], "day": LONG[0][:12],
        },
        "feedback": BASE | {
            "addressee": LONG[2], "opening": LONG[0], "unit": LONG[2], "facts": pairs, "comment": LONG,
            "closing": LONG[0], "issuers": LONG[2:3], "day": LONG[0][:12],
        },
    }[template]  # fmt: skip
    made = pdf.render(template, data)
    found = boxes(made)
    assert outside(found) == []
    assert overlapping(found) == []
    assert "A" * 200 in "".join(text(made).split())
    if any("1,234,567,890.12" in row for row in data.get("rows", ())):
        assert "1,234,567,890.12" in text(made).replace("\xa0", " ")
