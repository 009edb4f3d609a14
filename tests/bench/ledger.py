"""The ledger: payments booked a second by eight clients, beside the bare inserts and locks; reads over many entries.

`python -m tests.bench.ledger WHAT` does one part of it in the stand's environment. The real path is the statement by
which a checker's request confirms a payment, sent by the web role with every policy, trigger and audit event; the
floor inserts the same rows, changes the same balances and takes the same locks, with no trigger and no policy.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from portal.embedded.postgres import programs
from tests.bench.load import CLIENTS, SECONDS
from tests.bench.stand import Stand, stand

SIZE: Final = 40
ENTRIES: Final = int(os.environ.get("BENCH_ENTRIES", "10000000"))
# What an entry takes on the disk with its lines, its audit event and all their indexes.
BYTES: Final = 1_900
WAITING: Final = 6_000
REAL: Final = """
begin;
select enter_scope(:checker);
update grants_payment set state = 'confirmed', checker_id = :checker, checked_at = now()
 where id = (select id from bench_waiting where turn = (select nextval('bench_turn')));
select audit_append(now(), :checker, 'x', null, '', '', 'grants.confirm_payment', 'done', 'grants.payment', '1', '', '',
    false, '{}', '{}', '');
commit;
"""
FLOOR: Final = """
begin;
select id, award_id, grant_project_id, amount from grants_payment
 where id = (select id from bench_waiting where turn = (select nextval('bench_turn'))) for update \\gset p_
select id from grants_grantproject where id = :p_grant_project_id for update;
select id from grants_account where id in (:unit, :project) order by id for update;
select last + 1 as number, digest from grants_counter where year = YEAR for update \\gset c_
update grants_counter set last = :c_number, digest = encode(sha256(convert_to('x' || :c_number, 'UTF8')), 'hex')
 where year = YEAR;
select nextval('grants_entry_id_seq') as id \\gset e_
insert into audit_event (at, actor, actor_name, organisation, address, request_id, act, outcome, object_type,
    object_id, province, unit, is_identity, before, after, why) values (now(), :checker, 'x', null, '', '',
    'grants.book', 'done', 'grants.entry', :e_id::text, '', '', false, '{}', '{"number": "2026-000001", "digest": "x"}', '')
    returning id \\gset v_
insert into grants_entry (id, award_id, year, number, kind, document_no, maker_id, checker_id, booked_at, payment_id,
    event_id, digest, province_id, unit_id) select :e_id, :p_award_id, YEAR, :c_number, 'payment', 'x', :maker,
    :checker, now(), :p_id, :v_id, repeat('0', 64), province_id, unit_id from grants_award where id = :p_award_id;
update grants_account set balance = balance - :p_amount where id = :unit;
update grants_account set balance = balance + :p_amount where id = :project;
insert into grants_line (entry_id, account_id, amount, after, province_id, unit_id)
    select :e_id, id, case id when :unit then -:p_amount else :p_amount end, balance, province_id, unit_id
      from grants_account where id in (:unit, :project);
update grants_payment set state = 'confirmed', checker_id = :checker, checked_at = now() where id = :p_id;
insert into audit_event (at, actor, actor_name, organisation, address, request_id, act, outcome, object_type,
    object_id, province, unit, is_identity, before, after, why) values (now(), :checker, 'x', null, '', '',
    'grants.confirm_payment', 'done', 'grants.payment', :p_id::text, '', '', false, '{}', '{}', '') returning id \\gset w_
select pg_advisory_xact_lock(20240016);
insert into audit_link (seq, event_id, digest) select coalesce(max(seq), 0) + 1, :v_id,
    encode(sha256(convert_to('x' || coalesce(max(seq), 0), 'UTF8')), 'hex') from audit_link;
insert into audit_link (seq, event_id, digest) select coalesce(max(seq), 0) + 1, :w_id,
    encode(sha256(convert_to('x' || coalesce(max(seq), 0), 'UTF8')), 'hex') from audit_link;
