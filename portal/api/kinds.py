"""Answers of the API itself, by code: what went wrong before any act of the portal began."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Kind

PROBLEMS: Final[dict[str, Kind]] = {
    "bad_request": Kind(400, _("This request cannot be read")),
    "csrf": Kind(403, _("The request came from another site, or without this session's form token.")),
    "failed": Kind(500, _("The portal failed for a reason of its own; support was told. Nothing was changed.")),
    "gone": Kind(410, _("This no longer exists.")),
    "idempotency_key_missing": Kind(400, _("Send an Idempotency-Key: a repeated request must not act twice.")),
    "idempotency_key_reused": Kind(422, _("This Idempotency-Key was sent before with another request.")),
    "idempotency_key_unfit": Kind(400, _("An Idempotency-Key has 8 to 80 letters, digits, hyphens or underscores.")),
    "invalid": Kind(422, _("Something in the request does not fit; each place is named.")),
    "invalid_cursor": Kind(400, _("This page's address is not one the portal gave.")),
    "method_not_allowed": Kind(405, _("This method does not exist here.")),
    "not_acceptable": Kind(406, _("The API answers in application/json.")),
    "not_allowed": Kind(403, _("You may not do this.")),
    "not_authenticated": Kind(401, _("Sign in, or send a token.")),
    "not_found": Kind(404, _("There is nothing here, or nothing you may see.")),
    "parse_error": Kind(400, _("The body is not valid JSON.")),
    "second_factor": Kind(403, _("Set up a second factor first: an authenticator app or a security key.")),
    "throttled": Kind(429, _("Too many requests. Wait as long as Retry-After says.")),
    "token_expired": Kind(401, _("This token has expired.")),
    "token_inactive": Kind(401, _("The person of this token is deactivated.")),
    "token_reads_only": Kind(403, _("This token only reads.")),
    "token_revoked": Kind(401, _("This token was revoked.")),
    "token_unknown": Kind(401, _("There is no such token.")),
    "too_large": Kind(413, _("The body is too large.")),
    "unavailable": Kind(503, _("A server that the portal needs is out of reach. Nothing was changed: try again soon.")),
    "unsupported_media_type": Kind(415, _("Send the body in a form that the schema names for this address.")),
}
