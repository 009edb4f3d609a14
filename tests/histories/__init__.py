"""Histories by chance: commands of the portal in any order, by anybody, and what must hold after each of them."""
