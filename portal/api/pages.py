"""Pages of the API by cursor: the same cost on the first and on the last."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework.exceptions import APIException, NotFound
from rest_framework.pagination import CursorPagination


class InvalidCursor(APIException):
    """The cursor is not one the portal gave."""

    status_code = 400
    default_code = "invalid_cursor"


class ByCursor(CursorPagination):
    """Fifty rows a page, in the order the view names (unique, so that nothing is skipped or shown twice)."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        """The view's own order."""
        return tuple(getattr(view, "ordering", (self.ordering,)))

    def decode_cursor(self, request: Any) -> Any:
        """The place in the list; a foreign cursor is a fault of the request."""
        try:
            return super().decode_cursor(request)
        except NotFound as error:
            raise InvalidCursor from error

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> Any:
        """The rows of the page; a place that is no value of what the list is ordered by is a fault of the request."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, OverflowError, ValidationError, DataError) as error:
            if self.cursor is None or self.cursor.position is None:
                raise
            raise InvalidCursor from error
