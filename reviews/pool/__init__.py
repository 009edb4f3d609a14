"""The expert pool as a sheet which officers fill in outside the portal: its columns, what cells may hold, its words."""
