"""The applications app."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Dossiers, joint applicants, projects, files, eligibility, sign-off, recommendation, snapshots."""

    name = "applications"
    label = "applications"

    def ready(self) -> None:
        from applications import (  # noqa: PLC0415 - registries are filled when the models are there
            analytics,
            audit_sources,
            auditing,
            past_tables,
            reports,
            rules,
            todo,
            todo_plans,
        )
        from applications.search import sources as search_sources  # noqa: PLC0415
        from portal.audit import kinds, objects  # noqa: PLC0415
        from portal.audit.instruments import analyses, sources  # noqa: PLC0415
        from portal.core import as_of, errors, menu, past  # noqa: PLC0415
        from portal.core import rules as core_rules  # noqa: PLC0415
        from portal.core.search import kinds as search_kinds  # noqa: PLC0415
        from portal.notifications import todo as desk  # noqa: PLC0415
        from portal.reports import catalogue  # noqa: PLC0415

        past.register(*past_tables.TABLES)
        as_of.register(*past_tables.PAGES)
        objects.register(past_tables.OBJECTS)
        for reason, routes in past_tables.PRESENT.items():
            as_of.present(reason, *routes)
        core_rules.register(rules.MAY)
        kinds.register(rules.LOOKS)
        analyses.register(*analytics.ANALYSES)
        sources.register(*audit_sources.SOURCES)
        search_kinds.register(kinds=search_sources.KINDS, sources=search_sources.SOURCES)
        errors.register_guards(rules.GUARDS)
        menu.register(*rules.MENU)
        menu.work_of(*rules.WORK)
        catalogue.register(*reports.REPORTS)
        auditing.register()
        for source in (*todo.SOURCES, todo_plans.plans):
            desk.register(source)
