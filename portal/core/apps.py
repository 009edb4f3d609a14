"""The core app: building blocks, and the runs of long work."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Building blocks; knows no other app."""

    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        from portal.core import checks  # noqa: F401, PLC0415 - registers the start-up checks