commit;
"""


def figures() -> list[dict[str, Any]]:
    """The rows of the bench."""
    with stand(SIZE) as here:
        return [*_writing(here), *_reading(here)]


def _row(name: str, figure: float, unit: str, floor: float | None = None, floor_name: str = "") -> dict[str, Any]:
    shown = {"name": name, "figure": round(figure, 1), "unit": unit, "floor_name": floor_name}
    return shown | {"floor": None if floor is None else round(floor, 1)}


def _writing(here: Stand) -> list[dict[str, Any]]:
    """Each in a copy of the stand's database of its own, one after the other in one run."""
    floor = _pgbench(here, "floor", FLOOR.replace("YEAR", "2026"), "postgres")
    alone = _pgbench(here, "alone", FLOOR.replace("YEAR", "(2100 + :client_id)"), "postgres")
    real = _pgbench(here, "real", REAL, "portal_web")
    by_command = _commands(here)
    bare = "pgbench, same inserts and locks"
    return [
        _row("ledger, payments confirmed by the web role, 8 clients", real, "/s", floor, bare),
        _row("ledger, payments confirmed by the command, 8 processes", by_command, "/s", floor, bare),
        _row("ledger, floor with a counter for each client", alone, "/s", floor, "one counter for all"),
    ]


def _copy(here: Stand, name: str) -> dict[str, Any]:
    """A copy of the stand's database with payments that wait, on one unit and project for each client."""
    here.running.postgres.stop()
    here.running.postgres.start()
    return dict(here.ask("tests.bench.ledger", "prepare", name))


def _pgbench(here: Stand, name: str, script: str, role: str) -> float:
    known = _copy(here, name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script.sql"
        file.write_text(script, encoding="utf-8")
        argv = [str(programs() / "pgbench"), "-n", "-h", str(here.running.postgres.socket), "-U", role]
        argv += ["-c", str(CLIENTS), "-j", "2", "-t", str(max(20, int(SECONDS * 60))), "-f", str(file)]
        for key in ("maker", "checker", "unit", "project"):
            argv += ["-D", f"{key}={known[key]}"]
        argv.append(f"bench_{name}")
        bare = {"PGOPTIONS": "-c session_replication_role=replica"} if role == "postgres" else {}
        done = subprocess.run(argv, check=False, capture_output=True, text=True, env=os.environ | bare)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None or "failed transactions: 0" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])


