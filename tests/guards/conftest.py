"""Worlds which guard tests share with the tests of the apps."""

from tests.grants.conftest import others, who, world

__all__ = ["others", "who", "world"]
