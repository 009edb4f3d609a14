"""How papers and books looked at a past moment (`portal.core.past`).

The ledger by the time of booking, sums without what was booked later; papers by when they were entered, checked and
taken back: what a paper says never changes after it was entered. What was typed and not signed is no paper: it is there
from its first signature on, and says what was signed.
"""

from __future__ import annotations

from typing import Final

from portal.core.past import AT, Past, said

LATER: Final = f"t.checked_at > {AT}"


def since(column: str, **columns: str) -> dict[str, str]:
    """Columns that were empty until the time in `column`; each with the value it had before."""
    return {name: f"case when t.{column} > {AT} then {value} else t.{name} end" for name, value in columns.items()}


# A paper was taken back with the booking of the reversal of its entry; an award has several entries.
_BACK: Final = f"""when t.state = 'reversed' and exists (
    select 1 from public.grants_entry e join public.grants_entry r on r.reverses_id = e.id
     where e.{{column}} = t.id and r.booked_at > {AT}
       and ('{{column}}' <> 'award_id' or e.kind = 'award')) then 'confirmed'"""


def signed(table: str, entry: str = "", *, state: str = "", joins: str = "", **columns: str) -> Past:
    """A paper of maker and checker. entry: the column of the ledger that names it, where a reversal takes it back."""
    back = _BACK.format(column=entry) if entry else ""
    found = {
        "state": f"case when {LATER} then 'entered' {back} {state} else t.state end",
        **since("checked_at", checker_id="null", checked_at="null", refused_why="''"),
        **columns,
    }
    return Past(table, f"t.made_at <= {AT}", found, joins=joins)


def within(parent: str, key: str, there: str) -> str:
    """SQL: the row's parent, called `p`, was there."""
    return f"exists (select 1 from public.{parent} p where p.id = t.{key} and p.{there} <= {AT})"


RECEIPT: Final = since("received_at", received_on="null", received_by_id="null", received_at="null")
PASSED: Final = f"""case when exists (
    select 1 from public.grants_assessment s where s.award_id = t.id and s.result = 'passed' and s.state <> 'refused'
       and s.checked_at <= {AT}) or exists (
    select 1 from public.grants_rectification s where s.award_id = t.id and s.state = 'confirmed'
       and s.checked_at <= {AT}) then t.assessment_passed_on end"""
AMOUNT: Final = f"""coalesce((
    select c.before from public.grants_awardchange c where c.award_id = t.id and c.state = 'confirmed'
       and c.checked_at > {AT} order by c.checked_at limit 1), t.amount)"""
WITHDRAWN: Final = f"""when t.state = 'withdrawn' and exists (
    select 1 from public.grants_recoverywithdrawal w where w.recovery_id = t.id and w.state = 'confirmed'
       and w.checked_at > {AT}) then 'confirmed'"""
PAPERS: Final = (
    signed("grants_award", "award_id", amount=AMOUNT, assessment_passed_on=PASSED),
    signed("grants_awardchange", **since("agreed_at", agreed_by_id="null", agreed_at="null")),
    signed("grants_assessment"),
    signed("grants_rectification"),
    signed("grants_issue", "issue_id", **RECEIPT),
    signed("grants_issuepaper"),
    signed("grants_passon", "pass_on_id"),
    signed("grants_payment", "payment_id"),
    signed("grants_reversal"),
    signed("grants_yearclose", **since("checked_at", entries="0", digest="''", carried_over="0", surplus="0")),
    signed("grants_spendingreport", "spending_id"),
    signed("grants_returnpaper", "return_paper_id", **RECEIPT),
    signed("grants_matchingfunds"),
    signed("grants_recovery", state=WITHDRAWN),
    signed("grants_recoverypayment", "recovery_payment_id"),
    signed("grants_recoverywithdrawal"),
    Past("grants_arrival", f"t.confirmed_at <= {AT}"),
    Past(
        "grants_archivestep",
        f"t.asked_at <= {AT}",
        since("decided_at", state="'asked'", decided_by_id="null", decided_at="null", refused_why="''"),
    ),
    Past("grants_awardtarget", within("grants_award", "award_id", "checked_at")),
    Past("grants_paymentrefusal", within("grants_payment", "payment_id", "checked_at")),
)