def _commands(here: Stand) -> float:
    """Eight processes confirm payments by the command, as the web does; entries a second."""
    known = _copy(here, "command")
    env = here.env | {
        name: re.sub(r"/portal(\?|$)", r"/bench_command\1", here.env[name])
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL")
    }
    argv = [sys.executable, "-m", "tests.bench.ledger", "confirm", str(known["checker"])]
    each = max(10, int(SECONDS * 15))
    children = [
        subprocess.Popen([*argv, str(number), str(each)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(CLIENTS)
    ]
    for child in children:
        child.stdout.readline()  # type: ignore[union-attr]  # it is ready
    began = perf_counter()
    for child in children:
        child.stdin.close()  # type: ignore[union-attr]
    ended = [child.wait() for child in children]
    if any(ended):
        raise RuntimeError("A client of the ledger failed.")
    return CLIENTS * each / (perf_counter() - began)


def _reading(here: Stand) -> list[dict[str, Any]]:
    """Reads over as many entries as the disk has room for; each is the median of ten."""
    room = shutil.disk_usage(here.folder).free
    entries = min(ENTRIES, int(room * 0.5 / BYTES))
    scaled = "" if entries == ENTRIES else f" (of {ENTRIES:,} asked: the disk has {room // 1024**3} GiB free)"
    _copy(here, "large")
    times = here.ask("tests.bench.ledger", "read", str(entries))
    return [_row(f"ledger of {entries:,} entries{scaled}: {name}", ms, "ms") for name, ms in times.items()]


def _owner(name: str) -> Any:
    import psycopg
    from django.db import connection

    host = connection.settings_dict["HOST"] or connection.settings_dict["OPTIONS"].get("host", "")
    return psycopg.connect(f"postgresql://postgres@/{name}?host={host}", autocommit=True)


def _requests(owner: Any, payment: int) -> None:
    """Each waiting payment has a request of its own with an invoice and evidence, copied from that of a payment."""
    asked, newest = owner.execute(
        "select request_id, (select max(id) from grants_paymentrequest) from grants_payment where id = %s", [payment]
    ).fetchone()
    rows = _columns(owner, "grants_paymentrequest", but="amount")
    owner.execute(
        f"insert into grants_paymentrequest ({rows}, amount) select {rows}, 0.01 from grants_paymentrequest,"
        f" generate_series(1, {WAITING}) where id = %s",
        [asked],
    )
    owner.execute(
        "with one as (select id, row_number() over (order by id) as n from grants_paymentrequest where id > %s),"
        " two as (select id, row_number() over (order by id) as n from grants_payment where state = 'entered'"
        " and document_no like 'bench %%') update grants_payment p set request_id = one.id from one join two using (n)"
        " where p.id = two.id",
        [newest],
    )
    for table, number in (("requestinvoice", "'9' || lpad(r.id::text, 19, '0')"), ("evidencefile", "")):
        rows = _columns(owner, f"grants_{table}", but="request_id", also="number" if number else "")
        owner.execute(
            f"insert into grants_{table} ({rows}, request_id{', number' if number else ''}) select {rows}, r.id"
            f"{', ' + number if number else ''} from (select * from grants_{table} where request_id = %s limit 1) c,"
            " (select id from grants_paymentrequest where id > %s) r",
            [asked, newest],
        )


def _columns(owner: Any, table: str, *, but: str, also: str = "") -> str:
    found = owner.execute(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s and is_generated = 'NEVER'",
        [table],
    )
    return ", ".join(name for (name,) in found if name not in ("id", but, also))


def _prepare(name: str) -> dict[str, Any]:
    """Copy the database, and enter payments that wait: of one project of one award that has room for all."""
    from django.db import connection

    database = connection.settings_dict["NAME"]
    connection.close()
    with _owner("postgres") as admin:
        admin.execute(f"drop database if exists bench_{name} with (force)")
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
            [database],
        )
        admin.execute(f"create database bench_{name} owner portal_owner template {database}")
    with _owner(f"bench_{name}") as owner:
        row = owner.execute(
            "select p.id, p.award_id, p.grant_project_id, p.maker_id, p.checker_id, p.organisation_id, p.document_id"
            " from grants_payment p join grants_grantproject g on g.id = p.grant_project_id"
            " join grants_account a on a.award_id = p.award_id and a.place = 'unit'"
            " where p.state = 'confirmed' order by a.balance desc limit 1"
        ).fetchone()
        pk, award, project, maker, checker, _organisation, _document = row
        owner.execute("set session_replication_role = replica")
        columns = (
            "award_id, grant_project_id, payee, purpose, document_date, document_id, organisation_id, maker_id, made_at,"
            " province_id, unit_id, refused_why"
        )
        owner.execute(
            f"insert into grants_payment ({columns}, amount, document_no, state)"
            f" select {columns}, 0.01, 'bench ' || n, 'entered' from grants_payment, generate_series(1, {WAITING}) n"
            f" where id = {pk}"
        )
        _requests(owner, pk)
        owner.execute("create sequence bench_turn")
        owner.execute(
            "create table bench_waiting as select row_number() over (order by id) as turn, id from grants_payment"
            " where state = 'entered' and document_no like 'bench %'"
        )
        owner.execute("alter table bench_waiting add primary key (turn)")
        owner.execute("grant select on bench_waiting to portal_web; grant usage on sequence bench_turn to portal_web")
        owner.execute(
            "insert into grants_counter select y, 0, repeat('0', 64) from (values (2026), (2100), (2101), (2102), (2103),"
            " (2104), (2105), (2106), (2107)) v(y) on conflict do nothing"
        )
        owner.execute("vacuum analyze")
        accounts = dict(
            owner.execute(
                "select place, id from grants_account where award_id = %s and (place = 'unit' or project_id = %s)",
                [award, project],
            ).fetchall()
        )
    return {"maker": maker, "checker": checker, "unit": accounts["unit"], "project": accounts["project"]}


def _confirm(checker: int, number: int, count: int) -> None:
    """One client: its share of the payments, each confirmed by the command in a transaction of its own."""
    from django.db import connection

    from grants.domain.payments import confirm_payment
    from grants.models import Payment
    from portal.core.scope import acting_as

    with acting_as(checker), connection.cursor() as cursor:
        cursor.execute("select id from bench_waiting where turn %% %s = %s order by turn limit %s",
                       [CLIENTS, number, count])  # fmt: skip
        mine = [pk for (pk,) in cursor.fetchall()]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    for pk in mine:
        with acting_as(checker) as by:
            confirm_payment(by=by, payment=Payment.objects.select_related("grant_project__end").get(pk=pk))


# Entries spread over all awards and projects, and one account through which every tenth of them goes.
MANY: Final = """
create temporary table way as
select row_number() over (order by p.id) - 1 as place, p.award_id, p.id as project, u.id as unit, a.id as account,
       p.province_id, p.unit_id
  from grants_grantproject p join grants_account u on u.award_id = p.award_id and u.place = 'unit'
  join grants_account a on a.project_id = p.id and a.place = 'project';
create temporary table start as select (select max(id) from grants_entry) as entry, (select max(id) from audit_event) as
    event, (select max(id) from grants_line) as line, (select min(id) from accounts_user) as person,
    (select count(*) from way) as ways;
"""
STEP: Final = """
insert into audit_event (id, at, actor, actor_name, organisation, address, request_id, act, outcome, object_type,
    object_id, province, unit, is_identity, before, after, why)
select s.event + n, now(), s.person, 'x', null, '', '', 'grants.book', 'done', 'grants.entry', (s.entry + n)::text, '', '', false,
    '{{}}', '{{}}', '' from start s, generate_series({first}, {last}) n;
insert into grants_entry (id, award_id, year, number, kind, document_no, maker_id, checker_id, booked_at, event_id,
    digest, province_id, unit_id)
select s.entry + n, w.award_id, 2200 + n / 1000000, n % 1000000 + 1, 'use', 'bench ' || n, s.person, s.person + 1, now(),
    s.event + n, md5(n::text) || md5(n::text), w.province_id, w.unit_id
  from start s, generate_series({first}, {last}) n join way w on w.place = case when n % 10 = 0 then 0
    else n % (select ways from start) end;
insert into grants_line (id, entry_id, account_id, amount, after, province_id, unit_id)
select s.line + 2 * n + side, s.entry + n, case side when 0 then w.unit else w.account end, 2 * side - 1, n,
    w.province_id, w.unit_id
  from start s, generate_series({first}, {last}) n join way w on w.place = case when n % 10 = 0 then 0
    else n % (select ways from start) end, (values (0), (1)) v(side);
"""


def _read(entries: int) -> dict[str, float]:
    """Fill the copy with so many entries, triggers off, and time the reads of the pages as an auditor."""
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = "bench_large"
    with _owner("bench_large") as owner:
        owner.execute("set session_replication_role = replica; set maintenance_work_mem = '256MB'")
        indexes = owner.execute(
            "select indexdef, indexname from pg_indexes i where tablename in ('grants_line', 'grants_entry',"
            " 'audit_event') and not exists (select 1 from pg_constraint c where c.conname = i.indexname)"
        ).fetchall()
        for _made, name in indexes:
            owner.execute(f'drop index "{name}"')
        # These entries have no papers behind them; they are only read.
        owner.execute("alter table grants_entry drop constraint entry_names_its_document")
        owner.execute(MANY)
        for first in range(1, entries + 1, 500_000):
            owner.execute(STEP.format(first=first, last=min(entries, first + 499_999)))
        for made, _name in indexes:
            owner.execute(made)
        owner.execute("vacuum analyze")
    return _timed()


def _timed() -> dict[str, float]:
    from grants.enums import Place
    from grants.models import Entry, Line
    from grants.queries import books, oversight
    from grants.queries.awards import held
    from portal.accounts.models import Membership
    from portal.core.scope import acting_as
    from portal.programme.models import Province

    auditor = Membership.objects.using("owner").filter(role="auditor", organisation__code="SJ").first()
    if auditor is None:
        raise RuntimeError("The stand has no auditor.")
    found: dict[str, float] = {}
    with acting_as(auditor.user_id) as by:
        scope = by.scope
        entry = Entry.objects.get(year=2200, number=11)
        account = books.accounts(scope).get(pk=Line.objects.filter(entry=entry, amount__lt=0).get().account_id)
        newest = Line.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        province = Province.objects.get(pk=account.province_id)
        asked: dict[str, Callable[[], Any]] = {
            "balance": lambda: held(account.award_id, Place.UNIT),
            "statement, newest page": lambda: books.statement(scope, account=account),
            "statement, a page in the middle": lambda: books.statement(scope, account=account, before=newest // 2),
            "drill-down, the nation by province": lambda: oversight.by_province(scope),
            "drill-down, one province": lambda: oversight.of_province(scope, province=province),
            "drill-down, the accounts of an award": lambda: list(books.accounts_of(scope, award=account.award)),
            "drill-down, an entry with its lines": lambda: list(
                books.lines_of(scope, entry=books.entries(scope).get(pk=entry.pk))
            ),
            "the newest fifty entries of an award": lambda: list(
                Entry.objects.filter(award=account.award).order_by("-id")[:50]
            ),
        }
        for name, ask in asked.items():
            times = []
            for _ in range(10):
                began = perf_counter()
                ask()
                times.append(1000 * (perf_counter() - began))
            found[name] = statistics.median(times)
    return found


if __name__ == "__main__":
    import django

    django.setup()
    what, *words = sys.argv[1:]
    if what == "confirm":
        _confirm(*map(int, words))
    else:
        json.dump(_prepare(words[0]) if what == "prepare" else _read(int(words[0])), sys.stdout)
