"""Sequences of acts: by chance, and how half of them begin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.grants.model.books import WRONG

AMOUNTS = st.sampled_from(
    [
        Decimal(text)
        for text in ("0.01", "99.99", "10000000.00", "50000000.00", "100000000.00", "150000000.01", "300000000.01")
    ]
)
WHICH, UNIT = st.integers(0, 5), st.integers(0, 1)
SOURCES = ["unit", "carry_over", "surplus", "province"]
HOW = ["passed", "passed", "reduced", "rectify", "rectify", "failed", "for_good"]
ACT = st.one_of(
    st.tuples(st.just("award"), UNIT, AMOUNTS),
    st.tuples(st.just("change"), UNIT, AMOUNTS),
    st.tuples(st.just("agree"), WHICH),
    st.tuples(st.just("issue"), UNIT, st.sampled_from([1, 1, 1, 2]), AMOUNTS),
    st.tuples(st.just("issue_paper"), st.sampled_from([1, 1, 2]), AMOUNTS, AMOUNTS),
    st.tuples(st.just("receive"), WHICH),
    st.tuples(st.just("pass_on"), WHICH, AMOUNTS),
    st.tuples(st.just("arrive"), WHICH),
    st.tuples(st.just("pay"), UNIT, AMOUNTS, st.sampled_from([None, None, 0, 1])),
    st.tuples(st.just("hold"), UNIT),
    st.tuples(
        st.just("judge"), UNIT, st.sampled_from(["miit", "mof"]), st.sampled_from(["release", "release", "uphold"])
    ),
    st.tuples(st.just("assess"), UNIT, st.sampled_from(HOW)),
    st.tuples(st.just("mend"), WHICH),
    st.tuples(st.just("spend"), UNIT, AMOUNTS),
    st.tuples(st.just("match"), UNIT, AMOUNTS),
    st.tuples(st.just("give_back"), UNIT, st.sampled_from(SOURCES), AMOUNTS),
    st.tuples(st.just("demand"), UNIT, AMOUNTS),
    st.tuples(st.just("collect"), WHICH, st.sampled_from(["project", "unit"]), AMOUNTS),
    st.tuples(st.just("withdraw"), WHICH),
    st.tuples(st.just("check"), WHICH, st.sampled_from([True, True, True, False])),
    st.tuples(st.just("reverse"), WHICH),
)
ACTS = st.lists(
    st.one_of(
        ACT,
        ACT,
        st.tuples(st.just("check"), WHICH, st.just(True)),
        st.tuples(st.just("wrong"), st.sampled_from(WRONG), ACT),
        st.tuples(st.just("next_year")),
        st.tuples(st.just("close")),
    ),
    min_size=12,
    max_size=50,
)
# Where half of the sequences begin: both units hold money of their first tranche.
BEGUN: list[tuple[Any, ...]] = [
    ("award", 0, Decimal("100000000.00")),
    ("award", 1, Decimal("50000000.00")),
    ("check", 0, True),
    ("check", 0, True),
    ("issue_paper", 1, Decimal("50000000.00"), Decimal("10000000.00")),
    ("check", 0, True),
    ("receive", 0),
    ("receive", 1),
    ("pass_on", 0, Decimal("50000000.00")),
    ("pass_on", 1, Decimal("10000000.00")),
    ("check", 0, True),
    ("check", 0, True),
]
