"""HiGHS as selection and assignment use it. Pure Python, no Django."""

import highspy


class Silent(highspy.Highs):  # type: ignore[misc]
    """HiGHS that never writes to standard output, where decisions go; its constructor would print a banner."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802 - the constructor calls it first
        self.setOptionValue("output_flag", False)


def highs_version() -> str:
    """Version of the solver."""
    return str(Silent().version())
