"""The reports app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Catalogue of reports, which apps fill; files made by the worker, kept for a while."""

    name = "portal.reports"
    label = "reports"

    def ready(self) -> None:
        from portal.core import errors, menu  # noqa: PLC0415 - registries are filled when the models are there
        from portal.core import rules as core_rules  # noqa: PLC0415
        from portal.reports import rules  # noqa: PLC0415

        core_rules.register(rules.MAY)
        errors.register_guards(rules.GUARDS)
        menu.register(*rules.MENU)
