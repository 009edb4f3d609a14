"""What the demonstration shows of dossiers made together, of provinces, of plans: it is there, and its pages open."""

from __future__ import annotations

import re

import psycopg
from django.test import Client

from tests import databases

OPEN = "join programme_batch b on b.id = a.batch_id and b.state = 'open'"
RETURNED = f"select a.id from applications_application a {OPEN} where a.unit_id = '350900'"
RUNNING = "award_id in (select w.id from grants_award w join programme_batch b on b.id = w.batch_id where b.state = 'running')"
DRAFT = f"select a.id from applications_application a {OPEN} where a.unit_id = '350600'"


def _rows(sql: str, *values: object) -> list[tuple]:
    with psycopg.connect(databases.owner_dsn()) as owner:
        return owner.execute(sql, values).fetchall()


def _one(sql: str, *values: object) -> object:
    return _rows(sql, *values)[0][0]


def test_two_districts_share_a_dossier_and_both_signed(opens):
    key, unit, state, first, second = _rows(
        "select a.id, a.unit_id, a.state, f.unit, s.unit from applications_districtpair p"
        " join applications_application a on a.id = p.application_id"
        " join accounts_organisation f on f.id = p.first_id join accounts_organisation s on s.id = p.second_id"
    )[0]
    assert state == "with_province"
    assert first in unit
    assert second in unit
    signed, by = _rows(
        "select c.person_id, s.signed_by_id from applications_cosignature c"
        " join applications_signoff s on s.id = c.sign_off_id where c.application_id = %s", key
    )[0]  # fmt: skip
    assert signed != by
    assert by is not None
    people = "select u.email from accounts_user u where u.id = any(%s)"
    assert len({email for (email,) in _rows(people, [signed, by])}) == 2
    for district in (first, second):
        for role in ("drafter", "signatory"):
            page = opens(f"{role}.zf{district}", f"/applications/{key}/")
            assert "（演示）" in page
    opens("miit", f"/applications/{key}/submissions/1/")


def test_enterprises_committed_by_two_people_and_one_declined(opens):
    key = _one(DRAFT)
    answers = dict(_rows("select state, count(*) from applications_partner where application_id = %s group by 1", key))
    assert answers["committed"] == answers["declined"] == 1
    assert answers["invited"] >= 1
    asked, confirmed = _rows(
        "select t.asked_by_id, t.confirmed_by_id from applications_part t join applications_partner p"
        " on p.id = t.partner_id where p.application_id = %s and p.state = 'committed'", key
    )[0]  # fmt: skip
    assert asked
    assert confirmed
    assert asked != confirmed
    assert _one("select declined_why from applications_partner where application_id = %s and state = 'declined'", key)
    page = opens("drafter.zhangzhou", f"/applications/{key}/partners/")
    assert "暂不参与" in page
    assert "派出工艺团队" in page
    opens("soe", "/applications/parts/")
    for partner, code in _rows(
        "select p.id, o.code from applications_partner p join accounts_organisation o on o.id = p.organisation_id"
        " where p.application_id = %s and p.state in ('committed', 'declined')", key
    ):  # fmt: skip
        opens(f"soe_officer.{code}".lower(), f"/applications/parts/{partner}/")


