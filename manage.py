#!/usr/bin/env python
"""Command line of the portal."""

import os
import sys


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings must be named first

    from portal.environment import said_in_words  # noqa: PLC0415

    with said_in_words():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
