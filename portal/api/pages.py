"""Pages of the API by cursor: the same cost on the first and on the last."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """Fifty rows a page, newest first."""

    page_size = 50
    ordering = "-pk"
