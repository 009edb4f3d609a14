"""The roster in the pages: rates that follow, enterprises one by one, files brought, mended and taken over."""

from __future__ import annotations

import io
import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.domain import imports
from applications.models import Enterprise, ImportFile
from portal.core.errors import DomainError, NotAllowed, Stale
from portal.core.tasks import execute
from tests import factories_applications as make
from tests import factories_roster as rosters
from tests import sheets
from tests.applications.browser import AMOUNT, follow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    }


@pytest.fixture
def dossier():
    return make.drafted(unit="350200", amount=AMOUNT)


def enterprise(**changes):
    values = {
        "version": "0",
        "credit_code": rosters.credit_code(1),
        "name": "示例一厂",
        "industry": "C36",
        "revenue": "52,300,000.50",
        "is_leading": "on",
        "digital_state": "under_way",
        "digital_year": "2027",
        "process_rate": "58.5",
        "process_goal": "80",
        "energy_level": "benchmark",
    }
    return values | changes


def standing(row):
    with make.acting("drafter", "ZF350200"):
        return list(Enterprise.objects.filter(application=row).order_by("credit_code"))


def test_one_enterprise_from_form_to_rates(drafter, dossier):
    base = f"/applications/{dossier.pk}/enterprises/"
    assert drafter.get(base).status_code == 200
    assert follow(drafter.post(f"{base}add/", enterprise())) == base
    page = drafter.get(base)
    assert page.context["figures"]["count"] == 1
    assert [tile["value"] for tile in page.context["tiles"]] == ["1", "100.00 %", "0.00 %", "80.00 %", "100.00 %"]
    (kept,) = standing(dossier)
    change = enterprise(version="1", digital_state="not_begun", digital_year="")
    assert follow(drafter.post(f"{base}{kept.pk}/", change)) == base
    assert drafter.get(base).context["tiles"][1]["value"] == "0.00 %"
    assert drafter.get(f"{base}{kept.pk}/remove/").status_code == 200
    assert follow(drafter.post(f"{base}{kept.pk}/remove/", {"confirm": "yes"})) == base
    assert standing(dossier) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"credit_code": rosters.credit_code(1)[:-1] + "?"}, "credit_code"),
        ({"credit_code": "1"}, "credit_code"),
        ({"name": ""}, "name"),
        ({"industry": "C13"}, "industry"),
        ({"industry": ""}, "industry"),
        ({"revenue": "viel"}, "revenue"),
        ({"digital_state": "x"}, "digital_state"),
        ({"digital_year": "1999"}, "digital_year"),
        ({"process_goal": "50"}, "process_goal"),
        ({"process_rate": "101"}, "process_rate"),
    ],
)
def test_errors_stand_beside_their_field_and_nothing_is_lost(drafter, dossier, change, field):
    answer = drafter.post(f"/applications/{dossier.pk}/enterprises/add/", enterprise(**change))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "52,300,000.50" in answer.content.decode() or field == "revenue"
    assert standing(dossier) == []


def test_a_code_that_is_there_already_is_said_beside_the_code(drafter, dossier):
    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, 1)
    answer = drafter.post(f"/applications/{dossier.pk}/enterprises/add/", enterprise())
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["credit_code"])


def test_two_people_at_one_enterprise_do_not_overwrite(drafter, dossier):
    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, 1)
    (kept,) = standing(dossier)
    address = f"/applications/{dossier.pk}/enterprises/{kept.pk}/"
    follow(drafter.post(address, enterprise(version="1", name="甲")))
    answer = drafter.post(address, enterprise(version="1", name="乙"))
    assert answer.status_code == 409
    assert "甲" in answer.content.decode()
    assert standing(dossier)[0].name == "甲"


def bring(client, row, content: bytes, name="企业.xlsx", sheet="enterprises"):
    """Bring a file and let the worker's task judge it; gives the page of the file."""
    address = f"/applications/{row.pk}/lists/{sheet}/import/"
    assert client.get(address).status_code == 200
    run = follow(client.post(address, {"file": SimpleUploadedFile(name, content)}))
    return work(client, run)


