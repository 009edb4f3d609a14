"""Open data: what the database says is public, written as files that say what they are, for everyone to take."""
