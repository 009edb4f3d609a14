"""Pages of queries: choose a source, set conditions, see the rows, save under a name."""

from __future__ import annotations

import json
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.instruments import builder, conditions
from portal.audit.instruments import queries as queries_instruments
from portal.audit.instruments import tables as tables_instruments
from portal.audit.instruments.domain import queries as domain
from portal.audit.instruments.forms_fields import AsOfField
from portal.audit.instruments.sources import SOURCES, Source
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.tables import Column, Search, Table
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in


class SaveForm(forms.Form):
    """The name under which the conditions are saved; they come along as they stand."""

    name = forms.CharField(
        label=gettext_lazy("Name of the query"),
        max_length=120,
        help_text=gettext_lazy("Your whole organisation sees it. The same name replaces the query."),
    )
    tree = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def clean_tree(self) -> dict[str, Any]:
        """The conditions as they were shown."""
        try:
            tree = json.loads(self.cleaned_data["tree"])
        except ValueError:
            raise forms.ValidationError(_("These conditions cannot be read.")) from None
        if not isinstance(tree, dict):
            raise forms.ValidationError(_("These conditions cannot be read."))
        return tree


class AsOfForm(forms.Form):
    """The day at whose end the rows stood."""

    as_of = AsOfField(required=False)


@require_safe
@signed_in
def queries(request: PortalRequest) -> HttpResponseBase:
    """Saved queries of the own organisation, and what can be looked through."""
    require(request.actor, "audit.use_instruments")
    table = Table(
        request,
        queries_instruments.saved(request.actor),
        name="saved-queries",
        columns=tables_instruments.QUERIES,
        filters=[Search("name", "by_name")],
        label=_("Saved queries"),
        empty=_("Your organisation has saved no query yet. Choose what to look through above."),
    )
    if table.wants_file:
        return table.file()
    return page(request, "audit/queries.html", {"table": table, "sources": SOURCES.values()})


def _columns(source: Source) -> list[Column]:
    shown = [one for one in source.fields if one.shown]
    return [
        Column(
            one.name,
            one.label,
            value=one.value or one.column.replace("__", "."),
            kind=cast("Any", one.look or ("text" if one.kind == "choice" else one.kind)),
            sort=one.column,
            header=place == 0,
            link=source.url if place == 0 else one.leads,
        )
        for place, one in enumerate(shown)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def query(request: PortalRequest, source: str) -> HttpResponseBase:
    """One source under conditions: its rows as a list and a file; the conditions can be saved."""
    require(request.actor, "audit.use_instruments")
    if source not in SOURCES:
        raise Http404
    found = SOURCES[source]
    form = SaveForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            row = domain.save_query(by=request.actor, source=source, **form.cleaned_data)
            messages.success(request, _("The query is saved as “%(name)s”.") % {"name": row.name})
            return see_other(f"{reverse('instruments:query', args=[source])}?saved={row.pk}")
    saved = _saved(request, source)
    tree = form.cleaned_data.get("tree", {}) if form.is_bound and form.is_valid() else builder.tree_of(request.GET)
    if saved is not None and not tree:
        tree = saved.tree
    day = AsOfForm(request.GET if request.GET.get("as_of") else None)
    as_of = day.cleaned_data["as_of"] if day.is_bound and day.is_valid() else None
    faults: list[conditions.Fault] = []
    rows = found.rows(request.actor, as_of)
    try:
        rows = rows.filter(conditions.to_q(found, tree))
    except conditions.BadTree as error:
        faults, rows = error.faults, rows.none()
    if day.errors:
        rows = rows.none()
    table = Table(
        request,
        rows,
        name=f"query-{source}",
        columns=_columns(found),
        label=found.label,
        empty=_("Nothing fits these conditions."),
    )
    if table.wants_file:
        return table.file()
    if not form.is_bound:
        form = SaveForm(initial={"tree": json.dumps(tree, ensure_ascii=False), "name": saved.name if saved else ""})
    context = {
        "source": found,
        "saved": saved,
        "groups": builder.groups_of(tree, faults),
        "join": tree.get("join", "all"),
        "fields": [(one.name, one.label) for one in found.fields],
        "operators": builder.operators(found),
        "values": builder.values(found),
        "words": conditions.words(found, tree),
        "has_conditions": bool(tree) and not faults,
        "faults": faults,
        "day": day,
        "table": table,
    }
    status = 422 if faults or day.errors else None
    answer = page(request, "audit/query.html", context, form=form)
    if status:
        answer.status_code = status
    return answer


def _saved(request: PortalRequest, source: str) -> Any:
    number = request.GET.get("saved", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return queries_instruments.saved(request.actor).filter(pk=int(number), source=source).first()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Remove a saved query, after a question."""
    require(request.actor, "audit.use_instruments")
    row = one_of(queries_instruments.saved, request.actor, pk=pk)
    back = reverse("instruments:queries")
    if request.method == "POST":
        domain.remove_query(by=request.actor, query=row)
        messages.success(request, _("The query is removed."))
        return see_other(back)
    return confirm_page(
        request,
        title=_("Remove the query “%(name)s”?") % {"name": row.name},
        text=_("Your whole organisation loses it. Samples that were drawn from it keep their own copy."),
        submit=_("Remove the query"),
        cancel=back,
        danger=True,
    )
