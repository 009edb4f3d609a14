"""Letters of the inbox."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.core.rls import USER, RowSecurity, has_role


class Notice(models.Model):
    """A letter to one person: what happened, in both languages, and where to look.

    `sender`: who acted, as a value; the letter outlives the account. `key`: the same key reaches a person once.
    The number is random, so that writing to somebody else needs no look into their inbox.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    sender = models.BigIntegerField(_("sent by"))
    text_zh = models.CharField(_("text in Chinese"), max_length=500)
    text_en = models.CharField(_("text in English"), max_length=500)
    url = models.CharField(_("page"), max_length=200, blank=True)
    key = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(_("time"))
    read_at = models.DateTimeField(_("read"), null=True)
    mailed_at = models.DateTimeField(_("sent by e-mail"), null=True)
    wants_mail = models.BooleanField(_("goes by e-mail too"), default=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(name="notice_of_person", fields=["person", "-at"]),
            models.Index(name="notice_unread", fields=["person"], condition=Q(read_at=None)),
            models.Index(name="notice_unmailed", fields=["at"], condition=Q(mailed_at=None, wants_mail=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="notice_once",
                fields=["person", "key"],
                condition=~Q(key=""),
                violation_error_message=_("This person was told already."),
            ),
            models.CheckConstraint(
                name="notice_leads_into_the_portal",
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")),
                violation_error_message=_("A notice leads to a page of the portal."),
            ),
            RowSecurity(
                name="notice_rows",
                read=f"(person_id = {USER} or {has_role('clockwork')})",
                insert=f"(sender = {USER} and read_at is null and mailed_at is null)",
                update=f"(person_id = {USER} or {has_role('clockwork')})",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="notice_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    if (to_jsonb(new) - 'read_at' - 'mailed_at') is distinct from
                       (to_jsonb(old) - 'read_at' - 'mailed_at')
                       or (old.read_at is not null and new.read_at is distinct from old.read_at)
                       or (old.mailed_at is not null and new.mailed_at is distinct from old.mailed_at) then
                        raise exception 'a notice is not rewritten'
                            using errcode = 'restrict_violation', constraint = 'notice_stays';
                    end if;
                    return new;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return self.text_en if get_language() == "en" else self.text_zh
