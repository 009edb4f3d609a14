"""Pages read in English say which of their text is Chinese (WCAG 2.2, 3.1.2)."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from portal.core.spoken import marked
from portal.programme.models import RuleSet

SENTENCE = "以橡塑、专用装备、电子为重点，引入MES系统。"


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        (f"<p>{SENTENCE}</p>", f'<p lang="zh-Hans">{SENTENCE}</p>'),
        (f"<td class='x'>{SENTENCE}</td>", f"<td lang=\"zh-Hans\" class='x'>{SENTENCE}</td>"),
        (f"<p>{SENTENCE}<br>第二行</p>", f'<p lang="zh-Hans">{SENTENCE}<br>第二行</p>'),
        (f"<p>2026<br>{SENTENCE}</p>", f'<p lang="zh-Hans">2026<br>{SENTENCE}</p>'),
        (f"<div><p>One</p><p>{SENTENCE}</p></div>", f'<div><p>One</p><p lang="zh-Hans">{SENTENCE}</p></div>'),
        (f"<option value=1>{SENTENCE}</option>", f'<option lang="zh-Hans" value=1>{SENTENCE}</option>'),
    ],
)
def test_text_that_is_chinese_says_so(page, wanted):
    assert marked(page) == wanted


@pytest.mark.parametrize(
    "page",
    [
        "<p>Plain words.</p>",
        "<p>Xiamen asks for a change: 厦门市钢铁产业链协同改造项目02.</p>",
        f'<p lang="zh">{SENTENCE}</p>',
        f"<script>const words = '{SENTENCE}'</script>",
        f"<style>/* {SENTENCE} */</style>",
        f"<title>{SENTENCE}</title>",
        f"<p>{SENTENCE}<b>bold</b></p>",
        f'<img alt="{SENTENCE}">',
    ],
)
def test_all_else_stays_as_it_is(page):
    assert marked(page) == page


@pytest.mark.parametrize("text", ["汉" * 200_000, "汉<br>" * 100_000, "<p>汉" * 50_000, "<b " + "汉" * 200_000])
def test_long_text_beside_other_elements_takes_no_longer_than_it_is(text):
    """Where the search went back over what it had passed, this took minutes and never ended within a test."""
    assert marked(f"<p>{text}<b>bold</b></p>") == f"<p>{text}<b>bold</b></p>"


LAW = re.compile(r"<td([^>]*)>《财政违法行为处罚处分条例》")


@pytest.mark.parametrize(("language", "expected"), [("en", ' lang="zh-Hans"'), ("zh-hans", "")])
def test_a_page_is_marked_when_it_is_read_in_english(client_as, cast, language, expected):
    rules = RuleSet.objects.order_by("version").last()
    page = client_as(cast("officer", "MIIT"), language).get(reverse("programme:rule_set", args=[rules.pk]))
    assert set(LAW.findall(page.content.decode())) == {expected}
