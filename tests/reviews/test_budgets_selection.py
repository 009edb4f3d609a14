"""Pages of selection cost the same number of queries however many candidates and scenarios there are."""

from __future__ import annotations

import pytest

from reviews.domain import selecting
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.reviews.test_budgets import PLACES, counted

SEEN: dict[str, list[int]] = {}
MOST = 18


@pytest.mark.parametrize("size", [2, 6])
def test_pages_of_scenarios_cost_the_same_at_any_size(db, client_as, budget, size):
    units = dict.fromkeys(PLACES[:size], "100000000.00")
    given = {unit: f"{70 + at}.00" for at, unit in enumerate(units)}
    batch = make.locked_batch(units, given=given, places=size - 1, number=8)
    base, *others = [
        make.computed(batch),
        *(make.computed(batch, total=1, province_max=n) for n in range(1, size // 2)),
    ]
    broken = make.computed(batch, total=size + 1)
    with acting("officer", "MIIT") as by:
        for _ in range(size):
            selecting.comment(by=by, scenario=base, text="x")
        frozen = make.frozen(batch)
    miit, mof, here = client_as(person("officer", "MIIT")), client_as(person("officer", "MOF")), f"/selection/{8}/"
    row = f"/selection/scenario/{base.pk}/"
    together = "&".join(f"with={one.pk}" for one in (base, broken, *others))
    pages = [here, f"{here}freeze/", f"{here}new/", f"{here}new/?from={base.pk}", f"{here}compare/?{together}",
             f"/selection/candidates/{frozen.pk}/", row, f"{row}reasons/", f"{row}firmness/", f"{row}proof/",
             f"/selection/scenario/{broken.pk}/"]  # fmt: skip
    costs = {(who, url): counted(client, url, budget, MOST) for who, client in (("miit", miit), ("mof", mof))
             for url in pages}  # fmt: skip
    assert list(costs.values()) == SEEN.setdefault("scenarios", list(costs.values())), costs
