"""Money: yuan in whole fen, exact; no float comes in or goes out."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

FEN: Final = Decimal("0.01")
WAN: Final = Decimal(10_000)
ZERO: Final = Decimal("0.00")
LARGEST: Final = Decimal("9999999999999999.99")  # yuan: what a column of money holds
_BLANKS: Final = re.compile(r"[ \u00a0\u2009]")
_PARTED: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def ungrouped(text: str) -> str:
    """A number as people type or paste it, without blanks and thousand separators, its digits half-width.

    Raises ValueError for a comma in any other place: it may mean a decimal point, and 1,5 is not fifteen.
    """
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", text))
    if "," in plain and not _PARTED.fullmatch(plain):
        raise ValueError(f"A comma that does not part thousands: {text!r}")
    return plain.replace(",", "")


def yuan(value: str | int | Decimal) -> Decimal:
    """An amount in yuan with two places. Raises ValueError for a float, a part of a fen, or no number."""
    if isinstance(value, float):
        raise ValueError("Money is never a float.")  # noqa: TRY004 - callers catch one kind of refusal
    try:
        amount = Decimal(value)
        exact = amount.quantize(FEN)
    except InvalidOperation as error:
        raise ValueError(f"Not an amount: {value!r}") from error
    if not amount.is_finite() or exact != amount:
        raise ValueError(f"An amount has whole fen: {value!r}")
    return exact


def to_fen(value: Decimal) -> Decimal:
    """The one rounding of money: to whole fen, half up, as invoices do."""
    return value.quantize(FEN, rounding=ROUND_HALF_UP)


def to_wan(value: Decimal) -> Decimal:
    """Yuan to whole ten thousand yuan, half up: for estimates, whose fen would say more than anybody knows."""
    return (value / WAN).quantize(Decimal(1), rounding=ROUND_HALF_UP) * WAN


def to_hundredths(value: Decimal | float) -> Decimal:
    """Points to two places, half up: as templates and the database round, so that no two pages show the same points
    differently. A float is what it prints as.
    """
    return Decimal(str(value)).quantize(FEN, rounding=ROUND_HALF_UP)


def in_wan(amount: int | Decimal) -> str:
    """An amount of yuan in ten thousand yuan with the places it has: rounded, a limit would not hold as it is read, and
    the parts of a sum would not come to it.
    """
    text = f"{Decimal(amount) / WAN:,.6f}"
    return text.rstrip("0").rstrip(".")


def in_percent(share: Decimal) -> str:
    """A share in per cent with the places it has: 0.125 is 12.5, not 12."""
    return f"{(share * 100).normalize():f}"


class YuanField(models.DecimalField):  # type: ignore[type-arg]  # not subscriptable at run time
    """An amount of yuan, numeric(18,2): up to 9,999,999,999,999,999.99."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 18, 2
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave the fixed digits out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_digits", None)
        kwargs.pop("decimal_places", None)
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Decimal | None:
        """Refuse floats before Django would round them."""
        if isinstance(value, float):
            raise ValidationError(_("Money is never a float."))
        number: Decimal | None = super().to_python(value)
        return number

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Refuse floats and parts of a fen on the way to the database, which would round them."""
        if isinstance(value, float) or (isinstance(value, Decimal) and value != value.quantize(FEN)):
            raise ValueError(f"Money has whole fen: {value!r}")
        return super().get_db_prep_value(value, connection, prepared)
