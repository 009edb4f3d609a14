"""Amounts in Chinese capitals (人民币大写), as papers about money state them beside the figures.

Source: 《支付结算办法》, annex 正确填写票据和结算凭证的基本规定 (中国人民银行, 银发〔1997〕393号).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from portal.core.lazily import lazily
from portal.core.money import LARGEST, yuan

if TYPE_CHECKING:
    import cn2an
else:
    cn2an = lazily("cn2an")


def capital_amount(amount: Decimal) -> str:
    """An amount of yuan in capitals: 壹佰万元整, 壹元零伍分; below zero it begins with 负.

    Raises ValueError for what is no amount in whole fen, or is larger than money is kept.
    """
    value = yuan(amount)
    if abs(value) > LARGEST:
        raise ValueError(f"Larger than money is kept: {amount!r}")
    words = str(cn2an.an2cn(f"{abs(value):f}", "rmb"))
    return f"负{words}" if value < 0 else words
