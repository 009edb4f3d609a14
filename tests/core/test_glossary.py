"""Chinese has one word for one thing: what the glossary says is not used is used in no translation."""

from __future__ import annotations

import re
from pathlib import Path

import polib

HERE = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def unused() -> dict[str, str]:
    """Each Chinese word of the column “not”, with the word that stands for it."""
    rows = (
        line.strip().strip("|").split("|")
        for line in (HERE / "docs/glossary.md").read_text().splitlines()
        if line.startswith("| ") and line.count("|") == 6
    )
    return {word: cells[1].strip() for cells in rows for word in CHINESE.findall(cells[4])}


def test_no_translation_uses_a_word_the_glossary_has_replaced() -> None:
    words = unused()
    assert words.get("最终名单") == "正式名单", "the glossary is not read any more"
    found = [
        f"{word} for {words[word]}: {message.msgid[:60]}"
        for message in polib.pofile(HERE / "locale/zh_Hans/LC_MESSAGES/django.po")
        if not message.obsolete
        for text in (message.msgstr, *message.msgstr_plural.values())
        for word in words
        if word in text
    ]
    assert not found
