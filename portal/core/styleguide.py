"""Every component in all its states, for developers and for axe; there is no such page outside development."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.forms import DocumentField
from portal.core.inspection import PDF
from portal.core.tables import Choice, Column, Search, Table
from portal.core.templatetags.portal_ui import TONES
from portal.core.web import page

TEXT = "工业和信息化部、财政部 Ministry"


class Example(forms.Form):
    """One field of each kind."""

    text = forms.CharField(label="Text", help_text="A hint.")
    optional = forms.CharField(label="Text", required=False)
    long = forms.CharField(label="Long text", widget=forms.Textarea(attrs={"rows": 3}))
    amount = forms.DecimalField(label="Amount (ten thousand yuan)", widget=forms.TextInput({"inputmode": "decimal"}))
    day = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}))
    choice = forms.ChoiceField(label="Choice", choices=[("a", "One"), ("b", "Two")])
    radio = forms.ChoiceField(label="One of", choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect)
    several = forms.MultipleChoiceField(
        label="Several of", choices=[("a", "One"), ("b", "Two")], widget=forms.CheckboxSelectMultiple
    )
    tick = forms.BooleanField(label="I have read it")
    file = DocumentField(label="File", kinds=(PDF,))


class ReasonExample(forms.Form):
    """A reason."""

    why = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2}))


def _table(request: HttpRequest, *, rows: int) -> Table:
    columns = [
        Column("number", "Number", kind="code", sort="number"),
        Column("name", "Name", header=True, link=lambda _: "#", sort="name"),
        Column("amount", "Amount", kind="wan", total=True, sort="amount"),
        Column("share", "Share", kind="percent"),
        Column("day", "Day", kind="date"),
        Column("due", "Due", kind="due"),
        Column("state", "State", kind="state", label_of="state"),
    ]
    filters = [Search("name"), Choice("state", "State", [("open", "open"), ("closed", "closed")])]
    day = clock.today()
    made = [
        {
            "number": f"2026-3-35{number:02d}00",
            "name": f"厦门市 {number}",
            "amount": Decimal(300_000_000) - number,
            "share": Decimal("20.5"),
            "day": day,
            "due": clock.end_of_day(day + timedelta(days=number - 2)),
            "state": "open" if number % 2 else "rejected",
        }
        for number in range(rows)
    ]
    return Table(request, made, name=f"example-{rows}", columns=columns, filters=filters, label="Example", size=6)


def _context(request: HttpRequest) -> dict[str, Any]:
    now = clock.now()
    return {
        "text": TEXT,
        "empty_form": Example(),
        "wrong_form": Example({"amount": "x", "day": "31.2.2026"}, prefix="wrong"),
        "reason": ReasonExample(prefix="reason"),
        "full": _table(request, rows=8),
        "nothing": _table(request, rows=0),
        "facts": [("Number", "2026-3-350200"), ("Province", "福建省 Fujian"), ("Document", "")],
        "tones": [(tone, sorted(states)[:3]) for tone, states in TONES.items()],
        "dues": [now - timedelta(days=2), now + timedelta(hours=1), now + timedelta(days=2), now + timedelta(days=40)],
        "now": now,
        "tabs": [
            {"label": "Dossier", "url": "#", "active": True},
            {"label": "Partners", "url": "#partners", "active": False, "count": 3},
        ],
        "tasks": [
            {"label": "Basics", "url": "#", "state": "complete", "state_label": "complete"},
            {"label": "Projects", "url": "#", "state": "unfinished", "state_label": "unfinished", "hint": "2 of 3"},
            {"label": "Sign-off", "url": "", "state": "later", "state_label": "cannot begin yet"},
        ],
        "events": [
            {"what": "Submitted", "who": "演示·签发人", "where": "厦门市人民政府", "at": now, "note": "Receipt 2026-1"},
            {"what": "Created", "at": now - timedelta(days=3)},
        ],
        "tiles": [
            {"label": "Overdue", "value": 2, "tone": "bad", "url": "#"},
            {"label": "Amount asked", "value": "30,000", "unit": "ten thousand yuan"},
            {"label": "Selected", "value": 24, "tone": "good", "note": "of 40"},
        ],
        "bars": [
            {"label": "Awarded", "value": "30,000", "percent": 100},
            {"label": "Paid", "value": "12,500", "percent": 42},
        ],
        "acts": [
            {"label": "Submit", "url": "#", "kind": "primary"},
            {"label": "Change", "url": "#", "kind": "secondary"},
            {"label": "Withdraw", "url": "#", "kind": "danger"},
            {"label": "Sign", "url": "#", "reason": "The signatory is someone other than the person who asked."},
        ],
        "links": [{"label": "Batches", "url": "#"}],
        "consequences": ["It leaves the list of the province.", "Nobody can bring it back."],
    }


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The page."""
    return page(request, "styleguide.html", _context(request))


urlpatterns = [path("", styleguide, name="styleguide")]
