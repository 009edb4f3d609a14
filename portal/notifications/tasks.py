"""What the worker does for the inbox."""

from portal.notifications.mail import mail

__all__ = ["mail"]
