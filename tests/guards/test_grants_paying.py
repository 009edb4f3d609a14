"""Requests before payments, invoices that count once, grounds of refusals, holds: what the database never lets happen."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import psycopg
import pytest

from portal.core import clock
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import CONFIRM, PAYMENT, guard_of, organisation, race, refused, run
from tests.guards.money_rows import pay
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT, OTHER = "350200", "360100"
REFUSE = (
    "update grants_payment set state = 'refused', refused_why = 'x', checker_id = %s, checked_at = now() where id = %s"
)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    """People of two units of two provinces, each with a funded project; the first has a payment that waits."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, applications = make.live(UNIT, OTHER, number=97, budget="300000000.00")
    theirs = make.people(_cast, province="360000", unit=OTHER)
    target = make.project(who, make.funded_unit(who, application=applications[0], award="1000000.00", held="1000.00"))
    award = make.funded_unit(theirs, application=applications[1], award="1000000.00", held="1000.00")
    other = make.project(theirs, award)
    waits = make.entered_payment(who, project=target, amount="1.00", number="V1")
    return who, target, waits, theirs, other


def _cast(role, code, person=1):
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import User

    return User.objects.get(pk=ensure_user(f"{role}.{person}@{code.lower()}.test", f"{role} {code}", code, role).pk)


def owner(sql, *values):
    with psycopg.connect(databases.owner_dsn()) as one:
        return one.execute(sql, values)


def values(who, target, waits, **changes):
    return pay(who, target, waits.document_id) | changes


def confirm(who, waits):
    person = who["unit_checker"].pk
    return person, CONFIRM.format(table="grants_payment"), {"id": waits.pk, "checker": person}


def asked(request, **changes):
    """Change a request that no payment rests on, as its maker."""
    for name, value in changes.items():
        run(f"update grants_paymentrequest set {name} = %(value)s where id = %(pk)s", value=value, pk=request)


