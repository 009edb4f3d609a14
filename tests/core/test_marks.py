"""Marks that a style sheet draws beside text: no screen reader says them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

SHEETS = sorted(Path(settings.BASE_DIR, "static", "css").glob("*.css"))
RULE = re.compile(r"[^{}]*\{[^{}]*\}")
MARK = re.compile(r'content: ("[^"]+");')


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_mark_has_an_empty_text(sheet):
    """▸ is read as “black right-pointing triangle”; a browser that knows no such text keeps the line before."""
    wrong = []
    for rule in RULE.findall(sheet.read_text(encoding="utf-8")):
        wrong += [rule.strip() for mark in MARK.findall(rule) if f'content: {mark}; content: {mark} / "";' not in rule]
    assert not wrong
