"""What is measured of an award: what an indicator should have reached and how far it came, points, bands. Pure Python."""
