"""What auditors look with: saved queries, samples, analyses and their leads, full-text search."""