# A project as the plan had it: before a later version changed it, as the version before that one says.
_PLAN: Final = f"""left join lateral (
    select r.before, (select x from jsonb_array_elements(v.content::jsonb -> 'projects') x
                       where (x ->> 'id')::bigint = t.plan_id) as row
      from public.grants_supportrevision r left join public.applications_planversion n on n.id = r.version_id
      left join public.applications_planversion v on v.application_id = n.application_id and v.number = n.number - 1
     where r.grant_project_id = t.id and r.at > {AT} order by r.at, r.id limit 1) later on true"""
_PLANNED: Final = {
    name: f"coalesce(later.row ->> '{name}', t.{name}::text)"
    for name in ("name", "enterprise_name", "total_investment")
}
PLANS: Final = (
    Past(
        "grants_grantproject",
        f"case when t.version_id is null then {within('grants_award', 'award_id', 'checked_at')}"
        f" else {within('applications_planversion', 'version_id', 'at')} end",
        {**_PLANNED, "approved_support": "coalesce(later.before, t.approved_support)"},
        joins=_PLAN,
    ),
    Past("grants_projectend", f"t.at <= {AT}"),
    Past("grants_supportrevision", f"t.at <= {AT}"),
    Past(
        "grants_plansum",
        within("grants_award", "award_id", "checked_at"),
        {
            "support": """coalesce((
                select sum(case when e.id is null then p.approved_support else coalesce((
                           select sum(y.amount) from past.grants_payment y
                            where y.grant_project_id = p.id and y.state = 'confirmed'), 0) end)
                  from past.grants_grantproject p left join past.grants_projectend e on e.grant_project_id = p.id
                 where p.award_id = t.award_id), 0)""",
            # As `plan_sum` has it now: supported projects that had not ended, by the version that stood then.
            "last_year": f"""coalesce((
                select max(extract(year from coalesce(s.ends_on, d.ends_on)))
                  from past.grants_grantproject p left join public.applications_project d on d.id = p.project_id
                  left join (
                       select (r ->> 'id')::bigint as id, nullif(r ->> 'ends_on', '')::date as ends_on
                         from jsonb_array_elements((
                              select v.content::jsonb -> 'projects' from public.applications_planversion v
                                join public.grants_award w on w.application_id = v.application_id
                               where w.id = t.award_id and v.at <= {AT} order by v.number desc limit 1)) r) s
                    on s.id = p.plan_id
                 where p.award_id = t.award_id
                   and not exists (select from past.grants_projectend e where e.grant_project_id = p.id)), (
                select b.year from public.grants_award w join public.programme_batch b on b.id = w.batch_id
                 where w.id = t.award_id))""",
        },
    ),
)

_LINES: Final = """
    from public.grants_line l join public.grants_entry e on e.id = l.entry_id
    left join public.grants_entry o on o.id = e.reverses_id join public.grants_account a on a.id = l.account_id
   where e.award_id = t.award_id"""
_LATER_LINES: Final = f"{_LINES} and e.booked_at > {AT}"
# The lines that a sum is added up from.
_SUMMED: Final = """and e.year = t.year and coalesce(o.kind, e.kind) = t.kind and a.place = t.place
    and case when a.project_id is null then '' else public.money_method(a.project_id) end = t.method"""
_LAST: Final = f"""(select e.{{}} from public.grants_entry e where e.year = t.year and e.booked_at <= {AT}
    order by e.number desc limit 1)"""
