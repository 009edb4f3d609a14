"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Organisations, people, memberships, sign-in."""

    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from portal.accounts import (  # noqa: PLC0415 - needs the models
            enums,
            open_sessions,
            receivers,
            reports,
            rules,
            second_factor,
        )
        from portal.core import errors, menu  # noqa: PLC0415
        from portal.core import rules as core_rules  # noqa: PLC0415
        from portal.reports import catalogue  # noqa: PLC0415

        receivers.connect()
        open_sessions.connect()
        second_factor.connect()
        core_rules.register(rules.MAY)
        errors.register_guards(rules.GUARDS)
        core_rules.ROLE_LABELS.update({role.value: role.label for role in enums.Role})
        menu.register(*rules.MENU)
        catalogue.register(*reports.REPORTS)