def work(client, run_address: str):
    """Do the run of this page as a worker would; gives the page it leads to."""
    execute(*_run(run_address))
    answer = client.get(run_address)
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    return client.get(answer["Location"])


def _run(address: str):
    from tests.guards.applications_sql import value

    pk = address.rstrip("/").rsplit("/", 1)[-1]
    user = make.person("drafter", "ZF350200")
    with make.acting("drafter", "ZF350200"):
        assert value("select count(*) from core_run where id = %s", pk) == 1
    return pk, user.pk


def test_a_good_file_is_previewed_then_taken_over(drafter, dossier):
    page = bring(drafter, dossier, sheets.workbook(sheets.line(1), sheets.line(2)))
    assert standing(dossier) == []
    report = page.context["row"].report
    assert (report["rows"], report["good"], report["new"], report["all_problems"]) == (2, 2, 2, 0)
    done = work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    assert done.context["row"].state == "taken"
    assert [row.name for row in standing(dossier)] == ["示例1厂", "示例2厂"]
    assert drafter.get(f"/applications/{dossier.pk}/enterprises/").context["figures"]["count"] == 2


def test_a_second_file_says_what_it_would_change_and_changes_that_alone(drafter, dossier):
    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, 3)
    before = standing(dossier)
    export = drafter.get(f"/applications/{dossier.pk}/lists/enterprises/file/")
    content = b"".join(export.streaming_content)
    page = bring(drafter, dossier, content)
    report = page.context["row"].report
    assert (report["new"], report["changed"], report["same"]) == (0, 0, 3)
    page = bring(drafter, dossier, sheets.workbook(sheets.line(2, name="新名称"), sheets.line(9)))
    report = page.context["row"].report
    assert (report["new"], report["changed"], report["same"], report["absent"]) == (1, 1, 0, 2)
    assert "新名称" in page.content.decode()
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    after = {row.credit_code: row for row in standing(dossier)}
    assert len(after) == 4
    assert after[rosters.credit_code(2)].name == "新名称"
    untouched = [row for row in before if row.credit_code != rosters.credit_code(2)]
    assert all(after[row.credit_code].version == row.version for row in untouched)


def test_a_file_with_errors_stores_nothing_unless_asked_for(drafter, dossier):
    page = bring(
        drafter, dossier, sheets.workbook(sheets.line(1), sheets.line(2, revenue="x"), sheets.line(3, revenue="５２"))
    )
    assert page.context["row"].report["bad"] == 1
    assert "D3" in page.content.decode()
    answer = drafter.post(page.request["PATH_INFO"], {})
    assert answer.status_code == 422
    assert standing(dossier) == []
    problems = drafter.get(page.request["PATH_INFO"] + "?format=csv")
    text = b"".join(problems.streaming_content).decode()
    assert "What is wrong,D3,3" in text
    assert "What was understood,D4,4" in text
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {"good_only": "on"})))
    assert [row.credit_code for row in standing(dossier)] == sorted([rosters.credit_code(1), rosters.credit_code(3)])


def test_a_file_without_a_good_row_cannot_be_taken_over(drafter, dossier):
    page = bring(drafter, dossier, sheets.workbook(sheets.line(1, name="")))
    assert drafter.post(page.request["PATH_INFO"], {"good_only": "on"}).status_code == 422


def test_the_page_of_a_file_that_could_not_be_read_says_why_and_no_longer_that_it_is_checked(drafter, dossier):
    address = f"/applications/{dossier.pk}/lists/enterprises/import/"
    content = sheets.workbook(sheets.line(1), change=lambda _book, page: page.write(0, 15, "企业名称"))
    run = follow(drafter.post(address, {"file": SimpleUploadedFile("企业.xlsx", content)}))
    there = re.findall(rf"/applications/{dossier.pk}/imports/\d+/", drafter.get(address).content.decode())[0]
    assert "The file is being checked" in drafter.get(there).content.decode()
    execute(*_run(run))
    text = drafter.get(there).content.decode()
    assert "has the column “企业名称” twice" in text
    assert "being checked" not in text.split("<main", 1)[1]


