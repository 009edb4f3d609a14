"""The core app: building blocks, and the runs of long work."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Building blocks; knows no other app."""

    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        from django.forms import CharField as FormText  # noqa: PLC0415
        from django.utils.translation import gettext_lazy as _  # noqa: PLC0415
        from rest_framework.serializers import CharField as ApiText  # noqa: PLC0415

        from portal.core import checks, errors, exact  # noqa: F401, PLC0415 - registers the start-up checks
        from portal.core.readable import validate_readable, with_plain_lines  # noqa: PLC0415

        # Each text that is sent, by whichever form; kinds with rules of their own add to them.
        for kind in (FormText, ApiText):
            setattr(kind, "default_validators", [validate_readable])  # noqa: B010 - the kind's own, not one field's
        plain = FormText.to_python
        FormText.to_python = lambda field, value: plain(field, with_plain_lines(field, value))  # type: ignore[method-assign, assignment]

        exact.install()

        quarantine = _("Content in quarantine stays there: bring a clean file instead.")
        level = _("Nothing was written: rows are written in transactions of the level read committed.")
        errors.register_guards(
            {
                "file_scan_quarantine_stays": errors.Guard(quarantine),
                "written_in_read_committed": errors.Guard(level),
            }
        )
