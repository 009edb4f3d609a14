"""How the approved support of a unit's projects is fitted into its award. Pure: amounts in, amounts out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from portal.core.money import FEN, ZERO


def fitted(asked: Sequence[Decimal], limit: Decimal) -> list[Decimal]:
    """Support of each project (yuan, whole fen), in the order of `asked`.

    asked: what each project may get at most, at least 0; limit: what they get together at most, at least 0.
    Below the limit each gets what it asked; above, all are scaled by one factor, cut to whole fen, and the fen that
    are left go one each to the largest cut-off parts, the earlier project first. The sum is then exactly the limit.
    """
    total = sum(asked, ZERO)
    if total <= limit:
        return list(asked)
    exact = [amount * limit / total for amount in asked]
    cut = [amount.quantize(FEN, rounding=ROUND_DOWN) for amount in exact]
    left = int((limit - sum(cut, ZERO)) / FEN)
    order = sorted(range(len(asked)), key=lambda place: (cut[place] - exact[place], place))
    for place in [place for place in order if cut[place] + FEN <= asked[place]][:left]:
        cut[place] += FEN
    return cut
