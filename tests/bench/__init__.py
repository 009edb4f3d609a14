"""Measurements beside the floor of the same run: `make bench`."""
