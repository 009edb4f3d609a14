"""What the portal puts together has the signs of the reader's language. The pages themselves: tests/demonstration."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.core.punctuation import beside, enumerated, listed, said_of, with_note
from tests.marks import western

HERE: Final = Path(__file__).resolve().parents[2]
GLUED: Final = re.compile(r"""["'](?:, |; |、|；)["']\.join""")
# Rooms whose words people read.
ROOMS: Final = re.compile(
    r"/(checks|sections|views|forms|presenting|reports|analytics)/|/(tables|presentation|journey)"
)
TAGS: Final = re.compile(r"(\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
# Words of a template between two tags that begin with a Western sign.
BARE: Final = re.compile(r"^(?:<[^<>]*>)?[,:;](?:</[^<>]*>)? ")


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en", ["A, B", "A; B", "A: B", "A, B", "A (B)", "A, B +1"]),
        ("zh-hans", ["A、B", "A；B", "A：B", "A，B", "A（B）", "A、B +1"]),
    ],
)
def test_words_are_joined_with_the_signs_of_the_language(language, wanted):
    with translation.override(language):
        said = [
            listed("AB"),
            enumerated("AB"),
            said_of("A", "B"),
            beside("A", "", None, "B"),
            with_note("A", "B"),
            listed("ABAC", 2),
        ]
        assert said == wanted


@pytest.mark.parametrize(("language", "wanted"), [("en", "1, 2: 3, 4; 5"), ("zh-hans", "1、2：3，4；5")])
def test_templates_have_the_same_signs(language, wanted):
    text = "{% load portal_ui %}{{ list|listed }}{% colon %}3{% comma %}4{% semicolon %}5"
    with translation.override(language):
        assert Template(text).render(Context({"list": [1, 2]})) == wanted


def test_no_room_of_words_glues_them_itself():
    files = [file for app in ("applications", "reviews", "grants", "portal") for file in (HERE / app).rglob("*.py")]
    rooms = [file for file in files if ROOMS.search(f"/{file.relative_to(HERE)}")]
    assert len(rooms) > 200, "the rooms have other names now"
    assert [str(file.relative_to(HERE)) for file in rooms if GLUED.search(file.read_text(encoding="utf-8"))] == []


def test_no_template_glues_words_with_western_signs():
    assert [(file.name, text) for file in sorted((HERE / "templates").rglob("*.html")) for text in _bare(file)] == []


def _bare(file: Path) -> list[str]:
    """Text of a template that is in no message and begins with a Western sign, right after what a tag wrote."""
    parts = TAGS.split(file.read_text(encoding="utf-8"))
    in_message, found = False, []
    for before, part in zip(["", *parts], parts, strict=False):
        if re.match(r"\{% (end)?blocktranslate", part):
            in_message = not part.startswith("{% end")
        elif before.startswith("{") and not in_message and BARE.search(part):
            found.append(part[:40])
    return found


def test_the_scan_of_pages_sees_what_is_wrong():
    assert all(map(western, ["<p>项目备案: 已取得</p>", "<p>甲</span>, 乙</p>", "<p>入选单位： 甲</p>"]))
    assert not western("<td>项目备案：已取得，2025-01-01</td><td>One, two: three</td><pre>甲, 乙</pre>")