def test_a_province_returned_and_then_ranked(opens):
    key = _one(RETURNED)
    decisions = _rows(
        "select s.number, r.side, r.decision, r.rank, r.letter_no from applications_recommendation r"
        " join applications_snapshot s on s.id = r.snapshot_id where r.application_id = %s order by r.id", key
    )  # fmt: skip
    assert [row[:4] for row in decisions] == [
        (1, "industry", "return", None),
        (2, "industry", "recommend", 1),
        (2, "finance", "recommend", 1),
    ]
    assert decisions[1][4] == decisions[2][4] != ""
    points = _rows("select answer, count(*) from applications_point where application_id = %s group by 1", key)
    assert dict(points)["mend"] == 1
    assert dict(points)["fulfilled"] > 3
    ranks = _rows(
        f"select a.province_id, r.rank from applications_application a {OPEN} join applications_recommendation r"
        " on r.application_id = a.id join programme_pilotunit u on u.code = a.unit_id"
        " where a.state = 'recommended' and r.side = 'industry' and r.decision = 'recommend'"
        " and not u.is_separately_planned"
    )
    assert len(ranks) > 3
    assert all(rank for _province, rank in ranks)
    assert len(set(ranks)) == len(ranks)
    differences = opens("drafter.zf350900", f"/applications/{key}/compare/?old=1&new=2")
    assert "已落实到年度" in differences
    assert "（二期）" in differences
    for person in ("industry.fujian", "finance.fujian", "miit"):
        opens(person, f"/applications/{key}/")
        opens(person, f"/applications/{key}/compare/")
    opens("industry.fujian", "/applications/letters/")


def test_a_plan_has_two_versions_and_a_change_that_waits(opens):
    key, unit = _rows(
        "select a.id, a.unit_id from applications_application a join applications_planversion v"
        " on v.application_id = a.id where v.number = 2 and a.state = 'selected'"
    )[0]
    assert _rows("select state from applications_changerequest where application_id = %s order by number", key) == [
        ("approved",),
        ("signed",),
    ]
    change = _one("select max(id) from applications_changerequest where application_id = %s", key)
    for person in ("miit", "mof", f"drafter.zf{unit}", f"signatory.zf{unit}"):
        for page in (f"{key}/approved/", f"{key}/approved/1/", f"{key}/approved/2/", f"changes/{change}/", "changes/"):
            opens(person, f"/applications/{page}")
    opens("miit", f"/applications/changes/{change}/decide/")


def test_a_list_under_publicity_has_an_objection_a_unit_that_waits_and_a_replacement(opens):
    batch, number = _rows("select id, number from programme_batch where state = 'publicity'")[0]
    states = dict(_rows("select state, count(*) from reviews_publicentry where batch_id = %s group by 1", batch))
    assert states["suspended"] == states["dropped"] == 1
    assert states["listed"] > 3
    objections = dict(_rows("select state, count(*) from reviews_objection where batch_id = %s group by 1", batch))
    assert objections == {"upheld": 1, "lodged": 2}
    moved, state, comes = _rows("select id, state, comes from reviews_replacement where batch_id = %s", batch)[0]
    assert state == "proposed"
    assert len(comes) == 1
    examined = _one("select o.id from reviews_objection o join reviews_objectionfile f on f.objection_id = o.id")
    for person in ("miit", "mof", "auditor"):
        opens(person, f"/selection/{number}/publicity/")
        opens(person, f"/selection/replacements/{moved}/")
        assert "已函请省级生态环境部门" in opens(person, f"/objections/{examined}/")
    opens("mof", f"/selection/replacements/{moved}/confirm/")
    public = Client(headers={"accept-language": "zh-hans"}).get(f"/calls/{number}/list/").content.decode()
    assert "核查中" in public
    assert "等待省级部门书面答复" not in public


def test_a_draft_is_talked_about(opens):
    key = _one(DRAFT)
    said = _rows(
        "select resolved_at is not null, cardinality(mentions), thread_id from applications_comment"
        " where application_id = %s", key
    )  # fmt: skip
    assert {done for done, _named, thread in said if thread is None} == {True, False}
    assert all(named for _done, named, thread in said if thread is None)
    assert "请核对标志性项目" in opens("drafter.zhangzhou", f"/applications/{key}/comments/")


def test_rosters_have_dozens_of_enterprises(opens):
    sizes = _rows(
        f"select a.state, count(*) from applications_application a {OPEN} join applications_enterprise e"
        " on e.application_id = a.id group by a.id, a.state"
    )
    assert max(count for state, count in sizes if state == "draft") >= 1000
    assert min(count for _state, count in sizes) >= 18
    assert "示例企业" in opens("drafter.zhangzhou", f"/applications/{_one(DRAFT)}/enterprises/")
    assert "示例企业" in opens("miit", f"/applications/{_one(RETURNED)}/submissions/2/enterprises/")


