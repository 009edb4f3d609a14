"""Lists: declared once, shown, sorted, filtered, paged and exported from the same columns.

    COLUMNS = [
        Column("number", _("Number"), link=link_to("applications:detail"), header=True),
        Column("unit", _("Pilot unit"), sort="unit__code"),
        Column("amount_asked", _("Amount asked"), kind="wan", total=True),
        Column("state", _("State"), kind="state"),
    ]
    FILTERS = [Search("number", "title"), Choice("state", _("State"), ApplicationState.choices)]

    table = Table(request, queries.applications(scope), name="applications", columns=COLUMNS, filters=FILTERS)
    return table.file() if table.wants_file else page(request, "applications/list.html", {"table": table})

and in the template `{% include "components/table.html" %}`. A list costs two queries at any size (how many,
with the totals that columns ask for, and one page of rows); what a filter's choices cost comes on top. The queryset
brings its own `select_related`: a column reads only what is already there.
"""

from portal.core.tables.columns import Column, link_to
from portal.core.tables.filters import Choice, Day, Filter, Search
from portal.core.tables.listing import Asked, Listing
from portal.core.tables.table import Table

__all__ = ["Asked", "Choice", "Column", "Day", "Filter", "Listing", "Search", "Table", "link_to"]
