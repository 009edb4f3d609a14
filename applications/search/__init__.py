"""What of dossiers the full-text search finds: texts of the sections, projects, enterprises, comments, files."""
