"""Tags of the pages: pure presentation, no query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from django import template
from django.forms import BoundField, CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from portal.core import clock, punctuation, units
from portal.core.errors import Text
from portal.core.money import WAN
from portal.core.rules import ROLE_LABELS
from portal.core.scope import Post
from portal.core.sources import in_words
from portal.core.typed import typed

register = template.Library()
# From so many columns on the words of a table give way to its figures, by less and less room.
_WIDE: Final = ((7, "wide"), (9, "wider"), (11, "widest"))
_NINTH: Final = 8
# A deadline is near when no more than this is left.
_NEAR: Final = timedelta(days=7)
# The tone of a state, beside its word, never instead of it.
TONES: Final = {
    "good": {
        "open",
        "recommended",
        "selected",
        "final",
        "confirmed",
        "done",
        "verified",
        "committed",
        "submitted",
        "running",
        "passed",
        "pass",
        "adopted",
        "published",
        "assessed",
        "declared",
        "locked",
        "complete",
        "upheld",
        "optimal",
        "matched",
        "taken",
        "written",
    },
    "bad": {
        "reversed",
        "rejected",
        "not_recommended",
        "not_selected",
        "withdrawn",
        "refused",
        "failed",
        "declined",
        "cancelled",
        "reject",
        "error",
        "infeasible",
        "overdue",
    },
    "wait": {
        "awaiting_sign_off",
        "with_province",
        "returned",
        "correction",
        "publicity",
        "queued",
        "requested",
        "entered",
        "invited",
        "proposed",
        "reserve",
        "deciding",
        "reviewing",
        "in_review",
        "defence",
        "confirmed",
        "screening",
        "assigned",
        "lodged",
        "computing",
        "unfinished",
        "warning",
        "brought",
        "partly",
        "unpaid",
        "sent",
        "signed",
        "waiting",
        "shown",
        "replied",
        "rectifying",
        "reported",
        "followed",
    },
}


@register.simple_tag
def status_tag(state: str, label: str, tone: str = "") -> SafeString:
    """A state as a word with a tone (good, wait, bad; from the state when missing)."""
    return _tag(str(state), str(label), tone)


@lru_cache(maxsize=2048)
def _tag(state: str, label: str, tone: str) -> SafeString:
    tone = tone or next((name for name, states in TONES.items() if state in states), "plain")
    return format_html('<span class="status status--{}">{}</span>', tone, label)


@register.simple_block_tag
def filter_fold(content: str, filters: Any, wrong: Any = None) -> SafeString:
    """Filters under one control on a telephone, which says how many are set; on wider screens they stand open.

    filters: those of a list (`Bound`), or how many are set; wrong: what is wrong with one of them keeps them open.
    """
    count = filters if isinstance(filters, int) else sum(one.is_set for one in filters)
    said = ngettext("%(count)s set", "%(count)s set", count) % {"count": count}
    return format_html(
        '<details class="filter-fold"{}><summary>{}{}</summary>{}</details>',
        mark_safe(" open") if wrong else "",
        _("Filters and order"),
        format_html(' <span class="count">{}</span>', said) if count else "",
        content,
    )


@register.simple_tag
def crumbs(*parts: str) -> SafeString:
    """Breadcrumbs from label, address, label, address, …, last label."""
    return trail((parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2))


@register.simple_tag
def trail(steps: Iterable[tuple[Text, str]], title: Text = "") -> SafeString:
    """Breadcrumbs from pairs of label and address; the last has no address. title: of the page, where none names it."""
    steps = list(steps)
    if title and steps and steps[-1][1]:
        steps.append((title, ""))
    here = '<li><span aria-current="page">{}</span></li>'
    items = [
        format_html('<li><a href="{}">{}</a></li>', url, label) if url else format_html(here, label)
        for label, url in steps
    ]
    return format_html(
        '<nav aria-label="{}" class="crumbs"><ol>{}</ol></nav>', _("Breadcrumbs"), SafeString("".join(items))
    )


@register.simple_tag
def form_field(field: BoundField) -> SafeString:
    """One field with label, hint and error tied to the control."""
    parts = [f"{field.auto_id}_hint"] if field.help_text else []
    parts += [f"{field.auto_id}_error"] if field.errors else []
    described = " ".join(parts)
    widget = field.field.widget
    group = _is_group(field)
    kind = getattr(widget, "input_type", "text")
    css = "form-check-input" if kind in {"checkbox", "radio"} else "form-select" if kind == "select" else "form-control"
    # The class of a group would go to the frame around its choices as well.
    attrs: dict[str, Any] = {} if group else {"class": css}
    if described and not group:
        attrs["aria-describedby"] = described
    if field.errors:
        attrs["aria-invalid"] = "true"
        attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()
    context = {"field": field, "control": field.as_widget(attrs=attrs), "described": described, "group": group}
    context["tick"] = kind == "checkbox" and not group
    return mark_safe(render_to_string("components/field.html", context))  # noqa: S308 - a template


@register.simple_tag
def first_control(field: BoundField) -> str:
    """The id of what a person fills in: of a group of choices its first one, as its frame takes no focus."""
    first = next(iter(field.subwidgets), None) if _is_group(field) else None
    return str(first.id_for_label if first is not None else field.auto_id)


def _is_group(field: BoundField) -> bool:
    return isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple))


@register.simple_tag
def yuan(value: Decimal | None) -> SafeString | str:
    """An amount with separators in the unit of the page, which stands in the heading (`money_unit`).

    Below zero it cannot be overlooked: its sign, the word for programs that read aloud, and its tone.
    """
    if value is None:
        return "–"
    text = units.digits(value)
    if value < 0:
        # Translators: read aloud before an amount below zero.
        minus = pgettext("amount", "minus")
        return format_html('<span class="visually-hidden">{} </span><span class="negative">{}</span>', minus, text)
    return text


@register.simple_tag
def struck(text: SafeString | str) -> SafeString:
    """An amount that does not count any more: struck through, and said so to those who hear the page."""
    # Translators: read aloud before an amount that was refused or taken back.
    word = pgettext("amount", "does not count")
    return format_html('<span class="visually-hidden">{}{}</span><del class="struck">{}</del>', word, colon(), text)


@register.simple_tag
def money_unit() -> Text:
    """The unit in which this page shows money, for headings."""
    return units.word()


@register.simple_tag
def colon() -> str:
    """What stands between a name and what is said of it, in the reader's language."""
    return punctuation.colon()


