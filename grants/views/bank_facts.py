"""What the bank says of a paper, for the paper's own page."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from grants.enums import CheckState
from grants.models import PassOn, Payment
from grants.presentation import Facts, amount, link
from grants.queries import bank as queries
from portal.core.middleware import PortalRequest
from portal.core.templatetags.portal_ui import moment


def bank_facts(request: PortalRequest, paper: PassOn | Payment) -> Facts:
    """The lines of bank statements that are this paper's, and the set of payment orders it stands in. Two queries."""
    if paper.state not in (CheckState.CONFIRMED, CheckState.REVERSED):
        return []
    scope = request.actor.scope
    lines = queries.lines_of_paper(scope, paper=paper)
    order = queries.order_of(scope, paper=paper)
    facts: Facts = []
    if order is not None:
        facts.append((_("Payment orders"), link("grants:bank_order", order.pk, order.title)))
    shown = [
        format_html(
            "{} · {} · {} · {}",
            link("grants:bank_line", line.pk, line.get_direction_display()),
            moment(line.day),
            amount(line.amount),
            line.organisation,
        )
        for line in lines
    ]
    words = format_html_join(SafeString("<br>"), "{}", ((one,) for one in shown)) if shown else _("none yet")
    return [*facts, (_("Lines of bank statements"), words)]
