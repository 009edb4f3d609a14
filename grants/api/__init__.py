"""The API's part on money, a module for each slice; `routes` names what `portal.api.urls` takes up.

Amounts are yuan with two places, as text. Reads are those of the pages, in the caller's scope; acts are the commands
of the pages. What rests on a paper is sent as JSON, or as multipart/form-data with the paper's file in `file`; where
the file is what it is about (a voucher, evidence, a bank statement) as multipart/form-data alone. Files themselves,
workbooks of enterprises or invoices, and evidence of a report's or an evaluation's indicators are for the pages.
"""
