"""The roster of enterprises: what the database keeps of it, its rates, its sheet."""
