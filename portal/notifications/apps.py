"""The notifications app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What is mine to do; letters and reminders."""

    name = "portal.notifications"
    label = "notifications"
