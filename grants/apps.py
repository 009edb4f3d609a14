"""The grants app."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """Awards, tranches, pass-ons, payments, the ledger, the auditor's way from the total to the voucher."""

    name = "grants"
    label = "grants"

    def ready(self) -> None:
        from applications import money  # noqa: PLC0415
        from applications.sheets import problems  # noqa: PLC0415
        from grants import (  # noqa: PLC0415 - registries are filled when the models are there
            analytics,
            audit_sources,
            auditing,
            enterprise_links,
            evidence,
            guard_texts,
            guard_texts_assessing,
            guard_texts_ending,
            guard_texts_performance,
            past_pages,
            past_tables,
            plan_money,
            presentation_ending,
            progress,
            reports,
            rules,
            rules_archived,
            rules_assessing,
            rules_ending,
            sheets_lines,
            todo,
            touched,
        )
        from portal.audit import kinds, objects  # noqa: PLC0415
        from portal.audit.evidence import sources as evidence_sources  # noqa: PLC0415
        from portal.audit.instruments import analyses, places, sources  # noqa: PLC0415
        from portal.core import as_of, errors, firm, menu, past, units  # noqa: PLC0415
        from portal.core import rules as core_rules  # noqa: PLC0415
        from portal.notifications import todo as desk  # noqa: PLC0415
        from portal.programme import changes, onward  # noqa: PLC0415
        from portal.reports import catalogue  # noqa: PLC0415

        money.register(plan_money.lines)
        problems.register(sheets_lines.TEXTS)
        core_rules.register(rules_archived.kept(rules.MAY))
        errors.register_guards(guard_texts.GUARDS)
        errors.register_guards(guard_texts_performance.GUARDS)
        problems.register(progress.PROBLEMS)
        kinds.register(rules.LOOKS)
        analyses.register(*analytics.ANALYSES)
        sources.register(*audit_sources.SOURCES)
        places.register_enterprises(enterprise_links.address)
        menu.register(*rules.MENU)
        menu.work_of(*rules.WORK)
        catalogue.register(*reports.REPORTS)
        units.register("grants", "oversight", in_yuan=("grants:enter_issue_paper", "grants:bring_issue_lines"))
        firm.OUTSIDE["grants_openfile"] = "a night's editions are all of one moment; no guard counts their rows"
        past.register(*past_tables.TABLES, always=past_tables.ALWAYS)
        as_of.register(*past_pages.PAGES)
        objects.register(past_pages.OBJECTS)
        for reason, routes in past_pages.PRESENT.items():
            as_of.present(reason, *routes)
        core_rules.register(rules_archived.kept(rules_assessing.MAY))
        core_rules.register(rules_ending.MAY)
        errors.register_guards(guard_texts_ending.GUARDS)
        changes.register(touched.touched)
        onward.register(presentation_ending.onward, presentation_ending.signatures)
        errors.register_guards(guard_texts_assessing.GUARDS)
        menu.register(*rules_assessing.MENU, *rules.OVERSIGHT)
        auditing.register()
        evidence_sources.register(evidence.Money())
        for source in todo.SOURCES:
            desk.register(source)
