"""The world of a history about money: a final list of two units of two provinces, a third in reserve, approved plans."""

from __future__ import annotations

import random
from typing import Any

from tests.histories.stage import Stage
from tests.people import person

UNITS = {"350200": "150000000.00", "330200": "150000000.00", "420100": "100000000.00"}
GIVEN = {"350200": "80.25", "330200": "90.50", "420100": "70.75"}


def people() -> dict[str, Any]:
    """Who there is, by what they do; with the unit behind a point where there are several."""
    found: dict[str, Any] = {
        "mof_maker": person("finance_maker", "MOF"),
        "mof_checker": person("finance_checker", "MOF"),
        "miit": person("officer", "MIIT"),
        "miit.2": person("officer", "MIIT", 2),
        "mof": person("officer", "MOF"),
        "mof.2": person("officer", "MOF", 2),
        "auditor": person("auditor", "SJ"),
        "auditor.2": person("auditor", "SJ", 2),
        "member1": person("reviewer", "MIIT"),
        "member2": person("reviewer", "MOF"),
        "member3": person("reviewer", "ZJ"),
        "member4": person("reviewer", "ZJ", 2),
        "nobody": None,
    }
    for unit in ("350200", "330200"):
        province = f"{unit[:2]}0000"
        posts = {
            "province_maker": ("finance_maker", f"CZ{province}"),
            "province_checker": ("finance_checker", f"CZ{province}"),
            "unit_maker": ("finance_maker", f"CZ{unit}"),
            "unit_checker": ("finance_checker", f"CZ{unit}"),
            "drafter": ("drafter", f"ZF{unit}"),
            "signatory": ("signatory", f"ZF{unit}"),
            "industry": ("provincial_officer", f"GX{province}"),
        }
        found |= {f"{name}.{unit}": person(*post) for name, post in posts.items()}
    found["signatory.420100"] = person("signatory", "ZF420100")
    return found


def listed() -> int:
    """The batch; budget 300 million, so that not every award fits."""
    from applications.domain import plans
    from tests import factories_audit as audit_make
    from tests import factories_reviews as make
    from tests.factories_applications import acting
    from tests.factories_grants import in_roster

    found = people()
    batch = make.final_batch(UNITS, given=GIVEN, places=2, reserve=1, number=7, budget="300000000.00")
    rows = [make.application(batch, unit) for unit in ("350200", "330200")]
    in_roster([row.pk for row in rows])
    for number, row in enumerate(rows, start=1):
        with acting("officer", "MIIT") as by:
            plans.approve_plan(by=by, application=row, document_no=f"工信厅联规函〔2026〕{number}号")
    audit_make.engagement({"lead": found["auditor"], "second": found["auditor.2"]}, "second", province="350000")
    return int(batch.pk)


def stage(batch: int, seed: int) -> Stage:
    return Stage(people(), random.Random(seed), batch)


def begun(who: dict[str, Any], batch: int) -> None:
    """Both units hold money of their first tranche, which came and was passed on in part."""
    from portal.programme.models import Batch
    from tests import factories_grants as make
    from tests import factories_reviews as reviews

    with make.acting(who["miit"]):
        row = Batch.objects.get(pk=batch)
    for number, unit in enumerate(("350200", "330200")):
        mine = {name: who.get(f"{name}.{unit}", who.get(name)) for name in (one.split(".")[0] for one in who)}
        award = make.awarded(
            mine,
            application=reviews.application(row, unit).pk,
            amount="100000000.00",
            number=f"财建〔2025〕{number + 1}1号",
        )
        issue = make.issued(
            mine, award=award, amount="40000000.00", number=f"财建〔2025〕{number + 1}2号", received_on=make.today()
        )
        make.passed_on(mine, issue=issue, amount="30000000.00", number=f"财建〔2025〕{number + 1}3号")


def judges() -> dict[str, Any]:
    """Who there is from the call to the final list."""
    found: dict[str, Any] = {
        "miit": person("officer", "MIIT"),
        "miit.2": person("officer", "MIIT", 2),
        "mof": person("officer", "MOF"),
        "mof.2": person("officer", "MOF", 2),
        "auditor": person("auditor", "SJ"),
        "soe": person("soe_officer", "YQ001"),
        "soe.2": person("soe_officer", "YQ001", 2),
        "nobody": None,
    }
    for place, (group, number) in enumerate((("MIIT", 1), ("MOF", 1), ("ZJ", 1), ("ZJ", 5)), start=1):
        found[f"member{place}"] = person("reviewer", group, number)
    for unit in ("350200", "330200", "420100", "510100"):
        province = f"{unit[:2]}0000"
        found |= {
            f"drafter.{unit}": person("drafter", f"ZF{unit}"),
            f"signatory.{unit}": person("signatory", f"ZF{unit}"),
            f"industry.{unit}": person("provincial_officer", f"GX{province}"),
            f"treasury.{unit}": person("provincial_officer", f"CZ{province}"),
        }
    return found


def called() -> int:
    """An open batch of two places; three cities have written their dossiers, an enterprise has committed to one."""
    from tests import factories_applications as applications
    from tests import factories_reviews as make

    judges()
    batch = make.open_batch(9, places=2)
    for unit in ("350200", "330200", "420100", "510100"):
        applications.drafted(unit=unit, amount="100000000.00", soes=("YQ001",) if unit == "350200" else (), batch=batch)
    make.panel()
    make.reviewer("expert", province="440000", number=5)
    return int(batch.pk)


def judged(batch: int, seed: int) -> Stage:
    return Stage(judges(), random.Random(seed), batch)


FOUR = dict.fromkeys(("350200", "330200", "420100", "510100"), "100000000.00")
MARKS = dict(zip(FOUR, ("80.25", "90.50", "85.75", "70.15"), strict=True))


def advanced(how: str) -> int:
    """A batch of four dossiers for two places: in "screening", "reviewing", "locked", "decided", "published"."""
    from tests import factories_reviews as make

    judges()
    more: dict[str, Any] = {} if how in ("screening", "reviewing") else {"given": MARKS}
    if how in ("decided", "published"):
        more["reserve"] = 2
    batch = getattr(make, f"{how}_batch")(FOUR, places=2, number=9, soes={"350200": ("YQ001",)}, **more)
    make.panel()
    make.reviewer("expert", province="440000", number=5)
    return int(batch.pk)
