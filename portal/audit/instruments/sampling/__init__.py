"""Audit sampling: how many items, which ones, and what the errors found in them say of the whole.

Pure Python without Django: money is whole fen, rates and confidences are shares of one, the population is a list of
`Item`. A sample can be drawn again by anybody who has the population and the seed: the choice rests on SHA-256 alone.

    sizes      how many items are needed (monetary units, attributes, strata)
    draw       which items, from seed and digest of the population
    evaluate   projected error and upper limits from what was found
    factors    the Poisson and binomial figures behind them
"""

from portal.audit.instruments.sampling.population import Drawn, Item, Stratum, digest, drawn_digest

__all__ = ["Drawn", "Item", "Stratum", "digest", "drawn_digest"]
