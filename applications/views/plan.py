"""The text of the implementation plan: its chapters, pictures, and Word files taken over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.domain import plan as domain
from applications.enums_sections import ChapterCode
from applications.forms.plan import ChapterForm, FigureForm, TakeOverForm, WordForm
from applications.journey import TITLES, address
from applications.models import Application
from applications.queries import sections as queries
from applications.richtext.clean import shown, words_in
from applications.views.common import find_to_edit, section_page, trail
from applications.views.rows import rows_page
from portal.core.errors import DomainError
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def plan(request: PortalRequest, pk: int) -> HttpResponse:
    """The chapters with how much is written, and Word files that wait to be taken over."""
    found = find_to_edit(request, pk)
    written = queries.chapters_of(found)
    rows = [
        {"code": code.value, "label": code.label, "signs": words_in(written[code].html) if code in written else 0}
        for code in ChapterCode
    ]
    return rows_page(request, found, "plan", rows=rows, waiting=queries.word_imports_of(found))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def chapter(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """Write one chapter."""
    found = find_to_edit(request, pk)
    if code not in ChapterCode.values:
        raise Http404
    which = ChapterCode(code)
    form = ChapterForm(request.POST or None, initial=_chapter(found, which))
    return section_page(
        request,
        found,
        "plan",
        form,
        title=str(which.label),
        back="plan",
        template="applications/chapter.html",
        act=lambda: domain.edit_chapter(
            by=request.actor,
            application=found,
            code=which,
            html=form.cleaned_data["html"],
            version=form.cleaned_data["version"],
        ),
        initial=lambda: _chapter(found, which),
        version=lambda: _chapter(found, which)["version"],
        words=_words(),
    )


def _words() -> dict[str, str]:
    """The words of the editor, in the reader's language."""
    return {
        "toolbar": _("Tools of the text"),
        "bold": _("Bold"),
        "italic": _("Italic"),
        "underline": _("Underlined"),
        "heading2": _("Heading"),
        "heading3": _("Smaller heading"),
        "paragraph": _("Paragraph"),
        "bullets": _("List with dots"),
        "numbers": _("Numbered list"),
        "quote": _("Quotation"),
        "table": _("Insert a table"),
        "row": _("Add a row"),
        "column": _("Add a column"),
        "dropRow": _("Remove the row"),
        "dropColumn": _("Remove the column"),
        "dropTable": _("Remove the table"),
        "figure": _("Insert a picture"),
        "cancel": _("Cancel"),
        "alt": _("What does the picture show? (for those who cannot see it)"),
        "caption": _("Caption under the picture (may be left out)"),
        "undo": _("Undo"),
        "redo": _("Do again"),
        "uploading": _("The picture is being taken in …"),
        "failed": _("The picture could not be taken in."),
    }


def _chapter(found: Application, code: ChapterCode) -> dict[str, Any]:
    row = queries.chapter_of(found, code)
    return {"html": row.html, "version": row.version} if row is not None else {"html": "", "version": 0}


@require_POST
@signed_in
def add_figure(request: PortalRequest, pk: int) -> JsonResponse:
    """Take a picture in for the editor: {url, width, height}, or 422 with {error}."""
    found = find_to_edit(request, pk)
    form = FigureForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse(
            {"error": " ".join(map(str, form.errors.get("file", [_("Choose a picture.")])))}, status=422
        )
    try:
        row = domain.add_figure(by=request.actor, application=found, upload=form.cleaned_data["file"])
    except DomainError as error:
        return JsonResponse({"error": str(error)}, status=422)
    url = reverse("applications:figure", args=[row.pk])
    return JsonResponse({"url": url, "width": row.width, "height": row.height}, status=201)


@require_safe
@signed_in
def figure(request: PortalRequest, row: int) -> HttpResponseBase:
    """A picture of a plan, to be shown in its page."""
    require(request.actor, "applications.view")
    return serve_told(one_of(queries.figures, request.actor, pk=row), request=request, inline=True)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def word(request: PortalRequest, pk: int) -> HttpResponse:
    """Bring a Word file; what it says is shown before anything is taken over."""
    found = find_to_edit(request, pk)
    form = WordForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with errors_into(form):
            reading = domain.read_word(by=request.actor, application=found, upload=form.cleaned_data["file"])
            return see_other(address(found, "word_preview", reading.pk))
    title = _("Take over a Word file")
    back = address(found, "plan")
    context = {
        "title": title,
        "cancel": back,
        "trail": [*trail(found, (TITLES["plan"], back)), (title, "")],
        "submit": _("Read the file"),
    }
    return page(request, "applications/word.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def word_preview(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Show what was read, piece by piece; take over what is chosen."""
    found = find_to_edit(request, pk)
    reading = get_object_or_404(queries.word_imports_of(found), pk=row)
    reading.application = found
    form = TakeOverForm(request.POST or None, reading=reading, initial={"version": found.version})
    back = address(found, "plan")
    if form.is_valid():
        with errors_into(form):
            count = domain.take_over(
                by=request.actor,
                reading=reading,
                places=form.to_input(),
                append=form.cleaned_data["how"] == "append",
                version=form.cleaned_data["version"],
            )
            done = ngettext("%(count)s chapter was written.", "%(count)s chapters were written.", count)
            messages.success(request, done % {"count": count})
            return see_other(back)
    if form.is_bound:
        form.see()
    title = _("Take over “%(name)s”") % {"name": reading.file_name}
    pieces = [
        {"field": form[f"piece_{number}"], "html": shown(piece["html"], deeper=1), "title": piece["title"]}
        for number, piece in enumerate(reading.pieces)
    ]
    context = {
        "application": found,
        "reading": reading,
        "pieces": pieces,
        "title": title,
        "cancel": back,
        "trail": [*trail(found, (TITLES["plan"], back)), (title, "")],
    }
    return page(request, "applications/word_preview.html", context, form=form)
