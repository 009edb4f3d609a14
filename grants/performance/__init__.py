"""What is measured of an award: how far an indicator should be and is, points and bands. Pure Python."""
