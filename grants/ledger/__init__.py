"""The books: accounts, entries and lines, which only the database writes; locks, reads, the verifier."""