BOOKS: Final = (
    Past(
        "grants_counter",
        f"{_LAST.format('number')} is not null",
        {"last": _LAST.format("number"), "digest": _LAST.format("digest")},
    ),
    Past("grants_entry", f"t.booked_at <= {AT}"),
    Past("grants_line", within("grants_entry", "entry_id", "booked_at")),
    Past(
        "grants_account",
        # An account is opened with its first line: projects not yet paid stood on no page.
        f"exists (select 1 {_LINES} and e.booked_at <= {AT} and l.account_id = t.id)",
        {
            "balance": f"t.balance - coalesce((select sum(l.amount) {_LATER_LINES} and a.id = t.id), 0)",
            "payments": f"""t.payments - coalesce((
                select sum(case e.kind when 'payment' then 1 when 'reversal' then -1 else 0 end) {_LATER_LINES}
                   and a.id = t.id and t.place = 'project' and 'payment' in (e.kind, o.kind)), 0)""",
        },
    ),
    Past(
        "grants_yearsum",
        # A sum is there from its first line on: provinces, units and years of later lines were not listed then.
        f"exists (select 1 {_LINES} and e.booked_at <= {AT} {_SUMMED})",
        {"amount": f"t.amount - coalesce((select sum(l.amount) {_LATER_LINES} {_SUMMED}), 0)"},
    ),
)

# Typed and mended until a payment is entered from it; the trail tells what it said.
_ASKED: Final = (
    *("method", "amount", "milestone", "reached_on"),
    *("payee", "payee_code", "purpose", "uses", "rules_version"),
)
_WORDS: Final = {
    **since("miit_at", miit_word="''", miit_by_id="null", miit_at="null", miit_why="''"),
    **since("mof_at", mof_word="''", mof_by_id="null", mof_at="null", mof_why="''"),
    **since("decided_at", state="'open'", decided_at="null"),
}
PAYING: Final = (
    Past("grants_paymentrequest", f"t.prepared_at <= {AT}", told=_ASKED),
    Past(
        "grants_requestinvoice",
        f"t.added_at <= {AT}",
        {
            "counted": """exists (select 1 from past.grants_payment p where p.request_id = t.request_id
                                     and p.state in ('entered', 'confirmed'))"""
        },
    ),
    Past("grants_evidencefile", f"t.uploaded_at <= {AT}"),
    Past("grants_fundinghold", f"t.raised_at <= {AT}", _WORDS),
)

_SIGNED: Final = f"""cross join lateral (
    select s.content::jsonb as said, s.at, s.number, s.signed_by_id from public.grants_reportsnapshot s
     where s.report_id = {{}} and s.at <= {AT} order by s.number desc limit 1) kept"""
_SAID: Final = {
    name: f"kept.said ->> '{name}'"
    for name in ("summary", "problems", "investment_now", "investment_base", "figures", "plan")
}
_GONE_ON: Final = f"""(t.verified_at > {AT} or exists (
    select 1 from public.grants_reportsnapshot n where n.report_id = t.id and n.number > kept.number))"""
PERFORMANCE: Final = (
    Past(
        "grants_quarterreport",
        columns={
            **_SAID,
            "state": f"case when {said('state')} then told ->> 'state' when {_GONE_ON} then 'submitted'"
            " else t.state end",
            "signed_by_id": "kept.signed_by_id",
            "signed_at": "kept.at",
        },
        told=("verified_by_id", "verified_at", "returned_why"),
        joins=_SIGNED.format("t.id"),
    ),
    Past(
        "grants_indicatoractual",
        columns={
            **{
                name: f"i.said ->> '{name}'"
                for name in ("baseline", "expected", "year_target", "goal", "value", "reached", "note")
            },
            "evidence_id": """(select max(f.id) from public.grants_reportevidence f
                                where f.report_id = t.report_id and f.sha256 = i.said ->> 'evidence')""",
        },
        joins=_SIGNED.format("t.report_id")
        + " cross join lateral (select i as said from jsonb_array_elements(kept.said -> 'indicators') i"
        " where i ->> 'key' = t.key) i",
    ),
    Past(
        "grants_enterpriseprogress",
        columns={
            "digital_state": "i.said ->> 1",
            "has_rd_tools": "i.said ->> 2",
            "process_rate": "i.said ->> 3",
            "energy_level": "i.said ->> 4",
        },
        joins=" join public.applications_enterprise n on n.id = t.enterprise_id "
        + _SIGNED.format("t.report_id")
        + " cross join lateral (select i as said from jsonb_array_elements(kept.said -> 'enterprises') i"
        " where i ->> 0 = n.credit_code) i",
    ),
    Past("grants_reportsnapshot", f"t.at <= {AT}"),
    Past("grants_reportevidence", f"t.uploaded_at <= {AT}"),
)

