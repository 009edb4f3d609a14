"""What the pages of selection show: frozen candidates, one scenario, several side by side, as plain values."""
