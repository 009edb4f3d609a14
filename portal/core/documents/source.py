"""Reads the code for refusals: every DomainError (or kind of it) with its code and sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
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


CLASS = re.compile(r"^class (\w+)\(\s*([\w.]+)", re.MULTILINE)


def _texts() -> list[str]:
    """Every module of the portal."""
    return [
        file.read_text(encoding="utf-8")
        for package in PACKAGES
        for file in sorted((Path(settings.BASE_DIR) / package).rglob("*.py"))
        if "migrations" not in file.parts
    ]


def _modules() -> list[ast.Module]:
    """The modules that name DomainError or a kind of it, parsed: four of five name none, and parsing takes longest."""
    texts, names, before = _texts(), set(KNOWN), 0
    bases = [found for text in texts for found in CLASS.findall(text)]
    while len(names) > before:  # kinds of kinds
        before = len(names)
        names |= {name for name, base in bases if base in names}
    wanted = re.compile(rf"\b(?:{'|'.join(sorted(names))})\(")
    return [ast.parse(text) for text in texts if wanted.search(text)]


def refusals() -> Iterator[Refusal]:
    """All refusals of the code; those whose code is worked out at run time are not among them."""
    modules = _modules()
    kinds = _kinds(modules)
    for module in modules:
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                yield from _read(node, kinds[node.func.id])
            elif isinstance(node, ast.ClassDef) and node.name in kinds:
                for call in ast.walk(node):
                    if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                        yield from _read(call, kinds[node.name])


def _kinds(modules: Iterable[ast.Module]) -> dict[str, int]:
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
