"""The notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What is mine to do; letters and reminders."""

    name = "portal.notifications"
    label = "notifications"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415 - registries are filled at start-up

        from portal.core import gauges, scanning, telling  # noqa: PLC0415
        from portal.core.errors import Guard, register_guards  # noqa: PLC0415
        from portal.notifications.gauges import GAUGES  # noqa: PLC0415
        from portal.notifications.inbox import notify  # noqa: PLC0415
        from portal.notifications.quarantine import tell  # noqa: PLC0415

        register_guards({"notice_stays": Guard(_("A notice is not rewritten."))})
        gauges.register(GAUGES)
        scanning.on_quarantine(tell)
        telling.set_teller(notify)
