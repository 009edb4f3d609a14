"""What is measured of an award: pure arithmetic, and the indicators it rests on."""
