"""Engagements, findings with their evidence, answers, follow-ups, the register."""
