"""From a file people filled in to rows of the dossier: opened with care, judged cell by cell, stored on purpose.

`gate` looks into a workbook before anything reads it, `reading` gives its cells, `judging` says what is wrong and what
would change, `applications.domain.imports` brings it in.
"""
