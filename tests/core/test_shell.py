"""What stands around every page is kept, and what is a person's or a request's own stands in it all the same."""

from __future__ import annotations

from django.utils import translation

from portal.core import shell
from portal.core.scope import NOBODY, Actor, Post

POST = Post("officer", 1, "MIIT", "ministry", "部", "Ministry <b>", "", "")


def drawn(actor=NOBODY, token="one", path="/", bell=""):
    return shell.tools(actor, token=token, path=path, bell=bell)


def test_each_request_has_its_own_token_and_way_back():
    who = Actor(id=1, name="张三", posts=(POST,))
    first, second = drawn(who, token="one", path="/a/?q=1&r=2"), drawn(who, token="two", path='/b/"><script>')
    assert first.count('name="csrfmiddlewaretoken" value="one"') == 2  # the language and the sign-out
    assert 'value="one"' not in second
    assert second.count('value="two"') == 2
    assert 'value="/a/?q=1&amp;r=2"' in first
    assert "<script>" not in second


def test_a_person_is_never_shown_another_name():
    for name in ("张三", "李四", "<i>王</i>"):
        assert ("张三" in drawn(Actor(id=1, name=name))) is (name == "张三")
    assert "&lt;i&gt;王&lt;/i&gt;" in drawn(Actor(id=1, name="<i>王</i>"))
    assert "person-menu" not in drawn()


def test_words_are_in_the_reader_s_language():
    who = Actor(id=1, name="张三", posts=(POST,))
    with translation.override("en"):
        assert "Ministry &lt;b&gt;" in drawn(who)
        assert "Server time" in shell.foot()
    with translation.override("zh-hans"):
        assert "部" in drawn(who)
        assert "Ministry" not in drawn(who)
        assert "Server time" not in shell.foot()


def test_no_hole_is_left(client_as, cast):
    page = client_as(cast("officer", "MIIT")).get("/desk/").content.decode()
    assert not [name for name, hole in shell._HOLES.items() if hole in page]
