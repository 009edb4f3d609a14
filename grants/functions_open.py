"""What of the final lists and of the money is public: the database gives it out itself, column by column.

Everyone may ask these functions, with and without a scope; the tables behind them stay closed. A unit is public once
it stands on a final list of a batch whose list is final; its award once it is confirmed; its projects, with what was
paid to them by year, together with the award. Never given out: scores, ranks, persons, bank accounts, single payments,
anything of a batch before its final list. The name and the code of an enterprise that is a natural person's business
(credit codes that begin with 92), or whose name is as short as a person's where no code is known, are withheld.
"""

from __future__ import annotations

from typing import Final

_HEAD: Final = "language sql stable security definer set search_path = public, pg_temp"
_DAY: Final = "at time zone 'Asia/Shanghai')::date"
# Columns of the place of a row, and where they come from.
_PLACE: Final = """batch int, province text, province_zh text, province_en text, region text, unit text, unit_zh text,
    unit_en text"""
_OF_PLACE: Final = "o.batch, o.province, v.name_zh, v.name_en, v.region, o.unit, o.unit_zh, o.unit_en"

LISTED: Final = f"""
create function open_listed() returns table (application bigint, batch int, year int, title_zh text, title_en text,
    list int, document_no text, issued_on date, province text, unit text, unit_zh text, unit_en text) {_HEAD} as $$
    select e.application_id, b.number::int, b.year::int, b.title_zh, b.title_en, l.number::int, l.document_no,
           (l.issued_at {_DAY}, e.province_id, e.unit_id, e.name_zh, e.name_en
      from reviews_publicentry e join reviews_finallist l on l.id = e.final_list_id
      join programme_batch b on b.id = e.batch_id
     where e.state = 'final' and b.state in ('final', 'running', 'assessed', 'archived')
$$;
create function open_lists() returns table (year int, title_zh text, title_en text, list int, document_no text,
    issued_on date, {_PLACE}) {_HEAD} as $$
    select o.year, o.title_zh, o.title_en, o.list, o.document_no, o.issued_on, {_OF_PLACE}
      from open_listed() o join programme_province v on v.code = o.province
     order by o.batch, o.list, o.province, o.unit
$$;
"""
AWARDS: Final = f"""
create function open_awarded() returns table (id bigint, award text, application bigint, document_no text,
    awarded_on date, changed_at timestamptz, {_PLACE}) {_HEAD} as $$
    select a.id, o.batch || '-' || o.unit, o.application, a.document_no, (a.checked_at {_DAY}, a.checked_at, {_OF_PLACE}
      from open_listed() o join grants_award a on a.application_id = o.application and a.state = 'confirmed'
      join programme_province v on v.code = o.province
$$;
create function open_awards() returns table (award text, document_no text, awarded_on date, {_PLACE}, projects bigint,
    awarded numeric, issued numeric, passed_on numeric, paid numeric, recovered numeric) {_HEAD} as $$
    select o.award, o.document_no, o.awarded_on, o.batch, o.province, o.province_zh, o.province_en, o.region, o.unit,
           o.unit_zh, o.unit_en, (select count(*) from grants_grantproject p where p.award_id = o.id), s.*
      from open_awarded() o cross join lateral (
           select coalesce(sum(y.amount) filter (where y.place = 'central' and y.kind in ('award', 'change')), 0.00),
                  coalesce(sum(y.amount) filter (where y.place = 'province' and y.kind = 'issue'), 0.00),
                  coalesce(sum(y.amount) filter (where y.place = 'unit' and y.kind = 'pass_on'), 0.00),
                  coalesce(sum(y.amount) filter (where y.place = 'project' and y.kind = 'payment'), 0.00),
                  coalesce(sum(y.amount) filter (where y.place = 'recovered'), 0.00)
             from grants_yearsum y where y.award_id = o.id) s
     order by o.batch, o.province, o.unit
$$;
"""
PROJECTS: Final = f"""
create function open_paid() returns table (project bigint, year int, amount numeric) {_HEAD} as $$
    select c.project_id, e.year::int, sum(l.amount)
      from grants_line l join grants_account c on c.id = l.account_id and c.place = 'project'
      join grants_entry e on e.id = l.entry_id left join grants_entry r on r.id = e.reverses_id
     where coalesce(r.kind, e.kind) = 'payment' group by 1, 2 having sum(l.amount) <> 0
$$;
create function open_projects() returns table (project text, award text, {_PLACE}, name text, enterprise text,
    enterprise_code text, withheld boolean, mode text, method text, industry text, investment numeric, support numeric,
    supported_on date, ended_on date, paid numeric) {_HEAD} as $$
    with coded as (
        select p.id, (select min(x.credit_code) from applications_enterprise x
                       where x.application_id = o.application and x.name = p.enterprise_name) as code
          from open_awarded() o join grants_grantproject p on p.award_id = o.id
    ), paid as (select q.project, sum(q.amount) as amount from open_paid() q group by 1)
    select o.award || '-' || p.id, o.award, {
    _OF_PLACE.replace("v.name_zh, v.name_en, v.region", "o.province_zh, o.province_en, o.region")
}, p.name,
           case when w.held then null else p.enterprise_name end, case when w.held then null else c.code end, w.held,
           d.mode, nullif(money_method(p.id), ''), d.industry_id, p.total_investment, p.approved_support,
           coalesce((n.at {_DAY}, o.awarded_on), (f.at {_DAY}, coalesce(q.amount, 0.00)
      from open_awarded() o join grants_grantproject p on p.award_id = o.id join coded c on c.id = p.id
      cross join lateral (
           select coalesce(starts_with(c.code, '92'), char_length(p.enterprise_name) <= 4) as held) w
      left join applications_project d on d.id = p.project_id
      left join applications_planversion n on n.id = p.version_id
      left join grants_projectend f on f.grant_project_id = p.id left join paid q on q.project = p.id
     order by o.batch, o.province, o.unit, p.id
$$;
create function open_payments() returns table (project text, award text, {_PLACE}, year int, paid numeric)
    {_HEAD} as $$
    select o.award || '-' || p.id, o.award, {
    _OF_PLACE.replace("v.name_zh, v.name_en, v.region", "o.province_zh, o.province_en, o.region")
}, q.year, q.amount
      from open_awarded() o join grants_grantproject p on p.award_id = o.id join open_paid() q on q.project = p.id
     order by o.batch, o.province, o.unit, p.id, q.year
$$;
"""
_ASKED: Final = "open_lists(), open_awards(), open_projects(), open_payments()"
RIGHTS: Final = f"""
revoke all on function open_listed(), open_awarded(), open_paid(), {_ASKED} from public;
grant execute on function {_ASKED} to portal_web, portal_reader;
"""
OPEN: Final = LISTED + AWARDS + PROJECTS + RIGHTS
OPEN_REVERSE: Final = f"drop function {_ASKED}, open_paid(), open_awarded(), open_listed();"