def test_two_applications_are_alike(opens):
    kinds = dict(_rows("select kind, max(score) from applications_match where %s in (application_id, other_id)"
                       " group by 1", _one(RETURNED)))  # fmt: skip
    assert kinds["enterprise"] == 1
    named = _one(
        "select max(similarity(name_core(p.name), name_core(q.name))) from applications_project p,"
        " applications_project q join applications_districtpair d on d.application_id = q.application_id"
        " where p.application_id = %s",
        _one(RETURNED),
    )
    assert named > 0.6  # the officer's click finds it
    for person in ("miit", "mof"):
        assert "示例企业" in opens(person, "/applications/matches/")
    row = _one("select min(id) from applications_match where kind = 'enterprise'")
    opens("miit", f"/applications/matches/{row}/")


def test_money_turns_in_every_way_and_its_pages_open(opens):
    """Changed awards, assessments that failed and were mended, returns, an invoice used twice, acceptances, lines."""
    assert dict(_rows("select state, count(*) from grants_awardchange group by 1")) == {"confirmed": 1, "entered": 1}
    results = _rows(f"select award_id, result, state from grants_assessment where {RUNNING} order by id")
    assert [row[1:] for row in results] == [("failed", "confirmed"), ("rectify", "confirmed")] * 2
    mended = f"select state, count(*) from grants_rectification where {RUNNING} group by 1"
    assert dict(_rows(mended)) == {"confirmed": 1, "entered": 1}
    assert sorted(_rows("select source, received_on is null from grants_returnpaper")) == [
        ("province", False),
        ("unit", False),
        ("unit", True),
    ]
    assert sorted(_rows(f"select state from grants_acceptance where {RUNNING}")) == [
        ("confirmed",),
        ("draft",),
        ("sent",),
    ]
    assert _one("select count(*) from grants_bankline where state = 'open'") == 3
    assert _one("select max(n) from (select count(*) as n from grants_issue where paper_id is not null"
                " group by paper_id) p") == 6  # fmt: skip
    assert _one("select count(*) from grants_fundinghold") == 1
    twice = _one("select request_id from grants_requestinvoice i where exists (select 1 from grants_requestinvoice o"
                 " where (o.code, o.number) = (i.code, i.number) and o.id < i.id)")  # fmt: skip
    assert "field__error" in opens("maker.xiamen", f"/grants/requests/{twice}/")
    for table, page in (
        ("grants_awardchange", "award-changes"),
        ("grants_assessment", "assessments"),
        ("grants_rectification", "rectifications"),
        ("grants_returnpaper", "returns"),
        ("grants_acceptance", "acceptances"),
        ("grants_issuepaper", "issue-papers"),
    ):
        for (key,) in _rows(f"select id from {table} where state <> 'draft'"):
            assert "（演示）" in opens("mof", f"/grants/{page}/{key}/"), (page, key)
    desks = {
        "miit": "/grants/to-check/",
        "mof": "/grants/rectifications/",
        "maker.xiamen": "/grants/bank/queue/",
        "maker.fujian": "/receipt/",
        "industry.fujian": "/grants/acceptances/",
        "checker.xiamen": "/grants/to-check/",
    }
    for person, address in desks.items():
        assert address in opens(person, "/desk/"), person


