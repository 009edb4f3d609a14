"""Management commands one behind the other in one process: loading the portal is most of what a small one costs.

`python -m portal.run.steps migrate --database owner then load_reference` ends at the first that fails, with its code.
A command that begins with `say:` is no command: the rest of it is printed when its turn comes.
"""

from __future__ import annotations

import os
import sys
from itertools import groupby
from typing import Final

from portal.core.roomy import roomy
from portal.environment import said_in_words

THEN: Final = "then"
SAY: Final = "say:"


@roomy
def main(argv: list[str]) -> None:
    """Run them in turn."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings must be named first

    with said_in_words():
        for between, group in groupby(argv, THEN.__eq__):
            first, *rest = group
            if first.startswith(SAY):
                print(f"  {first.removeprefix(SAY)} …", flush=True)
            elif not between:
                execute_from_command_line(["manage.py", first, *rest])


if __name__ == "__main__":
    main(sys.argv[1:])
