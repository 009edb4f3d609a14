"""Pages of requests that cannot be answered."""

from __future__ import annotations

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from portal import urls
from portal.core.errors import NotAllowed, Stale
from portal.core.views import bad_request

handler400 = urls.handler400


def refuse(request):
    raise NotAllowed("no", "Only an officer may.")


def stale(request):
    raise Stale("stale", "Someone else changed it.")


def read(request):
    return HttpResponse(request.POST.get("x", ""))


urlpatterns = [*urls.urlpatterns, path("refuse/", refuse), path("stale/", stale), path("post/", read)]


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [("/refuse/", 403, "Only an officer may."), ("/stale/", 409, "Someone else changed it.")],
)
@pytest.mark.urls("tests.core.test_error_pages")
def test_a_refusal_that_no_form_took_is_a_page_with_its_sentence(client_as, cast, address, status, sentence):
    answer = client_as(cast("officer", "MIIT")).get(address)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


@pytest.mark.urls("tests.core.test_error_pages")
def test_a_request_that_is_too_large_is_413(client_as, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = client_as().post("/post/", {"x": "y" * 1000})
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


@pytest.mark.parametrize(("error", "status"), [(RequestDataTooBig("x"), 413), (ValueError("x"), 400)])
def test_bad_requests_by_kind(rf, db, error, status):
    assert bad_request(rf.get("/"), error).status_code == status


def test_403_says_the_reason(client_as, cast):
    answer = client_as(cast("drafter", "ZF350200")).get("/people/")
    assert answer.status_code == 403
    assert "None of your roles includes this act." in answer.content.decode()


def test_500_stands_alone_and_speaks_both_languages():
    text = render_to_string("500.html", {})
    assert "系统出错了" in text
    assert 'lang="en">Something went wrong' in text
    assert "{%" not in text


@pytest.mark.parametrize("code", ["400", "403", "404", "409", "413", "429"])
def test_every_error_page_renders(rf, db, code):
    request = rf.get("/")
    text = render_to_string(f"{code}.html", {}, request)
    assert code in text
    assert text.count("<h1>") == 1
