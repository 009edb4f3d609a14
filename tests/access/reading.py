"""Parameters of a request that notice which of them are asked for."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest, get_bytes_from_wsgi
from django.http import QueryDict

# Asked for when a reader takes them all, or only whether there are any.
ALL = "*"


class Watched(QueryDict):
    """The parameters of an address; `asked` takes the names they are read by."""

    asked: set[str]

    @classmethod
    def of(cls, request: WSGIRequest, asked: set[str]) -> Watched:
        """Those of the request."""
        found = cls(get_bytes_from_wsgi(request.environ, "QUERY_STRING", ""), encoding=request.encoding)
        found.asked = asked
        return found

    def _note(self, name: Any) -> None:
        if "asked" in self.__dict__:  # while it reads the address it asks itself
            self.asked.add(str(name))

    def __getitem__(self, key: Any) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)

    def getlist(self, key: Any, default: Any = None) -> Any:
        self._note(key)
        return super().getlist(key, default)


def _all(name: str) -> Any:
    taken = getattr(QueryDict, name)

    def read(self: Watched, *args: Any, **how: Any) -> Any:
        self._note(ALL)
        return taken(self, *args, **how)

    return read


for _name in (
    "__iter__",
    "__len__",
    "__copy__",
    "__deepcopy__",
    "copy",
    "dict",
    "items",
    "keys",
    "lists",
    "urlencode",
    "values",
):
    setattr(Watched, _name, _all(_name))
