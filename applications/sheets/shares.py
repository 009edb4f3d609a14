"""Numbers that a spreadsheet shows in per cent: 0.8 stands in the cell where people read 80 %."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from applications.sheets.problems import Wrong


class Share(float):
    """A number whose cell is formatted in per cent."""

    @property
    def shown(self) -> Decimal:
        """What people read before the sign of per cent, by the number's shortest digits."""
        return (Decimal(float.__repr__(self)) * 100).normalize()

    def __str__(self) -> str:
        return f"{self.shown:f}%"


def is_share(cell: Any) -> bool:
    """Whether per cent is what people read in the cell: its format says so, or a sign behind the digits."""
    return isinstance(cell, Share) or (isinstance(cell, str) and cell.rstrip().endswith(("%", "％", "﹪")))


def in_per_cent(cell: Any, said: list[tuple[str, dict[str, Any]]], *, is_rate: bool) -> Any:
    """The figure that people read in such a cell, and that it was read so. Raises Wrong where no rate belongs.

    Typed with its sign of per cent, a number becomes a share in Excel by itself: nobody chose the format.
    """
    if not is_rate:
        raise Wrong("share")
    if not isinstance(cell, Share):
        return cell
    said.append(("share_read", {"value": f"{cell.shown:f}"}))
    return float(cell.shown)
