"""Bank files: statements read from CSV and camt.053, their lines matched to papers, payment orders written."""
