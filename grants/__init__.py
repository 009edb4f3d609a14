"""Money from the ministry to the project."""
