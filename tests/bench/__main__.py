"""`python -m tests.bench [PART …]`: measures the parts named (those of FIGURES, or SIZE: pages), all when none.

Each figure stands beside its floor of the same run. Nothing here asserts: figures are read by people.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from portal.run import stack
from tests.bench import (
    autosave,
    bank,
    calibration,
    dashboards,
    desk,
    dossier,
    ledger,
    matching,
    pool,
    reports,
    roster,
    search,
    selection,
    starts,
    trail,
)
from tests.bench.load import CLIENTS, SECONDS, Browser, Figures, fetch, sign_ins, warm
from tests.bench.stand import Stand, stand

FIGURES = {
    "starts": starts.figures,
    "solvers": selection.figures,
    "calibration": calibration.figures,
    "dossier": dossier.figures,
    "matching": matching.figures,
    "roster": roster.figures,
    "pool": pool.figures,
    "desk": desk.figures,
    "autosave": autosave.figures,
    "ledger": ledger.figures,
    "dashboards": dashboards.figures,
    "bank": bank.figures,
    "search": search.figures,
    "trail": trail.figures,
    "reports": reports.figures,
}
PARTS = (*FIGURES, "333", "3330")


def _row(size: int, name: str, found: Figures, floor: Figures | None, queries: int | None) -> dict[str, Any]:
    return {
        "applications": size,
        "page": name,
        "queries": queries,
        "p50_ms": round(found.quantile(0.50), 1),
        "p95_ms": round(found.quantile(0.95), 1),
        "per_second": round(found.per_second, 1),
        "floor_per_second": round(floor.per_second, 1) if floor else None,
        "share_of_floor": round(found.per_second / floor.per_second, 2) if floor else None,
    }


def _clients(port: int, email: str, password: str) -> list[Browser]:
    first = Browser(port)
    if email and first.sign_in(email, password) != 302:
        raise RuntimeError(f"{email} could not sign in.")
    rest = [Browser(port) for _ in range(CLIENTS - 1)]
    for browser in rest:
        browser.cookies = dict(first.cookies)
    return [first, *rest]


def measure(here: Stand, size: int) -> list[dict[str, Any]]:
    """All pages at one size, each beside the bare page measured just before it."""
    known = here.ask("tests.bench.pages")
    rows: list[dict[str, Any]] = []
    bare_port = stack.choose_port(str(here.port + 100))
    with here.server("portal.wsgi", here.port, "/health/live"), here.server("tests.bench.bare", bare_port, "/rows/"):
        bare = [Browser(bare_port) for _ in range(CLIENTS)]
        for browser in bare:
            browser.cookies["sessionid"] = known["bare_session"]
        fetch(bare, "/rows/", 1.0)
        sign_ins(here.port, known["emails"], known["password"], 1)
        rows.append(_row(size, "sign-in", sign_ins(here.port, known["emails"], known["password"], 5), None, None))
        _show(rows[-1])
        for page in known["pages"]:
            browsers = _clients(here.port, page["email"], known["password"])
            warm(browsers, page["path"])
            floor = fetch(bare, "/rows/", SECONDS / 2)
            rows.append(_row(size, page["name"], fetch(browsers, page["path"], SECONDS), floor, page["queries"]))
            _show(rows[-1])
    return rows


def _show(row: dict[str, Any]) -> None:
    floor = f"{row['share_of_floor']:.2f} of {row['floor_per_second']:.0f}/s" if row["floor_per_second"] else ""
    queries = "" if row["queries"] is None else row["queries"]
    line = f"{row['applications']:>5} {row['page']:<44} {queries:>3} queries  p50 {row['p50_ms']:>6.1f} ms  "
    sys.stdout.write(f"{line}p95 {row['p95_ms']:>6.1f} ms  {row['per_second']:>6.1f}/s  {floor}\n")
    sys.stdout.flush()


def main(argv: list[str]) -> int:
    """Measure the parts named: a name of FIGURES, or pages at a number of applications; all when none is named."""
    found: dict[str, Any] = {"clients": CLIENTS, "figures": [], "pages": []}
    for part in argv or PARTS:
        if part.isdecimal():
            with stand(int(part)) as here:
                found["pages"] += measure(here, int(part))
            continue
        for row in FIGURES[part]():
            found["figures"].append(row)
            floor = (
                f"   floor {row['floor']:>8} {row['unit']} ({row['floor_name']})"
                if row.get("floor") is not None
                else ""
            )
            sys.stdout.write(f"{row['name']:<60} {row['figure']:>8} {row['unit']}{floor}\n")
    file = Path(stack.ROOT) / "bench" / "results.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
