"""The auditor's instruments over real money: a sample from draw to conclusion, queries, analyses, leads."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest

from tests import factories_grants as make

pytestmark = pytest.mark.django_db
AMOUNTS = ["12345678.90", "250000.00", "33000.10", "100.00"]


@pytest.fixture
def money(who, world):
    """Four payments of one unit."""
    award = make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")
    project = make.project(who, award)
    for place, amount in enumerate(AMOUNTS):
        make.paid(who, project=project, amount=amount, number=f"V{place}")
    return award


def text(answer):
    return answer.content.decode()


def done(user, address):
    """Do the run a page asked for, as the worker would; gives its row."""
    from portal.core.models import Run
    from portal.core.tasks import execute

    run = address.rstrip("/").rsplit("/", 1)[-1]
    execute(run, user.pk)
    with make.acting(user):
        return Run.objects.get(pk=run)


DRAW = {
    "name": "Payments of 2026",
    "method": "monetary",
    "confidence": "95",
    "materiality": "5,000,000",
    "seed": "2026",
}


def drawn(client, user, source="payments", **changes):
    from portal.core import clock

    data = DRAW | {"as_of": clock.today().isoformat()} | changes
    answer = client.post(f"/audit/samples/new/{source}/", data)
    assert answer.status_code == 303, text(answer)
    run = done(user, answer["Location"])
    assert run.state == "done", run.error
    return run.result["redirect"]


def sample_of(user):
    from portal.audit.models import Sample

    with make.acting(user):
        return Sample.objects.latest("pk")


def test_a_sample_from_draw_to_conclusion(client_as, who, money):
    auditor = who["auditor"]
    client = client_as(auditor)
    assert "/audit/samples/new/payments/" in text(client.get("/audit/samples/"))
    page = drawn(client, auditor)
    sample = sample_of(auditor)
    assert sample.population_count == 4
    assert sample.population_total == sum(map(Decimal, AMOUNTS))
    assert sample.size == len(sample.items)
    assert sample.items[0]["certain"]
    assert sample.items[0]["amount"] == "12345678.90"
    shown = text(client.get(page))
    assert sample.population_sha256 in shown
    # An evaluation before the last result is refused in words, and nothing is kept.
    refused = client.post(f"{page}evaluate/", follow=True)
    assert "have no result yet" in text(refused)
    for place, item in enumerate(sample.items, start=1):
        wrong = place == 1
        data = {"found": "wrong" if wrong else "right", "note": "too much" if wrong else ""}
        if wrong:
            missing = client.post(f"{page}items/1/", data)
            assert missing.status_code == 422
            assert "Give the amount that would be right" in text(missing)
            assert "too much" in text(missing)
            data["audited"] = "12,345,000.00"
        answer = client.post(f"{page}items/{place}/", data)
        assert answer.status_code == 303, (place, item)
    assert client.post(f"{page}evaluate/").status_code == 303
    with make.acting(auditor):
        figures = sample.evaluations.get().figures
    assert figures["errors"] == 1
    assert Decimal(figures["projected"]) == Decimal("678.90")
    assert Decimal(figures["upper"]) == Decimal("678.90") + Decimal(figures["basic"])
    assert figures["acceptable"] is True
    shown = text(client.get(page))
    assert "within what is tolerable" in shown
    assert "Draw it again and compare" in shown
    again = text(client.post(f"{page}redraw/", follow=True))
    assert "the same items, to the digest" in again


def test_a_later_result_counts_and_the_earlier_one_stays(client_as, who, money):
    auditor = who["auditor"]
    client = client_as(auditor)
    page = drawn(client, auditor)
    for found, audited in [("wrong", "1.00"), ("right", "")]:
        assert client.post(f"{page}items/1/", {"found": found, "audited": audited, "note": "n"}).status_code == 303
    shown = text(client.get(f"{page}items/1/"))
    assert shown.count("history__what") == 2
    lines = list(csv.reader(io.StringIO(client.get(f"{page}?format=csv").getvalue().decode("utf-8-sig"))))
    assert "in order" in lines[1]
    assert lines[1][lines[1].index("in order") + 2] == "0.00"


def test_the_population_of_the_moment_is_drawn_again_after_more_was_paid(client_as, who, money):
    auditor = who["auditor"]
    client = client_as(auditor)
    page = drawn(client, auditor)
    make.paid(who, project=make.project(who, money), amount="9999.00", number="later")
    assert "the same items, to the digest" in text(client.post(f"{page}redraw/", follow=True))
    make.reversed_by(who, entry=_entry(who, "100.00"), by="unit")
    assert "the same items, to the digest" in text(client.post(f"{page}redraw/", follow=True))


def _entry(who, amount):
    from grants.models import Entry

    with make.acting(who["mof"]):
        return Entry.objects.get(payment__amount=Decimal(amount))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"materiality": ""}, "Give the materiality in yuan."),
        ({"materiality": "many"}, "Write a number with digits"),
        ({"method": "stratified", "strata": ""}, "Choose what makes the strata."),
        ({"method": "random"}, "Give the rate of errors that is still tolerable."),
        ({"as_of": "2999-01-01"}, "This day is still to come."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_is_missing_stands_beside_its_field(client_as, who, money, changes, words):
    from portal.core import clock

    data = DRAW | {"as_of": clock.today().isoformat()} | changes
    answer = client_as(who["auditor"]).post("/audit/samples/new/payments/", data)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "2026" in text(answer)


def test_a_plan_that_no_sample_can_meet_fails_in_words(client_as, who, money):
    from portal.core import clock

    client = client_as(who["auditor"])
    data = DRAW | {"as_of": clock.today().isoformat(), "expected": "4900000"}
    run = done(who["auditor"], client.post("/audit/samples/new/payments/", data)["Location"])
    assert run.state == "failed"
    assert "too near to what is tolerable" in run.error


@pytest.mark.parametrize(
    ("method", "more"),
    [
        ("random", {"tolerable": "20"}),
        ("stratified", {"strata": "province", "materiality": "5000000"}),
    ],
)
def test_other_methods_are_drawn_tested_and_evaluated(client_as, who, money, method, more):
    auditor = who["auditor"]
    client = client_as(auditor)
    page = drawn(client, auditor, method=method, **more)
    sample = sample_of(auditor)
    for place in range(1, sample.size + 1):
        client.post(f"{page}items/{place}/", {"found": "right"})
    client.post(f"{page}evaluate/")
    with make.acting(auditor):
        figures = sample.evaluations.get().figures
    assert figures["errors"] == 0
    assert figures["acceptable"] is True
    assert client.get(page).status_code == 200
    assert "the same items, to the digest" in text(client.post(f"{page}redraw/", follow=True))


def test_things_without_an_amount_are_judged_by_their_errors_alone(client_as, who, money):
    """Each enterprise of the roster is in error: no amount is asked for or shown, and nothing is acceptable."""
    auditor = who["auditor"]
    client = client_as(auditor)
    page = drawn(client, auditor, source="enterprises", method="random", tolerable="20", materiality="")
    sample = sample_of(auditor)
    assert "Amount that would be right" not in text(client.get(f"{page}items/1/"))
    for place in range(1, sample.size + 1):
        answer = client.post(f"{page}items/{place}/", {"found": "wrong", "note": "not in the register"})
        assert answer.status_code == 303
    client.post(f"{page}evaluate/")
    with make.acting(auditor):
        figures = sample.evaluations.get().figures
    assert (figures["errors"], figures["acceptable"]) == (sample.size, False)
    shown = text(client.get(page))
    assert "The rate of items in error may exceed what is tolerable" in shown
    item = text(client.get(f"{page}items/1/"))
    assert "not in the register" in item
    head = client.get(f"{page}?format=csv").getvalue().decode("utf-8-sig").splitlines()[0]
    for word in ("yuan", "mount", "isstatement"):
        assert all(word not in one for one in (head, shown.split("<main")[1], item.split("<main")[1])), word


def test_others_see_nothing_of_it(client_as, cast, who, money):
    auditor = who["auditor"]
    page = drawn(client_as(auditor), auditor)
    bureau = client_as(cast("auditor", "SJ360000"))
    assert bureau.get(page).status_code == 404
    assert bureau.post(f"{page}items/1/", {"found": "right"}).status_code == 404
    assert text(bureau.get("/audit/samples/")).count("Payments of 2026") == 0
    assert client_as(who["mof"]).get(page).status_code == 403
    colleague = client_as(cast("auditor", "SJ", 2))
    assert colleague.get(page).status_code == 200


def test_pages_cost_the_same_at_any_size(client_as, who, money, budget):
    auditor = who["auditor"]
    client = client_as(auditor)
    page = drawn(client, auditor)
    client.get(page)
    for address, most in [
        ("/audit/samples/", 9),
        (page, 10),
        (f"{page}items/1/", 9),
        ("/audit/queries/", 9),
        ("/audit/queries/over/payments/", 12),
        ("/audit/analyses/", 9),
        ("/audit/analyses/benford/", 7),
        ("/audit/leads/", 9),
        ("/audit/search/?q=x", 12),
    ]:
        with budget(most):
            assert client.get(address).status_code == 200, address


def test_a_query_is_built_saved_shared_and_drawn_from(client_as, cast, who, money):
    auditor = who["auditor"]
    client = client_as(auditor)
    address = "/audit/queries/over/payments/?g0c0f=amount&g0c0o=least&g0c0v=30,000&g0c1f=payee&g0c1o=contains&g0c1v=e"
    shown = client.get(address)
    assert shown.status_code == 200
    assert shown.context["table"].page.paginator.count == 3
    tree = re.search(r'name="tree" value="([^"]+)"', text(shown)).group(1).replace("&quot;", '"')
    answer = client.post("/audit/queries/over/payments/", {"name": "Large ones", "tree": tree})
    assert answer.status_code == 303
    colleague = client_as(cast("auditor", "SJ", 2))
    assert "Large ones" in text(colleague.get("/audit/queries/"))
    assert colleague.get(answer["Location"]).context["table"].page.paginator.count == 3
    assert "Large ones" not in text(client_as(cast("auditor", "SJ360000")).get("/audit/queries/"))
    from portal.audit.models import SavedQuery

    with make.acting(auditor):
        row = SavedQuery.objects.get()
    drawn(client, auditor, query=str(row.pk))
    assert sample_of(auditor).population_count == 3
    assert sample_of(auditor).query_name == "Large ones"
    assert client.get(f"/audit/queries/{row.pk}/remove/").status_code == 200
    assert client.post(f"/audit/queries/{row.pk}/remove/").status_code == 303
    assert sample_of(auditor).query["groups"]
    with make.acting(auditor):
        assert not SavedQuery.objects.exists()


def test_every_source_and_field_can_be_asked_for(client_as, who, money):
    from portal.audit.instruments.conditions import OF_KIND, to_q
    from portal.audit.instruments.sources import SOURCES
    from portal.core import clock

    values = {"number": "1", "yuan": "1", "date": "2026-01-01", "moment": "2026-01-01", "yes": "yes"}
    with make.acting(who["auditor"]) as by:
        for source in SOURCES.values():
            for field in source.fields:
                pairs = field.pairs()
                value = pairs[0][1] if pairs else values.get(field.kind, "a")
                if field.kind == "choice" and not pairs:
                    continue
                for op in OF_KIND[field.kind]:
                    one = {"field": field.name, "op": op, "value": value}
                    tree = {"join": "all", "groups": [{"join": "any", "conditions": [one, one]}]}
                    rows = source.rows(by, clock.now()).filter(to_q(source, tree))
                    assert list(rows.order_by(f"-{field.column}", "pk")[:1]) is not None
    client = client_as(who["auditor"])
    for source in SOURCES.values():
        assert client.get(f"/audit/queries/over/{source.name}/").status_code == 200, source.name
        answer = client.get(f"/audit/queries/over/{source.name}/", {"format": "csv"})
        lines = answer.getvalue().decode("utf-8-sig").splitlines()
        assert len(lines[0].split(",")) == sum(one.shown for one in source.fields)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("g0c0f=amount&g0c0o=least&g0c0v=many", "Write a number with digits"),
        ("g0c0f=amount&g0c0o=contains&g0c0v=1", "Choose a comparison that fits"),
        ("g0c0f=nothing&g0c0o=is&g0c0v=1", "Choose what the condition is about"),
        ("g0c0f=province&g0c0o=is&g0c0v=Atlantis", "is no value of"),
        ("g0c0f=document_date&g0c0o=from&g0c0v=soon", "Choose a day"),
        ("g0c0f=payee&g0c0o=is&g0c0v=", "Give a value for"),
    ],
)
def test_bad_conditions_are_named_and_find_nothing(client_as, who, money, query, words):
    answer = client_as(who["auditor"]).get(f"/audit/queries/over/payments/?{query}")
    assert answer.status_code == 422
    assert words in text(answer)
    assert answer.context["table"].page.paginator.count == 0


def test_a_value_is_never_part_of_a_statement(client_as, who, money):
    answer = client_as(who["auditor"]).get(
        "/audit/queries/over/payments/", {"g0c0f": "payee", "g0c0o": "is", "g0c0v": "' or 1=1 --"}
    )
    assert answer.status_code == 200
    assert answer.context["table"].page.paginator.count == 0


def analysed(client, user, name, **values):
    answer = client.post(f"/audit/analyses/{name}/", values)
    assert answer.status_code == 303, text(answer)
    run = done(user, answer["Location"])
    assert run.state == "done", run.error
    return run.result["redirect"]


def test_every_analysis_runs_with_its_defaults(client_as, who, money):
    from portal.audit.instruments.analyses import ANALYSES

    client = client_as(who["auditor"])
    assert len(ANALYSES) == 17
    for name, one in ANALYSES.items():
        values = {p.name: "" if p.default is None else f"{p.default:f}" for p in one.parameters}
        page = client.get(analysed(client, who["auditor"], name, **values))
        assert page.status_code == 200, name
        assert str(one.caution)[:20] in text(page).replace("&#x27;", "'")


def test_lines_become_leads_once_with_their_states(client_as, cast, who, money):
    auditor = who["auditor"]
    client = client_as(auditor)
    values = {"step": "50", "share": "50", "payments": "1", "year": ""}
    page = analysed(client, auditor, "round_amounts", **values)
    address = re.search(r'href="(/audit/analyses/results/\d+/lead/\?key=[^"]+)"', text(client.get(page))).group(1)
    assert "Make a lead of this line" in text(client.get(address.replace("&amp;", "&")))
    key = address.split("key=")[1]
    path = address.split("?")[0]
    answer = client.post(path, {"key": key})
    assert answer.status_code == 303
    lead = answer["Location"]
    assert "is a lead" in text(client.get(page))
    again = text(client.post(path, {"key": key}, follow=True))
    assert "a lead of your organisation already" in again
    assert client.post(lead, {"why": ""}).status_code == 422
    assert client.post(lead, {"why": "shares of the plan"}).status_code == 303
    assert "shares of the plan" in text(client.get(lead))
    assert "does not exist" not in text(client.post(f"{lead}reopen/", follow=True))
    assert "cannot be done while the state is" in text(client.post(f"{lead}reopen/", follow=True))
    assert client_as(cast("auditor", "SJ360000")).get(lead).status_code == 404


def test_bad_input_changes_nothing(client_as, who, money):
    client = client_as(who["auditor"])
    assert client.post("/audit/analyses/benford/", {"least": "1", "year": "1999"}).status_code == 422
    assert client.get("/audit/analyses/nothing/").status_code == 404
    assert client.get("/audit/samples/new/nothing/").status_code == 404
    assert client.get("/audit/queries/over/nothing/").status_code == 404
    page = drawn(client, who["auditor"])
    assert client.get(f"{page}items/999/").status_code == 404
    assert client.post("/audit/queries/over/payments/", {"name": "x", "tree": "[]"}).status_code == 422
    assert client.post("/audit/queries/over/payments/", {"name": "x", "tree": "{"}).status_code == 422
