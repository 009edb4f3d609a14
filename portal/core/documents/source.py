"""Reads the code for refusals: every DomainError (or kind of it) with its code and sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PACKAGES = ("portal", "applications", "reviews", "grants")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
KNOWN = {"DomainError": 422}


@dataclass(frozen=True, order=True)
class Refusal:
    """One refusal as it stands in the code. `context`: gettext's, or empty."""

    code: str
    status: int
    message: str
    context: str | None = None


def trees() -> Iterator[ast.Module]:
    """Every module of the portal, parsed."""
    for package in PACKAGES:
        for file in sorted((Path(settings.BASE_DIR) / package).rglob("*.py")):
            if "migrations" not in file.parts:
                yield ast.parse(file.read_text(encoding="utf-8"))


def refusals() -> Iterator[Refusal]:
    """All refusals of the code; those whose code is worked out at run time are not among them."""
    modules = list(trees())
    kinds = _kinds(modules)
    for module in modules:
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                yield from _read(node, kinds[node.func.id])
            elif isinstance(node, ast.ClassDef) and node.name in kinds:
                for call in ast.walk(node):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                        yield from _read(call, kinds[node.name])


def _kinds(modules: list[ast.Module]) -> dict[str, int]:
    """Names of DomainError and its kinds, with the status each answers with."""
    classes = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.ClassDef)]
    found = dict(KNOWN)
    for _ in range(4):  # kinds of kinds
        for node in classes:
            base = next((ast.unparse(base) for base in node.bases if ast.unparse(base) in found), None)
            if base is not None:
                found[node.name] = _status(node) or found[base]
    return found


def _status(node: ast.ClassDef) -> int | None:
    for line in node.body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "status":
            return int(ast.literal_eval(line.value))
    return None


def _read(call: ast.Call, status: int) -> Iterator[Refusal]:
    words = [*call.args, *(word.value for word in call.keywords)]
    if not words or not isinstance(words[0], ast.Constant) or not isinstance(words[0].value, str):
        return
    for node in (inner for word in words[1:] for inner in ast.walk(word)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT:
            said = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if said and node.func.id.startswith("pgettext") and len(said) == 2:
                yield Refusal(words[0].value, status, said[1], said[0])
            elif said:
                yield Refusal(words[0].value, status, said[0])