@register.simple_tag
def comma() -> str:
    """What stands between two things that are said of one, in the reader's language."""
    return punctuation.comma()


@register.simple_tag
def comma_of_lists() -> str:
    """What stands between two members of a list, in the reader's language."""
    return punctuation.comma_of_lists()


@register.simple_tag
def semicolon() -> str:
    """What stands between members of a list that have commas themselves, in the reader's language."""
    return punctuation.semicolon()


@register.filter
def listed(words: Iterable[object]) -> str:
    """Members of a list in the reader's language."""
    return punctuation.listed(words)


@register.filter
def enumerated(words: Iterable[object]) -> str:
    """Members of a list that have commas themselves, in the reader's language."""
    return punctuation.enumerated(words)


@register.simple_tag
def unit_in_brackets() -> str:
    """The same in the brackets of the reader's language, after the words of a heading."""
    return in_brackets(units.word())


@register.simple_tag
def in_brackets(unit: Text) -> str:
    """A unit in the brackets of the reader's language, after the words of a heading."""
    return _("(%(unit)s)") % {"unit": unit}


@register.simple_tag
def money(value: Decimal) -> str:
    """An amount with its unit, for running text."""
    return _("%(amount)s %(unit)s") % {"amount": units.digits(value), "unit": units.word()}


@register.simple_tag
def wan(value: Decimal | None) -> str:
    """An amount in 万元 (ten thousand yuan) with separators, as many places as needed, at least none."""
    if value is None:
        return "–"
    number = f"{value / WAN:,.6f}".rstrip("0").rstrip(".")
    return number or "0"


