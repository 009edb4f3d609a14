"""Working on one dossier together: text not saved yet, who is where, comments. Seen by the applicant's own people."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.models.guards import own, refuse, sees, small
from portal.core import clock
from portal.core.rls import USER, RowSecurity, has_role

_UNSAVED, _PRESENCE, _COMMENT = "applications_unsaved", "applications_presence", "applications_comment"
_TEAM = ("drafter", "signatory")


class Unsaved(models.Model):
    """What a person typed into a section's form and has not saved; kept so that nothing is lost, no part of a dossier.

    place: the page of the form within the application, for instance "basics" or "projects/17".
    data: the fields as the browser sent them, {name: [values]}; null once the page was saved or the text discarded.
    page: which opening of the page it came from, so that a late copy does not come back after the page was saved.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    place = models.CharField(_("page"), max_length=80)
    data = models.JSONField(_("what was typed"), null=True)
    page = models.CharField(max_length=32, blank=True)
    kept_at = models.DateTimeField(_("kept"), default=clock.now)

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        constraints = [
            models.UniqueConstraint(
                name="unsaved_once",
                fields=["application", "person", "place"],
                violation_error_message=_("This text is already kept."),
            ),
            RowSecurity(
                name="unsaved_rows",
                read=f"(person_id = {USER})",
                insert=f"(person_id = {USER} and {own(_UNSAVED, 'drafter')})",
                update=f"(person_id = {USER} and {own(_UNSAVED, 'drafter')})",
                delete=f"(person_id = {USER})",
            ),
        ]
        triggers = [small("unsaved_is_small", 2_000_000)]

    def __str__(self) -> str:
        return self.place


class Presence(models.Model):
    """A person has a section's page open; renewed every few seconds while it is. typing: with text not saved yet."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    place = models.CharField(_("page"), max_length=80)
    page = models.CharField(max_length=32)
    typing = models.BooleanField(_("has typed"), default=False)
    seen_at = models.DateTimeField(_("seen"), default=clock.now)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [
            models.UniqueConstraint(
                name="presence_once",
                fields=["application", "person", "place", "page"],
                violation_error_message=_("This page is already known to be open."),
            ),
            RowSecurity(
                name="presence_rows",
                read=own(_PRESENCE, *_TEAM),
                insert=f"(person_id = {USER} and {own(_PRESENCE, *_TEAM)})",
                update=f"(person_id = {USER} and {own(_PRESENCE, *_TEAM)})",
                delete=f"(person_id = {USER})",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.place}"


class Comment(models.Model):
    """A remark on a section, for the applicant's own people (and auditors); never part of the dossier.

    thread: the remark this one answers; empty for the first of a thread, which alone is open or resolved.
    mentions: the people named with @, as values.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="comments")
    section = models.CharField(pgettext_lazy("dossier", "section"), max_length=24)
    thread = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="answers")
    text = models.TextField(pgettext_lazy("colleagues", "comment"), max_length=2000)
    mentions = ArrayField(models.BigIntegerField(), verbose_name=_("people named"), default=list, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("time"), default=clock.now)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    resolved_at = models.DateTimeField(pgettext_lazy("comment", "resolved"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("colleagues", "comment")
        verbose_name_plural = pgettext_lazy("colleagues", "comments")
        ordering = ["pk"]
        indexes = [models.Index(fields=["application", "section"])]
        constraints = [
            models.CheckConstraint(
                name="comment_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Write what you want to say."),
            ),
            models.CheckConstraint(
                name="comment_resolved_as_a_whole",
                condition=Q(resolved_by=None, resolved_at=None)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False, thread=None),
                violation_error_message=_("A thread is resolved as a whole, by someone."),
            ),
            models.CheckConstraint(
                name="comment_answers_another",
                condition=Q(thread=None) | ~Q(thread=F("id")),
                violation_error_message=_("A comment answers another one."),
            ),
            RowSecurity(
                name="comment_rows",
                read=f"({own(_COMMENT, *_TEAM)} or ({has_role('auditor')} and {sees(_COMMENT)}))",
                insert=f"(author_id = {USER} and {own(_COMMENT, *_TEAM)})",
                update=own(_COMMENT, *_TEAM),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="comment_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if tg_op = 'DELETE' then
                        {refuse("comment_stays", "a comment is never removed")}
                    end if;
                    if tg_op = 'UPDATE' and (to_jsonb(new) - 'resolved_by_id' - 'resolved_at')
                        is distinct from (to_jsonb(old) - 'resolved_by_id' - 'resolved_at') then
                        {refuse("comment_stays", "a comment is never changed, only resolved")}
                    end if;
                    if tg_op = 'INSERT' and new.thread_id is not null and not exists (
                        select 1 from applications_comment c where c.id = new.thread_id and c.thread_id is null
                           and c.application_id = new.application_id and c.section = new.section) then
                        {refuse("comment_in_its_thread", "an answer belongs to the thread of its section")}
                    end if;
                    if new.resolved_by_id is not null and current_user <> 'portal_owner'
                       and new.resolved_by_id is distinct from (select scope_user())
                       and (tg_op = 'INSERT' or new.resolved_by_id is distinct from old.resolved_by_id) then
                        {refuse("comment_stays", "each resolves for himself")}
                    end if;
                    return new;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