class TestRequests:
    def test_no_payment_without_a_request_of_its_own_project_and_amount(self, world):
        who, target, waits, _theirs, _other = world
        good = values(who, target, waits)
        with make.acting(who["unit_maker"]):
            for change in ({"request": None}, {"amount": "0.50"}, {"request": 0}):
                with refused("payment_of_request"):
                    run(PAYMENT, **good | change)
            assert run(PAYMENT, **good) == 1

    @pytest.mark.parametrize(
        ("column", "value", "name"),
        [
            ("method", "loan_interest", "request_method_of_plan"),
            ("payee_code", make.credit_code(5), "payee_is_the_enterprise"),
            ("reached_on", "2999-01-01", "request_milestone_reached"),
            ("uses", "[]", "request_denies_banned_uses"),
            ("rules_version", "other", "request_denies_banned_uses"),
        ],
    )
    def test_a_request_that_does_not_fit_is_not_paid(self, world, column, value, name):
        who, target, waits, _theirs, _other = world
        good = values(who, target, waits)
        with make.acting(who["unit_maker"]):
            asked(good["request"], **{column: value})
            with refused(name):
                run(PAYMENT, **good)

    def test_the_name_of_the_enterprise_is_not_enough(self, world):
        who, target, waits, _theirs, _other = world
        good = values(who, target, waits)
        with make.acting(who["unit_maker"]):
            asked(good["request"], payee="Enterprise 1 Ltd")
            with refused("payee_is_the_enterprise"):
                run(PAYMENT, **good)
            with refused("request_payee_code_is_valid"):
                asked(good["request"], payee_code=make.credit_code(5)[:-1] + "Z")

    def test_one_yes_is_not_paid(self, world):
        who, target, waits, _theirs, _other = world
        good = values(who, target, waits)
        with make.acting(who["unit_maker"]):
            from grants.models import PaymentRequest

            uses = PaymentRequest.objects.get(pk=good["request"]).uses
            asked(good["request"], uses=json.dumps([*uses[:-1], uses[-1] | {"answer": "yes"}]))
            with refused("request_denies_banned_uses"):
                run(PAYMENT, **good)

    @pytest.mark.parametrize(
        ("table", "name"), [("requestinvoice", "request_has_invoices"), ("evidencefile", "request_has_evidence")]
    )
    def test_no_payment_without_invoice_and_evidence(self, world, table, name):
        who, target, waits, _theirs, _other = world
        good = values(who, target, waits)
        with make.acting(who["unit_maker"]):
            run(f"delete from grants_{table} where request_id = %(pk)s", pk=good["request"])
            with refused(name):
                run(PAYMENT, **good)

    def test_with_its_payment_a_request_is_frozen(self, world):
        who, _target, waits, _theirs, _other = world
        with make.acting(who["unit_maker"]):
            request = waits.request_id
            for sql in (
                "update grants_paymentrequest set purpose = 'x' where id = %(pk)s",
                "delete from grants_requestinvoice where request_id = %(pk)s",
                "delete from grants_evidencefile where request_id = %(pk)s",
                (
                    "insert into grants_requestinvoice (request_id, code, number, dated, seller, seller_code, amount,"
                    " contract_no, counted) select request_id, '', '00000000000000000001', dated, seller, seller_code,"
                    " amount, contract_no, false from grants_requestinvoice where request_id = %(pk)s"
                ),
            ):
                with refused("request_is_kept"):
                    run(sql, pk=request)
            with refused("InsufficientPrivilege"):
                run("update grants_requestinvoice set counted = false")
        for sql in ("update grants_requestinvoice set counted = false", "update grants_requestinvoice set amount = 1"):
            with pytest.raises(psycopg.Error) as error:
                owner(sql)
            assert guard_of(error.value) == "request_is_kept"

    def test_only_bureau_and_drafters_of_the_unit_prepare(self, world):
        who, target, _waits, theirs, _other = world
        request = make.request_rows(who, target, "1.00")
        for person in (who["unit_checker"], who["mof_maker"], theirs["unit_maker"], who["province_maker"]):
            with make.acting(person):
                assert run("update grants_paymentrequest set amount = 2 where id = %(pk)s", pk=request) == 0
                assert run("delete from grants_requestinvoice where request_id = %(pk)s", pk=request) == 0
        with make.acting(_cast("drafter", f"ZF{UNIT}")):
            assert run("update grants_paymentrequest set amount = 2 where id = %(pk)s", pk=request) == 1

    def test_a_request_stays_with_its_project_and_author(self, world):
        who, target, _waits, _theirs, _other = world
        request = make.request_rows(who, target, "1.00")
        with make.acting(who["unit_maker"]):
            for change in ("prepared_by_id = 1", "copy_of_id = id", "unit_id = '360100'", "grant_project_id = 0"):
                with refused("request_is_kept"):
                    run(f"update grants_paymentrequest set {change} where id = %(pk)s", pk=request)


