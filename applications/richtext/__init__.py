"""Rich text of the plan: cleaned on its way in, shown on pages, taken apart for print, read from Word files."""
