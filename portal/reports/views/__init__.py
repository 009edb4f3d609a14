"""Pages on reports."""
