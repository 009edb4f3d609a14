"""The whole portal from one command: `python -m portal.run` (what `make run` calls)."""
