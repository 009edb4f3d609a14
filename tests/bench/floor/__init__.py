"""The floor's own app: two tables of the portal, seen without anything of the portal."""
