"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only trail of what was done."""

    name = "portal.audit"
    label = "audit"

    def ready(self) -> None:
        from portal.audit import rules, writer  # noqa: PLC0415 - needs the models
        from portal.core import commands, errors, menu  # noqa: PLC0415
        from portal.core import rules as core_rules  # noqa: PLC0415

        commands.set_event_writer(writer.write)
        core_rules.register(rules.MAY)
        errors.register_guards(rules.GUARDS)
        menu.register(*rules.MENU)
