"""An exact model of the money in Python, the same acts through the commands, and what compares the two."""
