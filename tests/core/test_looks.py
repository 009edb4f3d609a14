"""Every page that hands a kept file out writes the look into the trail."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SERVES = re.compile(r"\bserve(_told)?\(")
TELLS = {"event_writer", "looked", "serve_told", "told_content", "look", "_look"}


def _called(node: ast.AST) -> set[str]:
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name = call.func
            names.add(name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else "")
    return names


@cache
def _handing_out() -> list[tuple[str, str, set[str]]]:
    """Functions of pages that call `serve`: file, name, and what they call."""
    found = []
    packages = ("portal", "applications", "reviews", "grants")
    for file in sorted(file for package in packages for file in (ROOT / package).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if SERVES.search(text):
            found += [
                (file.relative_to(ROOT).as_posix(), node.name, _called(node))
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.FunctionDef) and {"serve", "serve_told"} & _called(node)
            ]
    return found


def test_there_are_such_pages():
    assert len(_handing_out()) >= 14


@pytest.mark.parametrize(
    ("file", "name", "calls"), _handing_out(), ids=[f"{file}:{name}" for file, name, _calls in _handing_out()]
)
def test_each_look_at_a_file_is_told(file, name, calls):
    assert calls & TELLS, f"{file}: {name} hands a file out and tells the trail nothing"