def test_a_file_without_a_row_is_not_offered_to_be_taken_over(drafter, dossier):
    text = bring(drafter, dossier, sheets.workbook()).content.decode()
    assert "The file holds no row below its headings" in text
    assert "Nothing is wrong" not in text


def test_a_file_is_taken_over_once(drafter, dossier):
    page = bring(drafter, dossier, sheets.csv(sheets.line(1)), name="企业.csv")
    address = page.request["PATH_INFO"]
    work(drafter, follow(drafter.post(address, {})))
    assert drafter.post(address, {}).status_code == 422
    drafter.post(address + "drop/")
    with make.acting("drafter", "ZF350200"):
        assert ImportFile.objects.get().state == "taken"


def test_what_changed_meanwhile_is_judged_anew(drafter, dossier):
    page = bring(drafter, dossier, sheets.workbook(sheets.line(1)))
    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, 1, first=5)
    run = follow(drafter.post(page.request["PATH_INFO"], {}))
    execute(*_run(run))
    assert drafter.get(run).context["run"].state == "failed"
    assert len(standing(dossier)) == 1
    again = follow(drafter.post(page.request["PATH_INFO"] + "check/"))
    page = work(drafter, again)
    work(drafter, follow(drafter.post(page.request["PATH_INFO"], {})))
    assert len(standing(dossier)) == 2


def test_a_new_file_takes_the_place_of_one_that_was_not_taken_over(drafter, dossier):
    bring(drafter, dossier, sheets.workbook(sheets.line(1)))
    bring(drafter, dossier, sheets.workbook(sheets.line(2)))
    with make.acting("drafter", "ZF350200"):
        first, second = ImportFile.objects.order_by("pk")
        assert [first.state, second.state] == ["dropped", "judged"]
    # A refusal that leads back to where it is said is no act that was done: sent again, it is refused again.
    for _time in range(2):
        url = f"/applications/{dossier.pk}/imports/{first.pk}/check/"
        there = drafter.get(follow(drafter.post(url, {"csrfmiddlewaretoken": "x"}))).content.decode()
        assert "taken over or dropped already" in there
        assert "done once" not in there


def test_bad_files_are_refused_beside_the_field(drafter, dossier):
    address = f"/applications/{dossier.pk}/lists/enterprises/import/"
    for content in (b"%PDF-1.7", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"words"):
        answer = drafter.post(address, {"file": SimpleUploadedFile("x.xlsx", content)})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["file"])
    assert drafter.get(f"/applications/{dossier.pk}/lists/nothing/import/").status_code == 404


def test_a_file_that_is_no_list_fails_in_words(drafter, dossier):
    from tests import uploads

    address = f"/applications/{dossier.pk}/lists/enterprises/import/"
    run = follow(drafter.post(address, {"file": SimpleUploadedFile("x.xlsx", uploads.xlsx())}))
    execute(*_run(run))
    answer = drafter.get(run)
    assert answer.context["run"].state == "failed"
    assert "统一社会信用代码" in answer.content.decode()


def test_nobody_else_brings_or_sees_a_file(drafter, dossier, client_as):
    page = bring(drafter, dossier, sheets.workbook(sheets.line(1)))
    for role, code in [("drafter", "ZF350500"), ("provincial_officer", "GX350000"), ("officer", "MIIT")]:
        client = client_as(make.person(role, code))
        assert client.get(page.request["PATH_INFO"]).status_code in (403, 404)
        assert client.post(page.request["PATH_INFO"], {}).status_code in (403, 404)
    signatory = client_as(make.person("signatory", "ZF350200"))
    assert signatory.get(page.request["PATH_INFO"]).status_code == 403
    with make.acting("signatory", "ZF350200") as by:
        row = ImportFile.objects.select_related("application").get()
        with pytest.raises(NotAllowed):
            imports.drop(by=by, row=row)
    with make.acting("drafter", "ZF350200") as by:
        row = ImportFile.objects.select_related("application__batch").get()
        with pytest.raises((Stale, DomainError)):
            imports.take(by=by, row=row, verdict=imports.judging.Verdict("x"), good_only=True)
    assert standing(dossier) == []


