"""Sheets which people fill in outside the portal: their columns, how a cell is read, how a value is written.

A sheet is declared once; template, export, import and the page of the import read the declaration.
"""
