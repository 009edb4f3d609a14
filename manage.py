#!/usr/bin/env python
"""Command line of the portal."""

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings must be named first
    from django.db import OperationalError  # noqa: PLC0415

    from portal.environment import said_in_words  # noqa: PLC0415

    with said_in_words():
        try:
            execute_from_command_line(sys.argv)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None):  # a server answered: that is no matter of its address
                raise
            sys.exit(f"The database cannot be reached: {' '.join(str(error).split())}")


if __name__ == "__main__":
    main()
