"""Evidence to take away: a ZIP of entries, documents and their part of the trail, checked without the portal."""