def test_the_submitted_roster_is_kept_and_read_by_the_province(drafter, dossier, client_as):
    with make.acting("drafter", "ZF350200") as by:
        rosters.fill(dossier, 60)
        row = make.Application.objects.get(pk=dossier.pk)
        make.submission.request_sign_off(by=by, application=row)
    make.sign(dossier)
    make.decide(dossier, make.Side.INDUSTRY, make.Verdict.RETURN, "补充企业")
    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, 5, first=100)
    officer = client_as(make.person("provincial_officer", "GX350000"))
    answer = officer.get(f"/applications/{dossier.pk}/submissions/1/enterprises/")
    assert answer.context["table"].page.paginator.count == 60
    assert rosters.credit_code(1) in answer.content.decode()
    file = officer.get(f"/applications/{dossier.pk}/submissions/1/enterprises/?format=csv")
    assert len(b"".join(file.streaming_content).decode().strip().splitlines()) == 61
    whole = officer.get(f"/applications/{dossier.pk}/submissions/1/")
    assert "60" in whole.content.decode()
    assert client_as(make.person("drafter", "ZF350500")).get(answer.request["PATH_INFO"]).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_industries_are_named_in_the_readers_language(dossier, client_as, language):
    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, 5)
        focus = make.Application.objects.get(pk=dossier.pk).industries.select_related("industry").first().industry
    asked, other = (focus.name_en, focus.name_zh) if language == "en" else (focus.name_zh, focus.name_en)
    client = client_as(make.person("drafter", "ZF350200"), language)
    for page in ("enterprises/", "enterprises/add/", "whole/"):
        text = unescape(client.get(f"/applications/{dossier.pk}/{page}").content.decode())
        assert f"{focus.code} {asked}" in text, page
        assert f"{focus.code} {other}" not in text, page


@pytest.mark.parametrize("size", [10, 3000])
def test_pages_cost_the_same_at_any_size(drafter, dossier, budget, size):
    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, size)
    other = make.drafted(unit="350500", amount=AMOUNT)
    with make.acting("drafter", "ZF350500"):
        rosters.fill(other, 2)
    base = f"/applications/{dossier.pk}/"
    drafter.get(base)
    for url, most in {
        base: 25,
        f"{base}enterprises/": 14,
        f"{base}enterprises/?q=00005": 14,
        f"{base}enterprises/add/": 14,
        f"{base}lists/enterprises/import/": 9,
    }.items():
        with budget(most):
            answer = drafter.get(url)
        assert answer.status_code == 200
    table = drafter.get(f"{base}enterprises/").context["table"]
    assert table.page.paginator.count == size


def test_template_and_export_are_workbooks(drafter, dossier):
    from python_calamine import CalamineWorkbook

    with make.acting("drafter", "ZF350200"):
        rosters.fill(dossier, 2)
    for query, rows in {"": 4, "?empty=1": 2}.items():
        answer = drafter.get(f"/applications/{dossier.pk}/lists/enterprises/file/{query}")
        book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
        first = book.get_sheet_by_index(0).to_python()
        assert (len(first), len(first[0])) == (rows, 15)
        assert book.sheet_names[1:] == ["填写说明 Guide", "列表 Lists"]
    csv = drafter.get(f"/applications/{dossier.pk}/lists/enterprises/file/?format=csv")
    assert len(b"".join(csv.streaming_content).decode("utf-8-sig").splitlines()) == 4
