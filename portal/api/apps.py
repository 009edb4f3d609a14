"""The API app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """`/api/v1/`: assembles what the apps offer; tokens, schema, problems, repeated requests."""

    name = "portal.api"
    label = "api"

    def ready(self) -> None:
        from portal.api import schema  # noqa: F401, PLC0415 - registers the ways to sign in with the schema
        from portal.api.kinds import PROBLEMS  # noqa: PLC0415
        from portal.core import errors  # noqa: PLC0415

        errors.PROBLEMS.update(PROBLEMS)