@register.simple_tag
def moment(value: datetime | date | None) -> SafeString | str:
    """A moment (Beijing time, to the minute) or a day, readable by people and programs."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        exact = value.astimezone(clock.SHANGHAI).isoformat()
        return mark_safe(f'<time datetime="{exact}">{exact[:10]} {exact[11:16]}</time>')  # noqa: S308 - digits
    return mark_safe(f'<time datetime="{value.isoformat()}">{value.isoformat()}</time>')  # noqa: S308 - digits


def duration(milliseconds: int) -> str:
    """How long something takes, as people say it."""
    seconds = max(1, round(milliseconds / 1000))
    if seconds < 90:
        return ngettext("about %(count)s second", "about %(count)s seconds", seconds) % {"count": seconds}
    minutes = round(seconds / 60)
    return ngettext("about %(count)s minute", "about %(count)s minutes", minutes) % {"count": minutes}


@register.simple_tag
def stamp(who: Any, at: datetime | date | None) -> SafeString | str:
    """Who did something and when; a dash while nobody has."""
    return "–" if at is None else format_html('<span class="stamp"><span>{}</span> {}</span>', who, moment(at))


@register.simple_tag
def server_now() -> datetime:
    """The present moment by the server's clock, in the zone of the portal."""
    return clock.now().astimezone(clock.SHANGHAI)


@register.simple_tag
def is_near(moment: datetime) -> bool:
    """Whether so little is left until a moment that hours and minutes matter (or nothing is left)."""
    return moment - clock.now() < _NEAR


@register.simple_tag
def deadline(moment: datetime | date, of: Text = "") -> SafeString:
    """When something is due, and how many days are left, in words. of: what ends then, where it needs a name."""
    words, tone = _due_words(moment)
    text = _("%(what)s: %(when)s") % {"what": of, "when": words} if of else words
    return format_html('<span class="due {}">{}</span>', tone, text)


def _due_words(moment: datetime | date) -> tuple[str, str]:
    day = moment.astimezone(clock.SHANGHAI).date() if isinstance(moment, datetime) else moment
    left = (day - clock.today()).days
    when = clock.in_words(moment) if isinstance(moment, datetime) else str(moment)
    if left < 0 or (isinstance(moment, datetime) and clock.is_over(moment)):
        return _("was due %(when)s") % {"when": when}, "due--late"
    if left == 0:
        return _("due today, %(when)s") % {"when": when}, "due--soon"
    text = ngettext("due %(when)s, %(left)s day left", "due %(when)s, %(left)s days left", left)
    return text % {"when": when, "left": left}, "due--soon" if left <= 3 else ""


@register.simple_tag
def post_name(post: Post) -> str:
    """The organisation of a post in the reader's language."""
    return post.name_en if get_language() == "en" else post.name_zh


@register.simple_tag
def in_language(zh: str, en: str) -> str:
    """The one of two texts that is in the reader's language."""
    return en if get_language() == "en" else zh


@register.filter
def source(text: str) -> str:
    """Where a rule comes from, in the reader's language."""
    return in_words(text)


@register.filter
def wide(columns: int | Sequence[Any], more: int = 0) -> str:
    """The classes of a table of so many columns and `more`, to follow others: `class="table{{ 7|wide }}"`.

    Columns that say whether they are figures (`is_right`) may be given themselves: figures in the ninth are many.
    """
    count = (columns if isinstance(columns, int) else len(columns)) + more
    found = [name for least, name in _WIDE if count >= least]
    if not isinstance(columns, int) and len(columns) > _NINTH and columns[_NINTH].is_right:
        found.append("figures")
    return "".join(f" table--{name}" for name in found)


@register.filter
def paragraphs(text: str) -> SafeString:
    """A text in which each line is a paragraph, as official letters in Chinese are written."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return format_html_join("\n", "<p>{}</p>", ((line,) for line in lines))


@register.filter
def role_label(role: str) -> str:
    """A role in words."""
    return str(ROLE_LABELS.get(role, role))


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The present address with some of its query changed."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def with_cursor(context: dict[str, Any], **cursor: Any) -> str:
    """The present address with another cursor instead of its own."""
    query = context["request"].GET.copy()
    for name in ("before", "after", "format"):
        query.pop(name, None)
    for key, value in cursor.items():
        query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def typed_back(context: Any) -> list[str]:
    """The texts of a form that was refused as a whole."""
    return typed(context.get("request"))
