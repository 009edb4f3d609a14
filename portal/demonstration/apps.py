"""The demonstration app: a command and no tables."""

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """Builds invented rounds on real places."""

    name = "portal.demonstration"
    label = "demonstration"
