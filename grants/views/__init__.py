"""Pages of the money: thin front doors over queries and commands."""
