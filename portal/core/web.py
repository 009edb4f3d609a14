"""What views share: the check with its reason, errors beside fields, the redirect after success."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm, FileField
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.core.errors import DomainError, Forbidden, NotAllowed, Text
from portal.core.middleware import PortalRequest, sign_in_first
from portal.core.rules import may
from portal.core.scope import Actor

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Only for people who are signed in; others are led to the sign-in and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        return view(cast("PortalRequest", request), *args, **kwargs)

    return guarded


def require(actor: Actor, act: str, obj: Any = None) -> None:
    """Raise PermissionDenied (403 with the reason) unless the actor may do the act; what was sent is told the trail."""
    verdict = may(actor, act, obj)
    if not verdict:
        raise Forbidden(verdict.reason, act, obj)


def require_extent(actor: Actor, extent: Mapping[str, Any]) -> None:
    """Raise PermissionDenied for a file that was made with roles or a scope the person no longer has."""
    if not actor.still_has(extent):
        raise PermissionDenied(
            _("Your posts have changed since this file was made: it may show what you no longer see. Make it anew.")
        )


class HttpSeeOther(HttpResponse):
    """303: the act is done, look at the result; a repeat of the request shows the page and does nothing."""

    status_code = 303

    def __init__(self, url: str) -> None:
        super().__init__()
        self["Location"] = url

    @property
    def url(self) -> str:
        """Where it leads."""
        return self["Location"]


def see_other(to: Any, *args: Any, **kwargs: Any) -> HttpSeeOther:
    """303 to a route or object."""
    return HttpSeeOther(resolve_url(to, *args, **kwargs))


@contextmanager
def errors_into(form: BaseForm) -> Iterator[None]:
    """Put a refusal beside the field it belongs to. A missing right becomes 403."""
    try:
        yield
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except DomainError as error:
        field = error.field if error.field in form.fields else None
        form.add_error(field, cast("str", error.message))


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    form: BaseForm | None = None,
) -> HttpResponse:
    """Render; 422 when the form has errors, so that scripts and tests see the refusal."""
    failed = form is not None and form.is_bound and bool(form.errors)
    if form is not None and failed:
        _files_again(form)
    return render(request, template, {"form": form, **(context or {})}, status=422 if failed else 200)


def _files_again(form: BaseForm) -> None:
    """Say beside each file that it has to be chosen again: what was typed comes back with the form, a file does not.

    Without a word an optional file would be missing the second time, and papers of money are not changed afterwards.
    """
    for name, field in form.fields.items():
        if isinstance(field, FileField) and form.add_prefix(name) in form.files and name not in form.errors:
            form.add_error(name, _("Choose the file again: it was not stored, since the form was not saved."))


def as_file(answer: HttpResponse, name: str) -> HttpResponse:
    """An answer the portal has just made (a paper, a signed text), as a download of that name that nobody keeps."""
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def confirm_page(
    request: HttpRequest,
    *,
    title: Text,
    text: Text,
    submit: Text,
    cancel: str,
    form: BaseForm | None = None,
    **more: Any,
) -> HttpResponse:
    """The page that asks before an act which cannot be undone; its button posts `confirm=yes` to the same address.

    submit: the act itself in words, never "OK". cancel: the address of going back. more: facts, consequences, danger,
    trail (see templates/components/confirm.html).
    """
    context = {"title": title, "text": text, "submit": submit, "cancel": cancel, **more}
    return page(request, "confirm.html", context, form=form)
