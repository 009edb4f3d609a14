"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only trail of what was done."""

    name = "portal.audit"
    label = "audit"

    def ready(self) -> None:
        from portal.audit import writer  # noqa: PLC0415 - needs the models
        from portal.core import commands  # noqa: PLC0415

        commands.set_event_writer(writer.write)