class TestInvoices:
    def same(self, who, project, number, code=""):
        said = make.invoice_input(number=number, code=code)
        return make.asked(who, project=project, amount="1.00", invoices=[said])

    def entering(self, who, project, request, code, document):
        maker = who["unit_maker"].pk
        with make.acting(who["unit_maker"]):
            home = organisation(code)
        unit = {CODES[0]: ("350000", UNIT), CODES[1]: ("360000", OTHER)}[code]
        sql = PAYMENT.replace("'350000', '350200'", "'{}', '{}'".format(*unit))
        return maker, sql, {
            "organisation": home, "maker": maker, "no": f"R{request.pk}", "project": project.pk, "document": document,
            "amount": "1.00", "request": request.pk,
        }  # fmt: skip

    def test_of_two_units_at_once_one_counts(self, world):
        who, target, waits, theirs, other = world
        number = make.invoice_number()
        document = make.entered_payment(theirs, project=other, amount="1.00", number="T1").document_id
        rows = [
            self.entering(who, target, self.same(who, target, number), CODES[0], waits.document_id),
            self.entering(theirs, other, self.same(theirs, other, number), CODES[1], document),
        ]
        assert race(rows) == {"done": 1, "invoice_once_in_nation": 1}

    def test_the_same_digits_as_code_and_number_count_no_second_time(self, world):
        who, target, waits, theirs, other = world
        digits = make.invoice_number()
        rows = [
            self.entering(who, target, self.same(who, target, digits), CODES[0], waits.document_id),
            self.entering(
                theirs,
                other,
                self.same(theirs, other, digits[12:], code=digits[:12]),
                CODES[1],
                make.entered_payment(theirs, project=other, amount="1.00", number="T1").document_id,
            ),
        ]
        assert race(rows[:1]) == {"done": 1}
        from grants.models import PaymentRequest
        from grants.queries.requests import claims

        with make.acting(theirs["unit_maker"]):
            mine = PaymentRequest.objects.get(pk=rows[1][2]["request"])
            assert len(claims(mine, list(mine.invoices.all()))) == 1, "the maker is told which invoice counts already"
        assert race(rows[1:]) == {"invoice_once_in_nation": 1}

    def test_the_second_waits_for_the_first_and_a_refusal_frees_the_number(self, world):
        who, target, waits, theirs, other = world
        number = make.invoice_number()
        first = make.asked(who, project=target, amount="1.00", invoices=[make.invoice_input(number=number)])
        second = self.same(theirs, other, number)
        person, sql, given = self.entering(who, target, first, CODES[0], waits.document_id)
        document = make.entered_payment(theirs, project=other, amount="1.00", number="T1").document_id
        late = self.entering(theirs, other, second, CODES[1], document)
        ended = []
        with psycopg.connect(databases.web_dsn()) as web:
            web.execute("select enter_scope(%s)", [person])
            web.execute(sql, given)
            thread = threading.Thread(target=lambda: ended.append(race([late])))
            thread.start()
            thread.join(1)
            assert thread.is_alive(), "nothing made the second wait"
            web.commit()
        thread.join(20)
        assert ended == [{"invoice_once_in_nation": 1}]
        with make.acting(who["unit_checker"]):
            from grants.models import Payment

            row = Payment.objects.get(request=first)
        make.refused_payment(who, payment=row)
        assert race([late]) == {"done": 1}

    def test_the_other_unit_hears_province_and_day_and_no_more(self, world):
        who, target, _waits, theirs, other = world
        number = make.invoice_number()
        row = make.asked(who, project=target, amount="1.00", invoices=[make.invoice_input(number=number)])
        from grants.domain import payments
        from grants.models import RequestInvoice

        with make.acting(who["unit_maker"]) as by:
            payments.enter_payment(by=by, request=row, paper=make.paper("V9", file=make.pdf()))
        mine = self.same(theirs, other, number)
        with make.acting(theirs["unit_maker"]):
            from grants.queries.requests import claims

            (claim,) = claims(mine, list(mine.invoices.all())).values()
            assert (claim.day, set(vars(claim))) == (make.today(), {"province", "day"})
            with clock.shown(clock.now() - timedelta(days=1)):
                assert claims(mine, list(mine.invoices.all())) == {}, "nothing counted yesterday"
            assert RequestInvoice.objects.filter(number=number).count() == 1
        for reader in ("mof", "miit", "auditor"):
            with make.acting(who[reader]):
                assert RequestInvoice.objects.filter(number=number).count() == 2
        with make.acting(who["province_maker"]):
            assert RequestInvoice.objects.filter(number=number).count() == 1


CODES = (f"CZ{UNIT}", f"CZ{OTHER}")


class TestRefusals:
    def test_a_refusal_has_its_ground(self, world):
        who, _target, waits, _theirs, _other = world
        checker = who["unit_checker"].pk
        ground = "insert into grants_paymentrefusal (payment_id, ground) values (%(pk)s, 'invoice')"
        with make.acting(who["unit_maker"]), refused("InsufficientPrivilege"):
            run(ground, pk=waits.pk)
        assert race([(checker, REFUSE, [checker, waits.pk])]) == {"payment_refused_on_ground": 1}
        with make.acting(who["unit_checker"]):
            assert run(ground, pk=waits.pk) == 1
        assert race([confirm(who, waits)]) == {"payment_refused_on_ground": 1}
        assert race([(checker, REFUSE, [checker, waits.pk])]) == {"done": 1}
        with make.acting(who["unit_checker"]), refused("payment_state"):
            run(ground, pk=waits.pk)
        with pytest.raises(psycopg.Error) as error:
            owner("update grants_paymentrefusal set ground = 'other'")
        assert guard_of(error.value) == "ledger_is_append_only"


