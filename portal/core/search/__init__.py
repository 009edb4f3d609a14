"""Full-text search in Chinese and English over texts of all apps: an index table, its functions, its readers.

functions   how a text becomes tokens (pairs of Chinese signs, words), in the database, for index and query alike
models      SearchText, the index; FileText, what was read out of stored files
kinds       registry: what kinds of text there are and where a hit leads; apps fill it
query       the search itself; extract: text out of PDF, DOCX and XLSX
filling     how the index is kept up, idempotent, from the functions that apps register
"""
