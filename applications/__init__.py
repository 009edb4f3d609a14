"""Dossiers of the pilot units."""