class TestHolds:
    def test_while_it_stands_nothing_is_entered_or_confirmed(self, world):
        who, target, waits, _theirs, _other = world
        good = values(who, target, waits)
        hold = make.held_project(who, project=target)
        entering = (who["unit_maker"].pk, PAYMENT, good)
        assert race([entering]) == {"payment_not_held": 1}
        assert race([confirm(who, waits)]) == {"payment_not_held": 1}
        make.judged(who["miit"], hold, "release")
        assert race([entering]) == {"payment_not_held": 1}
        second = _cast("officer", "MOF", 2)
        make.judged(second, hold, "release")
        assert race([entering]) == {"done": 1}
        assert race([confirm(who, waits)]) == {"done": 1}

    def test_upheld_it_stays_for_good(self, world):
        who, target, waits, _theirs, _other = world
        hold = make.held_project(who, project=target, by="unit_checker")
        make.judged(who["miit"], hold, "uphold")
        make.judged(who["mof"], hold, "uphold")
        assert race([confirm(who, waits)]) == {"payment_not_held": 1}
        with pytest.raises(psycopg.Error) as error:
            owner("update grants_fundinghold set mof_word = 'release', miit_word = 'release'")
        assert guard_of(error.value) == "hold_is_kept"

    def test_a_hold_that_comes_while_a_payment_is_confirmed_waits_and_the_other_way_round(self, world):
        who, target, waits, _theirs, _other = world
        raising = (
            who["mof"].pk,
            (
                "insert into grants_fundinghold (grant_project_id, state, level, source, fund, amount, note,"
                " organisation_id, raised_by_id, raised_at, miit_word, miit_why, mof_word, mof_why) values (%(project)s,"
                " 'open', 'national', 's', 'f', 1, 'n', (select min(id) from accounts_organisation), %(by)s, now(), '',"
                " '', '', '')"
            ),
            {"project": target.pk, "by": who["mof"].pk},
        )
        ended = []
        with psycopg.connect(databases.web_dsn()) as web:
            web.execute("select enter_scope(%s)", [raising[0]])
            web.execute(*raising[1:])
            thread = threading.Thread(target=lambda: ended.append(race([confirm(who, waits)])))
            thread.start()
            thread.join(1)
            assert thread.is_alive(), "nothing made the payment wait"
            web.commit()
        thread.join(20)
        assert ended == [{"payment_not_held": 1}]

    @pytest.mark.parametrize(
        ("change", "name"),
        [
            ("state = 'released', decided_at = now()", "funding_hold_open"),
            ("mof_word = 'release', mof_by_id = %(me)s, mof_at = now(), mof_why = 'x'", "hold_not_judged_by_its_author"),
            ("miit_word = 'release', miit_by_id = %(me)s, miit_at = now(), miit_why = 'x'", "hold_judged_by_ministries"),
            ("miit_word = 'release', miit_by_id = %(miit)s, miit_at = now(), miit_why = 'x'",
             "hold_judged_by_ministries"),
            ("amount = 1", "hold_is_kept"),
        ],
    )  # fmt: skip
    def test_neither_alone_nor_for_another_nor_by_its_author(self, world, change, name):
        who, target, _waits, _theirs, _other = world
        hold = make.held_project(who, project=target)
        sql = f"update grants_fundinghold set {change} where id = %(pk)s"
        given = {"pk": hold.pk, "me": who["mof"].pk, "miit": who["miit"].pk}
        if name == "funding_hold_open":
            with make.acting(who["mof"]):
                run(sql, **given)
                hold.refresh_from_db()
            assert (hold.state, hold.decided_at) == ("open", None)
            return
        with make.acting(who["mof"]), refused(name):
            run(sql, **given)

    def test_words_that_differ_decide_nothing(self, world):
        who, target, waits, _theirs, _other = world
        hold = make.held_project(who, project=target, by="unit_maker")
        make.judged(who["miit"], hold, "release")
        assert make.judged(who["mof"], hold, "uphold").state == "open"
        assert race([confirm(who, waits)]) == {"payment_not_held": 1}
        assert make.judged(who["mof"], hold, "release").state == "released"
