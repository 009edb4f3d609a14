"""The tree over the links: the root of RFC 6962, and proofs that hold for just the leaves they are for."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audit.evidence import verify_bundle
from portal.audit.merkle import Tree, leaf


def digests(count):
    return [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]


def split(leaves):
    """RFC 6962, 2.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + split(leaves[:half]) + split(leaves[half:])).digest()


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1), min_size=1))))
def test_root_and_proofs(drawn):
    size, wanted = drawn
    links = digests(size)
    tree = Tree(size, wanted)
    for one in links:
        tree.add(one)
    proof = tree.proof()
    assert proof.root == split([leaf(one) for one in links]).hex()
    nodes = {(height, place): bytes.fromhex(value) for height, place, value in proof.nodes}
    leaves = {place: leaf(links[place]) for place in wanted}
    assert verify_bundle.climb(leaves, nodes, size).hex() == proof.root
    place = min(wanted)
    assert verify_bundle.climb(leaves | {place: leaf("00" * 32)}, nodes, size).hex() != proof.root


def test_a_missing_link_is_noticed():
    tree = Tree(3)
    tree.add("00" * 32)
    with pytest.raises(ValueError, match="1 links came"):
        tree.proof()
