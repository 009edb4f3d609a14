"""The grants app."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """Awards, tranches, pass-ons, payments, the ledger, the auditor's way from the total to the voucher."""

    name = "grants"
    label = "grants"

    def ready(self) -> None:
        from applications import money  # noqa: PLC0415
        from grants import (  # noqa: PLC0415 - registries are filled when the models are there  # noqa: PLC0415
            guard_texts,
            guard_texts_assessing,
            plan_money,
            reports,
            rules,
            rules_assessing,
            todo,
            todo_assessing,
        )
        from portal.audit import kinds  # noqa: PLC0415
        from portal.core import errors, menu  # noqa: PLC0415
        from portal.core import rules as core_rules  # noqa: PLC0415
        from portal.notifications import todo as desk  # noqa: PLC0415
        from portal.reports import catalogue  # noqa: PLC0415

        money.register(plan_money.lines)
        core_rules.register(rules.MAY)
        errors.register_guards(guard_texts.GUARDS)
        kinds.register(rules.LOOKS)
        menu.register(*rules.MENU)
        catalogue.register(*reports.REPORTS)
        core_rules.register(rules_assessing.MAY)
        errors.register_guards(guard_texts_assessing.GUARDS)
        menu.register(*rules_assessing.MENU)
        for source in (*todo.SOURCES, *todo_assessing.SOURCES):
            desk.register(source)