_ACCEPTED: Final = (
    "state",
    "invested",
    "accepted_on",
    "result",
    "findings",
    "returned_why",
    "decided_by_id",
    "decided_at",
)
ASSESSING: Final = (
    Past(
        "grants_evaluation",
        f"t.signed_at <= {AT}",
        since("verified_at", state="'signed'", verified_by_id="null", verified_at="null", comment="''"),
    ),
    Past("grants_evaluationscore", within("grants_evaluation", "evaluation_id", "signed_at")),
    Past(
        "grants_panel",
        f"t.opened_at <= {AT}",
        since("closed_at", state="'open'", total="null", band="''", closed_by_id="null", closed_at="null"),
    ),
    Past("grants_panelmember", within("grants_panel", "panel_id", "opened_at")),
    Past("grants_sampledproject", within("grants_panel", "panel_id", "opened_at")),
    Past("grants_panelscore", within("grants_panel", "panel_id", "closed_at")),
    Past(
        "grants_sampleremark",
        "exists (select 1 from public.grants_sampledproject s join public.grants_panel p on p.id = s.panel_id"
        f" where s.id = t.sampled_id and p.closed_at <= {AT})",
    ),
    Past(
        "grants_acceptance",
        f"t.made_at <= {AT} and (coalesce(told ->> 'state', t.state) <> 'draft'"
        " or coalesce(told ->> 'returned_why', t.returned_why) <> '')",
        told=_ACCEPTED,
    ),
    Past("grants_equipment", within("grants_acceptance", "acceptance_id", "made_at")),
    Past("grants_evidence", f"t.uploaded_at <= {AT}"),
)

_DECIDED: Final = f"""left join lateral (
    select d.kind from public.grants_bankdecision d where d.line_id = t.id and d.at <= {AT}
       and (d.ended_at is null or d.ended_at > {AT}) order by d.id desc limit 1) decided on true"""
BANK: Final = (
    Past(
        "grants_bankfile",
        f"t.uploaded_at <= {AT}",
        {"report": f"case when {said('state')} then '{{}}' else t.report end"},
        told=("state",),
    ),
    Past("grants_bankstatement", f"t.imported_at <= {AT}"),
    Past(
        "grants_bankline",
        within("grants_bankstatement", "statement_id", "imported_at"),
        {"state": "case decided.kind when 'match' then 'matched' when 'aside' then 'aside' else 'open' end"},
        joins=_DECIDED,
    ),
    Past(
        "grants_bankdecision",
        f"t.at <= {AT}",
        since("ended_at", ended_by_id="null", ended_at="null", ended_why="''"),
    ),
    Past(
        "grants_bankorder",
        f"t.uploaded_at <= {AT}",
        since("withdrawn_at", state="'written'", withdrawn_by_id="null", withdrawn_at="null", withdrawn_why="''"),
    ),
    Past(
        "grants_bankorderitem",
        within("grants_bankorder", "order_id", "uploaded_at"),
        {"withdrawn": f"t.withdrawn and {within('grants_bankorder', 'order_id', 'withdrawn_at')}"},
    ),
)
TABLES: Final = (*PAPERS, *PLANS, *BOOKS, *PAYING, *PERFORMANCE, *ASSESSING, *BANK)
ALWAYS: Final = {
    "grants_document": "A file never changes, and is reached through its paper alone.",
    "grants_issuefile": "A file never changes, and is reached through its paper alone.",
    "grants_openfile": "Editions of the open data are numbered, never change, and are on no page of the money.",
    "grants_progressfile": "A workbook on its way into a report: its page is an act.",
}
