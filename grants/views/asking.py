"""Asking before an act that cannot be undone, for acts that take nothing but a yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse

from grants.presentation import Facts
from portal.core.middleware import PortalRequest
from portal.core.web import confirm_page, errors_into, see_other


def ask(
    request: PortalRequest,
    *,
    act: Callable[[], Any],
    done: str,
    to: str,
    title: str,
    text: str,
    facts: Facts,
    trail: list[Any],
) -> HttpResponse:
    """Show what will happen; on a yes do it and go on to `to`, or say why it was refused."""
    form = Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            act()
            messages.success(request, done)
            return see_other(to)
    return confirm_page(
        request,
        title=title,
        text=text,
        submit=title,
        cancel=to,
        form=form,
        facts=facts,
        trail=[*trail, (title, "")],
    )
