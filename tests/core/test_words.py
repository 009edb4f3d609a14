"""One Chinese word for one meaning: what is said over a moment, a count and a thing is a moment, a count and a thing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib.auth import password_validation
from django.db import models
from django.utils import translation
from django.utils.translation import gettext, pgettext

HERE = Path(__file__).resolve().parents[2]
OURS: Final = ("portal", "applications", "reviews", "grants")
# How Chinese words of a moment or a day end.
MOMENT: Final = re.compile(
    r"(时间|日期|日|期限|[起止至自]|开始|结束|时间戳（RFC 3161）|上次登录|下次|最近\S+|首次提交)$"
)
# What cannot be said over a number: moments, and people.
NO_COUNT: Final = re.compile(r"(时间|日期|期限|人员|人)$")
# Where a word of a moment stands over whole numbers: a day of the month.
DAYS: Final = {"ReportSchedule.day"}
# Moments that no page or file names.
UNNAMED: Final = {"Repeatable.at", "FundingHold.miit_at", "FundingHold.mof_at"}
_WORD: Final = r"""(["'])([^"'%]*)\1(?: context (["'])([^"'%]*)\3)?"""
DT: Final = re.compile(rf"<dt>\{{% translate {_WORD} %\}}</dt><dd>\{{% (?:moment|deadline) ")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def said(node: ast.expr) -> str:
    """A message of the source in Chinese; nothing for what is no message."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return ""
    texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if node.func.id in {"_", "gettext", "gettext_lazy"} and texts:
        return gettext(texts[0])
    return pgettext(*texts[:2]) if node.func.id in {"pgettext", "pgettext_lazy"} and len(texts) > 1 else ""


def headings() -> Iterator[tuple[str, str, str]]:
    """Kind, words and place of the headings of tables and files, and of facts that are a moment."""
    for app in OURS:
        for file in sorted((HERE / app).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                place = f"{file.relative_to(HERE)}:{getattr(node, 'lineno', 0)}"
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Column":
                    plain = [one.value for one in node.args[1:3] if isinstance(one, ast.Constant)]
                    named = [one.value.value for one in node.keywords if one.arg == "kind" and _is_plain(one.value)]
                    words = next(filter(None, map(said, node.args[:2])), "")
                    yield str(next(iter([*named, *plain]), "")), words, place
                elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and _is_moment(node.elts[1]):
                    yield "moment", said(node.elts[0]), place
    for file in sorted((HERE / "templates").rglob("*.html")):
        for found in DT.finditer(file.read_text(encoding="utf-8")):
            word = pgettext(found[4], found[2]) if found[4] else gettext(found[2])
            yield "moment", word, str(file.relative_to(HERE))


def _is_plain(node: Any) -> bool:
    return isinstance(node, ast.Constant)


def _is_moment(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"moment", "deadline"}


def test_what_stands_over_a_moment_is_a_word_of_a_moment() -> None:
    found = [row for row in headings() if row[0] in {"moment", "date"} and row[1]]
    assert len(found) > 100, "the headings are not found any more"
    assert [row for row in found if not MOMENT.search(row[1])] == []


def test_what_stands_over_a_number_is_no_moment_and_no_person() -> None:
    found = [row for row in headings() if row[0] in {"number", "yuan", "wan", "percent", "points"} and row[1]]
    assert len(found) > 100, "the headings are not found any more"
    assert [row for row in found if NO_COUNT.search(row[1])] == []


def fields() -> Iterator[tuple[str, models.Field[Any, Any]]]:
    """Each field of ours, as the trail names it where it changed."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] in OURS:
            for field in model._meta.local_fields:
                yield f"{model.__name__}.{field.name}", field


def test_fields_that_the_trail_names_say_what_they_hold() -> None:
    moments = {name: field for name, field in fields() if isinstance(field, models.DateField)}
    assert [n for n, f in moments.items() if n not in UNNAMED and not MOMENT.search(str(f.verbose_name))] == []
    others = [name for name, field in fields() if name not in moments and name not in DAYS]
    known = dict(fields())
    assert [name for name in others if re.search(r"(时间|日期)$", str(known[name].verbose_name))] == []


@pytest.mark.parametrize(
    ("context", "word", "chinese"),
    [
        (None, "Name", "姓名"),
        ("of a thing", "Name", "名称"),
        ("of a thing", "name", "名称"),
        ("sample", "Drawn", "抽样时间"),
        ("count of a sample", "Items", "样本数"),
        ("count", "Invited", "邀请数"),
        (None, "Invited", "邀请时间"),
        ("run", "Ended", "完成时间"),
        (None, "Ended", "终止时间"),
    ],
)
def test_words_with_two_meanings_are_parted(context, word, chinese) -> None:
    assert (pgettext(context, word) if context else gettext(word)) == chinese


def test_rules_of_passwords_say_you_as_the_portal_does() -> None:
    said = password_validation.password_validators_help_texts()
    assert len(said) > 1
    assert [text for text in said if "你" in text] == []
