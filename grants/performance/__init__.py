"""Performance: what an indicator should have reached at the end of a quarter, and how far it came. Pure Python."""