def test_an_audit_is_under_way_with_findings_in_several_states(opens):
    assert dict(_rows("select state, count(*) from audit_finding group by 1")) == {
        "draft": 1, "shown": 1, "rectifying": 1, "closed": 1,
    }  # fmt: skip
    assert _one("select count(*) from audit_member where ended_at is null") == 3
    assert _one("select state from audit_engagement") == "under_way"
    assert dict(_rows("select state, count(*) from audit_lead group by 1"))["taken_up"] == 1
    assert {state for (state,) in _rows("select state from audit_lead")} == {"taken_up", "open", "dismissed"}
    size, tested = _rows("select s.size, (select count(distinct place) from audit_sampleresult) from audit_sample s")[0]
    assert 0 < tested < size
    for table, field in [("findingversion", "title"), ("engagement", "title"), ("sample", "name"), ("answer", "text")]:
        assert _one(f"select count(*) from audit_{table} where {field} not like '%%（演示）%%'") == 0, table
    assert _one("select count(*) from audit_finding where state = 'shown' and reply_due > current_date") == 1
    assert _one("select count(*) from audit_finding where state = 'rectifying' and rectify_due > current_date") == 1
    number, key, raised, closed = _rows(
        "select f.number, f.id, r.email, c.email from audit_finding f join accounts_user r on r.id = f.raised_by_id"
        " join accounts_user c on c.id = f.closed_by_id where f.state = 'closed'"
    )[0]  # fmt: skip
    assert (raised, closed) == ("auditor@demo.invalid", "auditor3.national@demo.invalid")
    page = opens("auditor2.national", f"/audit/findings/{key}/")
    assert (f"{number:03d}" in page, "项目台账不完整" in page) == (True, True)
    assert "待厦门市财政局整改审计发现" in opens("auditor", "/desk/")
    assert "继续核查样本" in opens("auditor", "/desk/")
    assert "设备到货节点未达到即付款" in opens("checker.xiamen", "/desk/")
    assert "项目台账不完整" in opens("checker.xiamen", "/audit/addressed/")
    assert "支付金额大于验收数量" not in opens("auditor.fujian", "/audit/findings/")


def test_a_batch_has_gone_its_whole_life(opens):
    """Nothing is open, all money was used, both ministries archived it; its pages open, and offer no change."""
    batch, number = _rows(
        "select id, number from programme_batch where state = 'archived' and opened_by_id is not null"
    )[0]
    assert _rows(
        "select kind, state, asked_by_id <> decided_by_id from grants_archivestep where batch_id = %s", batch
    ) == [("archive", "signed", True)]
    assert _one("select count(*) from ending_open_rows(%s)", batch) == 0
    awards = _rows("select id, amount, unit_id from grants_award where batch_id = %s and state = 'confirmed'", batch)
    assert len(awards) == 2
    assert sum(amount for _key, amount, _unit in awards) > 0
    for key, amount, _unit in awards:
        for table in ("issue", "passon", "payment", "spendingreport"):
            assert (
                _one(f"select sum(amount) from grants_{table} where award_id = %s and state = 'confirmed'", key)
                == amount
            )
        assert {tranche for (tranche,) in _rows("select tranche from grants_issue where award_id = %s", key)} == {1, 2}
        projects = _one("select count(*) from grants_grantproject where award_id = %s", key)
        accepted = "select count(*) from grants_acceptance where award_id = %s and state = 'confirmed'"
        assert projects == _one(accepted, key) > 0
    assert "归档" in opens("miit", f"/batches/{batch}/")
    listed = re.findall(r"/grants/awards/(\d+)/", opens("miit", f"/grants/awards/?batch={number}"))
    assert {int(key) for key in listed} == {key for key, _amount, _unit in awards}
    for person in ("miit", "mof", "auditor"):
        assert "财政部会签，批次已归档" in opens(person, f"/grants/batches/{number}/end/")
    for key, _amount, unit in awards:
        application = _one("select application_id from grants_award where id = %s", key)
        drafter = _one("select split_part(u.email, '@', 1) from accounts_user u join accounts_membership m"
                       " on m.user_id = u.id join accounts_organisation o on o.id = m.organisation_id"
                       " where m.role = 'drafter' and o.code = %s", f"ZF{unit}")  # fmt: skip
        opens(drafter, f"/grants/awards/{key}/")
        plan = opens(drafter, f"/applications/{application}/approved/")
        assert f"/applications/{application}/approved/1/" in plan
        assert f"/applications/{application}/approved/add/" not in plan
