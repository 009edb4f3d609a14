"""The programme app."""

from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """Batches, rule sets, regions, pilot units, industries, central SOEs, calendar."""

    name = "portal.programme"
    label = "programme"

    def ready(self) -> None:
        from portal.audit.instruments import places  # noqa: PLC0415 - registries are filled when the models are there
        from portal.core import errors, menu  # noqa: PLC0415
        from portal.core import rules as core_rules  # noqa: PLC0415
        from portal.notifications import todo as desk  # noqa: PLC0415
        from portal.programme import auditing, queries, rules, todo  # noqa: PLC0415

        core_rules.register(rules.MAY)
        errors.register_guards(rules.GUARDS)
        menu.register(*rules.MENU)
        desk.register(todo.batches)
        desk.register(todo.ended)
        auditing.register()
        for source in auditing.DESK:
            desk.register(source)
        places.register(batches=queries.batch_choices, provinces=queries.province_choices)
