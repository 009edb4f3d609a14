"""Sources of rules as people read them."""

from __future__ import annotations

import pytest
from django.utils import translation

from portal.core.sources import ASSUMED, in_words


@pytest.mark.parametrize(("language", "read"), [("en", "第十四条 (assumed)"), ("zh-hans", "第十四条 （暂定）")])
def test_what_no_document_says_is_marked_in_the_readers_language(language, read):
    with translation.override(language):
        assert in_words(f"第十四条 {ASSUMED}") == read
