"""Documents of many units in pages: entered, brought from a file, checked as a whole, printed; what the parts show."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal

import pypdf
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories_grants as make
from tests.factories_applications import acting
from tests.grants.conftest import people_of
from tests.grants.test_pages import seen, text
from tests.worlds import further

NEW = "/grants/issue-papers/new/90/1/"


@pytest.fixture
def two(who, others, world):
    """Two confirmed awards of the batch, in two provinces."""
    return further(_two, world.application, world.other)


def _two(application, other):
    return [
        make.awarded(people_of("350200"), application=application, amount="200000000.00"),
        make.awarded(people_of("360100"), application=other, amount="100000000.00", number="财建〔2026〕11号"),
    ]


def form(awards, *amounts, total, **changes):
    lines = {f"amount_{award.pk}": amount for award, amount in zip(awards, amounts, strict=True)}
    return {
        "document_no": "财建〔2026〕8号",
        "document_date": make.today().isoformat(),
        "total": total,
        **lines,
        **changes,
    }


def entered(client_as, who, two, *amounts, total, **changes):
    data = {"file": make.pdf()} | changes
    answer = client_as(who["mof_maker"]).post(NEW, form(two, *amounts, total=total, **data))
    assert answer.status_code == 303, text(answer)
    return answer["Location"]


def states(who):
    from grants.models import Issue

    return seen(who, "mof", lambda: [(row.state, row.amount) for row in Issue.objects.order_by("pk")])


def test_a_document_is_entered_and_confirmed_as_a_whole(client_as, who, two):
    from grants.models import Entry

    maker = client_as(who["mof_maker"])
    assert "150,000,000.00" in text(maker.get("/grants/issue-papers/new/"))
    page = text(maker.get(NEW))
    assert 'value="100,000,000.00"' in page
    assert "<output data-all>150,000,000.00</output>" in page
    url = entered(client_as, who, two, "100,000,000.00", "20,000,000", total="120000000", file=make.pdf())
    assert "Confirm and book" not in text(maker.get(url))
    checker = client_as(who["mof_checker"])
    assert "120,000,000.00" in text(checker.get("/grants/to-check/"))
    page = text(checker.get(url))
    for fact in ("120,000,000.00 yuan", "壹亿贰仟万元整", "20,000,000.00", "voucher.pdf"):
        assert fact in page
    before = seen(who, "mof", Entry.objects.count)
    assert checker.post(url, {"act": "confirm"}).status_code == 303
    assert states(who) == [("confirmed", Decimal("100000000.00")), ("confirmed", Decimal("20000000.00"))]
    assert seen(who, "mof", Entry.objects.count) == before + 2
    assert 'value="30,000,000.00"' in text(maker.get(NEW))
    # The sealed file is one click from each entry and from each line, for the ministry and for the province.
    entry = seen(who, "mof", lambda: Entry.objects.filter(issue__isnull=False).order_by("pk").first())
    for person in ("auditor", "province_maker"):
        client = client_as(who[person])
        for address in (f"/grants/entries/{entry.pk}/", f"/grants/issues/{entry.issue_id}/"):
            link = re.search(r'href="(/grants/issue-files/\d+/)"[^>]*>voucher.pdf', text(client.get(address)))
            assert link, (person, address)
            answer = client.get(link[1])
            assert answer.getvalue().startswith(b"%PDF")


def test_where_amounts_are_typed_all_stand_in_yuan(client_as, who, two):
    """Whoever looks at money in ten thousand yuan types yuan here: what is left beside it has the same unit."""
    maker = client_as(who["mof_maker"])
    maker.cookies["money_unit"] = "wan"
    page = text(maker.get(NEW))
    assert "100,000,000.00</td>" in page
    assert "10,000.00</td>" not in page
    assert 'name="unit"' not in page  # no switch that would do nothing
    assert "20,000.00" in text(maker.get("/grants/awards/"))


def test_what_can_be_issued_stands_on_the_desk_of_the_ministrys_makers_until_it_is_entered(client_as, who, two):
    said = "Issue money of batch 90, first tranche: 150,000,000.00 yuan for 2 units"
    desk = text(client_as(who["mof_maker"]).get("/desk/"))
    assert said in desk
    assert f'href="{NEW}"' in desk
    for person in ("mof_checker", "province_maker"):
        assert "Issue money" not in text(client_as(who[person]).get("/desk/"))
    entered(client_as, who, two, "100,000,000.00", "50,000,000.00", total="150000000")
    assert "Issue money" not in text(client_as(who["mof_maker"]).get("/desk/"))


def test_a_document_issues_what_the_assessment_left_of_the_second_tranche(client_as, who, two):
    from tests import factories_assessing as assess

    assess.result(who, two[0], "passed", second_limit="40000000.00")
    maker, new = client_as(who["mof_maker"]), NEW.replace("/90/1/", "/90/2/")
    assert 'value="40,000,000.00"' in text(maker.get(new))
    answer = maker.post(new, form(two[:1], "40,000,000.01", total="40000000.01", file=make.pdf()))
    assert answer.status_code == 422
    assert "40,000,000.00 yuan are left" in text(answer)
    assert maker.post(new, form(two[:1], "40,000,000.00", total="40000000.00", file=make.pdf())).status_code == 303


def test_a_refusal_refuses_all_lines_and_frees_the_tranche(client_as, who, two):
    url = entered(client_as, who, two, "100,000,000.00", "20,000,000", total="120000000")
    checker = client_as(who["mof_checker"])
    assert checker.post(url, {"act": "refuse", "why": ""}).status_code == 422
    assert checker.post(url, {"act": "refuse", "why": "Wrong annex"}).status_code == 303
    assert [state for state, _amount in states(who)] == ["refused", "refused"]
    assert 'value="100,000,000.00"' in text(client_as(who["mof_maker"]).get(NEW))


@pytest.mark.parametrize(
    ("amounts", "total", "says"),
    [
        (("100,000,000.00", "20,000,000.00"), "120,000,000.01", "add up to 120,000,000.00 yuan"),
        (("100,000,000.01", "20,000,000.00"), "120,000,000.01", "100,000,000.00 yuan are left"),
        (("1,50", "20,000,000.00"), "20,000,000.00", "with digits"),
        (("", ""), "1.00", "at least one unit"),
        (("1.00", ""), "", "Give the amount"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_entered(client_as, who, two, amounts, total, says):
    from grants.models import IssuePaper

    answer = client_as(who["mof_maker"]).post(NEW, form(two, *amounts, total=total, file=make.pdf()))
    assert answer.status_code == 422
    page = text(answer)
    assert says in page
    for amount in filter(None, amounts):
        assert f'value="{amount}"' in page
    assert seen(who, "mof", IssuePaper.objects.count) == 0
    assert states(who) == []


def test_a_line_is_not_confirmed_apart_from_its_document(client_as, who, two):
    from grants.models import Issue

    entered(client_as, who, two, "1.00", "2.00", total="3.00")
    line = seen(who, "mof", lambda: Issue.objects.order_by("pk").first().pk)
    checker = client_as(who["mof_checker"])
    page = text(checker.get(f"/grants/issues/{line}/"))
    assert "Confirm and book" not in page
    assert "Line of the document" in page
    assert checker.post(f"/grants/issues/{line}/", {"act": "confirm"}).status_code == 403
    assert "Check 1 entry" in text(checker.get("/desk/"))


def workbook(rows, heads=("单位代码", "省份", "试点单位", "本批可下达（元）", "本次下达（元）")):
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet("x")
    for at, row in enumerate([heads, *rows]):
        page.write_row(at, 0, row)
    book.close()
    return SimpleUploadedFile("lines.xlsx", file.getvalue())


def test_the_template_comes_back_as_it_is_and_fills_in_the_form(client_as, who, two):
    from grants.models import IssuePaper

    maker = client_as(who["mof_maker"])
    content = b"".join(maker.get(f"{NEW}lines.xlsx").streaming_content)
    answer = maker.post(f"{NEW}file/", {"file": SimpleUploadedFile("a.xlsx", content)})
    assert answer.status_code == 200
    page = text(answer)
    assert "gives 2 units an amount" in page
    assert 'value="100,000,000.00"' in page
    assert f'action="{NEW}"' in page
    fewer = maker.post(f"{NEW}file/", {"file": workbook([("360100", "", "", "", 20000000.5)])})
    page = text(fewer)
    assert "2 units get less than is left" in page
    assert 'value="20,000,000.50"' in page
    assert 'value="100,000,000.00"' not in page
    assert seen(who, "mof", IssuePaper.objects.count) == 0


@pytest.mark.parametrize(
    ("rows", "cell", "says"),
    [
        ([("350200", "", "", "", 100000000.01)], "E2", "has 100,000,000.00 yuan left"),
        ([("350200", "", "", "", 1), ("110000", "", "", "", 1)], "A3", "No unit of this code"),
        ([("350200", "", "", "", 1), ("350200", "", "", "", 1)], "A3", "The same as in row 2"),
        ([("350200", "", "", "", "many")], "E2", "This is no number"),
        ([("350200", "", "", "", -1)], "E2", "below zero"),
    ],
)
def test_problems_of_a_file_name_their_cell(client_as, who, two, rows, cell, says):
    from grants.models import IssuePaper

    answer = client_as(who["mof_maker"]).post(f"{NEW}file/", {"file": workbook(rows)})
    assert answer.status_code == 422
    assert f">{cell}<" in text(answer)
    assert says in text(answer)
    assert "format=csv" not in text(answer)  # no address shows this list again
    assert seen(who, "mof", IssuePaper.objects.count) == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b"PK\x03\x04broken"), ("a.csv", b"a,b\n1,2\n"), ("a.pdf", b"%PDF-1.4 x"), ("a.csv", b"\0\0")],
)
def test_a_file_that_is_none_is_refused_in_words(client_as, who, two, name, content):
    answer = client_as(who["mof_maker"]).post(f"{NEW}file/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert "field__error" in text(answer)


def test_the_table_is_printed_with_sums_and_capitals(client_as, who, two):
    url = entered(client_as, who, two, "100,000,000.00", "20,000,000", total="120000000")
    answer = client_as(who["mof_checker"]).get(f"{url}allocation.pdf")
    assert answer["Content-Type"] == "application/pdf"
    made = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for word in (
        "奖补资金分配表",
        "福建省小计",
        "100,000,000.00",
        "合计",
        "120,000,000.00",
        "壹亿贰仟万元整",
        "待复核",
    ):
        assert word in made.replace("\xa0", "").replace(" ", ""), word


def test_the_table_calls_places_as_on_the_day_of_the_document(client_as, who, two):
    """It goes to the archive with the document, and is made anew whenever somebody asks."""
    from portal.programme.domain import reference
    from portal.programme.models import PilotUnit

    url = entered(client_as, who, two, "100,000,000.00", "20,000,000", total="120000000")
    with acting("system_admin", "YW") as by:
        row = PilotUnit.objects.get(name_zh="厦门市")
        what = reference.ChangeInput("新名市", "New Name", "国函〔2026〕1号")
        reference.change_unit(by=by, unit=row, what=what)
    answer = client_as(who["mof_checker"]).get(f"{url}allocation.pdf")
    made = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert "厦门市" in made
    assert "新名市" not in made


def test_a_province_sees_its_own_lines_and_the_document(client_as, who, others, two):
    from grants.models import IssueFile

    url = entered(client_as, who, two, "100,000,000.00", "20,000,000", total="120000000", file=make.pdf())
    page = text(client_as(others["province_maker"]).get(url))
    assert "20,000,000.00" in page
    assert "100,000,000.00" not in page
    assert "you see those of your own place" in page
    assert "Xiamen" not in page
    file = seen(who, "mof", lambda: IssueFile.objects.get().pk)
    answer = client_as(others["province_maker"]).get(f"/grants/issue-files/{file}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_auditors_sample_the_files_of_issue_documents(client_as, who, two, cast):
    """By what they state, each with the way to the file; in the scope of the auditor."""
    from portal.audit.instruments.population import items_of, load
    from portal.audit.instruments.sampling import Drawn
    from portal.audit.instruments.sources import SOURCES
    from portal.core import clock

    entered(client_as, who, two, "1.00", "", total="1.00", file=make.pdf())
    source, now = SOURCES["issue_files"], clock.now()
    for person, count in ((who["auditor"], 1), (cast("auditor", "SJ350000"), 1), (cast("auditor", "SJ360000"), 0)):
        with make.acting(person) as by:
            found = load(by, source, {}, as_of=now, strata="batch")
            assert [(one.amount, one.stratum) for one in found.items] == [(100, "90")] * count
            assert not load(by, source, {}, as_of=now - timedelta(days=1)).items
    client = client_as(who["auditor"])
    with make.acting(who["auditor"]) as by:
        drawn = [Drawn(one.key, one.amount, one.stratum, False, 1) for one in load(by, source, {}, as_of=now).items]
        (item,) = items_of(by, source, drawn, as_of=now)
    assert client.get(item["url"]).getvalue().startswith(b"%PDF")
    assert client.get("/audit/queries/over/issue_files/").status_code == 200


def test_those_without_a_line_find_no_document(client_as, who, others, two, cast):
    url = entered(client_as, who, two, "1.00", "", total="1.00", file=make.pdf())
    for person in (others["province_maker"], cast("auditor", "SJ360000")):
        assert client_as(person).get(url).status_code == 404
        assert client_as(person).get(f"{url}allocation.pdf").status_code == 404
    assert client_as(cast("auditor", "SJ350000")).get(url).status_code == 200


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("工信部规函(2025) 122号", "工信部规函〔2025〕122号"),
        ("工信部规函［２０２５］１２２号", "工信部规函〔2025〕122号"),
        ("财建 〔2026〕 1 号（演示）", "财建〔2026〕1号（演示）"),
    ],
)
def test_common_slips_in_a_number_are_put_right(written, kept):
    from grants.numbers import is_well_formed, normal

    assert normal(written) == kept
    assert is_well_formed(kept)


@pytest.mark.parametrize(
    "number",
    ["122", "工信部规函2025年122号", "〔2025〕122号", "财建〔2026〕第1号", "财建〔26〕1号", "财建〔2026〕01号"],
)
def test_a_number_without_its_form_is_refused_with_the_form(client_as, who, world, number):
    data = {
        "document_no": number,
        "document_date": make.today().isoformat(),
        "amount": "1.00",
        "file": make.pdf(),
    }
    answer = client_as(who["mof_maker"]).post(f"/grants/awards/new/{world.application}/", data)
    assert answer.status_code == 422
    assert "like 工信部规函〔2025〕122号" in text(answer)


def test_a_part_needs_its_reason_and_the_rest_keeps_its_clock(client_as, who, world):
    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue = make.issued(who, award=award, amount="60000000.00", received_on=make.today())
    maker, url = client_as(who["province_maker"]), f"/grants/issues/{issue.pk}/pass-on/"
    data = {
        "document_no": "闽财〔2026〕3号",
        "document_date": make.today().isoformat(),
        "passed_on": make.today().isoformat(),
        "amount": "20,000,000",
    }
    answer = maker.post(url, data)
    assert answer.status_code == 422
    assert "Say why only a part is passed on: 60,000,000.00" in text(answer)
    done = maker.post(url, data | {"note": "The unit's account opens in a week"})
    assert done.status_code == 303
    assert client_as(who["province_checker"]).post(done["Location"], {"act": "confirm"}).status_code == 303
    assert "opens in a week" in text(maker.get(done["Location"]))
    waits = text(maker.get("/grants/waiting/"))
    assert "40,000,000.00" in waits
    assert maker.post(url, data | {"document_no": "P2", "amount": "40,000,000"}).status_code == 303


def test_the_unit_confirms_the_arrival_once(client_as, who, others, held_unit):
    pass_on = held_unit
    url = f"/grants/pass-ons/{pass_on.pk}/arrival/"
    maker = client_as(who["unit_maker"])
    assert "has arrived" in text(maker.get("/desk/"))
    assert "not confirmed by the unit yet" in text(client_as(who["mof"]).get(f"/grants/pass-ons/{pass_on.pk}/"))
    for person in ("province_maker", "mof_checker", "miit"):
        assert client_as(who[person]).get(url).status_code == 403
    assert client_as(others["unit_maker"]).get(url).status_code == 404
    early = (make.today() - timedelta(days=1)).isoformat()
    assert maker.post(url, {"arrived_on": early}).status_code == 422
    assert maker.post(url, {"arrived_on": make.today().isoformat()}).status_code == 303
    assert maker.get(url).status_code == 403
    assert "has arrived" not in text(maker.get("/desk/"))
    for person in ("mof", "province_maker", "unit_checker", "auditor"):
        assert "finance_maker CZ350200 1" in text(client_as(who[person]).get(f"/grants/pass-ons/{pass_on.pk}/"))


@pytest.fixture
def held_unit(who, world):
    """A confirmed pass-on of today whose arrival nobody confirmed."""
    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue = make.issued(who, award=award, amount="60000000.00", received_on=make.today())
    return make.passed_on(who, issue=issue, amount="60000000.00")


@pytest.mark.parametrize(("days", "left"), [(19, None), (20, 10), (26, 10), (27, 3), (30, 3), (31, None)])
def test_a_province_is_reminded_20_and_27_days_after_the_receipt(who, world, days, left):
    from grants import todo
    from portal.core import clock
    from portal.notifications.reminders import threshold

    with clock.at(clock.now() - timedelta(days=days)):
        award = make.awarded(who, application=world.application, amount="200000000.00")
        make.issued(who, award=award, amount="60000000.00", received_on=make.today())
    with make.acting(who["province_maker"]) as by:
        (line,) = todo.lines(by)
    assert threshold(line.due, line.remind) == left


def test_overdue_money_stands_on_the_desks_of_those_who_watch(client_as, who, world, cast):
    from portal.core import clock

    with clock.at(clock.now() - timedelta(days=40)):
        award = make.awarded(who, application=world.application, amount="200000000.00")
        make.issued(who, award=award, amount="60000000.00", received_on=make.today())
    auditors = [cast("auditor", "SJ"), cast("auditor", "SJ350000")]
    for person in [who["mof_maker"], who["mof"], who["miit"], who["province_checker"], *auditors]:
        desk = client_as(person).get("/desk/")
        assert "1 issue is passed on too late" in text(desk)
        overdue = text(desk).split('id="late"')[1].split("</section>")[0]
        assert "/grants/waiting/?timing=late" in overdue
    assert "too late" not in text(client_as(cast("auditor", "SJ360000")).get("/desk/"))
    assert "Overdue" in text(client_as(who["province_maker"]).get("/desk/"))


def test_targets_are_kept_with_the_award(client_as, who, world, two):
    from grants.models import AwardTarget

    kept = seen(
        who, "mof", lambda: list(AwardTarget.objects.filter(award=two[0]).values_list("code", "baseline", "goal"))
    )
    assert kept == [("digital", Decimal("50.00"), Decimal("85.00"))]
    page = text(client_as(who["unit_maker"]).get(f"/grants/awards/{two[0].pk}/"))
    assert "Performance targets of the award" in page
    assert "85.00" in page


def change(who, award, amount, number="财建〔2026〕51号"):
    from grants.domain import award_changes as acts

    with make.acting(who["mof_maker"]) as by:
        what = acts.AwardChangeInput(Decimal(amount), "The plan grew", make.paper(number, file=make.pdf()))
        return acts.enter_award_change(by=by, award=award, what=what)


def test_an_award_changes_with_both_ministries(client_as, who, two):
    from grants.ledger.verifier import differences
    from grants.models import Award, Entry

    award = two[0]
    maker, miit, checker = (client_as(who[name]) for name in ("mof_maker", "miit", "mof_checker"))
    data = {"document_no": "财建〔2026〕51号", "document_date": make.today().isoformat(), "reason": "The plan grew"}
    address = f"/grants/awards/{award.pk}/change/"
    assert maker.post(address, data | {"amount": "300,000,000.01", "file": make.pdf()}).status_code == 422
    unsealed = maker.post(address, data | {"amount": "250,000,000"})
    assert unsealed.status_code == 422
    assert "id_file_error" in text(unsealed)
    done = maker.post(address, data | {"amount": "250,000,000", "file": make.pdf()})
    assert done.status_code == 303
    url = done["Location"]
    assert checker.post(url, {"act": "confirm"}).status_code == 422
    assert seen(who, "mof", lambda: Award.objects.get(pk=award.pk).amount) == Decimal("200000000.00")
    assert "Agree to the change" in text(miit.get(url))
    assert checker.post(f"{url}agree/").status_code == 403
    assert miit.post(f"{url}agree/").status_code == 303
    assert "Confirm and book" in text(checker.get(url))
    assert checker.post(url, {"act": "confirm"}).status_code == 303
    assert seen(who, "mof", lambda: Award.objects.get(pk=award.pk).amount) == Decimal("250000000.00")
    assert seen(who, "mof", lambda: Entry.objects.filter(award=award, kind="change").count()) == 1
    assert 'value="125,000,000.00"' in text(maker.get(NEW))
    assert differences() == []


PAGES = [
    ("mof_maker", "/grants/issue-papers/", 7),
    ("mof_maker", "/grants/issue-papers/new/", 5),
    ("mof_maker", NEW, 6),
    ("mof_checker", "{paper}", 6),
]


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize(("person", "path", "most"), PAGES, ids=[path for _, path, _ in PAGES])
def test_pages_cost_the_same_at_any_size(client_as, who, two, budget, person, path, most, many):
    both = ("1.00", "2.00") if many else ("1.00", "")
    url = entered(client_as, who, two, *both, total="3.00" if many else "1.00")
    client = client_as(who[person])
    address = path.format(paper=url)
    client.get(address)
    with budget(most):
        assert client.get(address).status_code == 200


def test_a_document_is_not_entered_without_its_sealed_file(client_as, who, two):
    answer = client_as(who["mof_maker"]).post(NEW, form(two, "1.00", "", total="1.00"))
    assert answer.status_code == 422
    assert "id_file_error" in text(answer)
    assert states(who) == []
