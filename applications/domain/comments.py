"""Comments on sections: the applicant's own people talk about their dossier, before and after it is submitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, Comment
from applications.queries.together import colleagues
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Text
from portal.core.scope import Actor
from portal.notifications.inbox import notify

MENTIONED: Final = gettext_lazy("%(name)s names you in a comment on “%(section)s” of %(unit)s: %(said)s")
ANSWERED: Final = gettext_lazy("%(name)s answers in your thread on “%(section)s” of %(unit)s: %(said)s")
RESOLVED: Final = gettext_lazy("%(name)s has resolved your thread on “%(section)s” of %(unit)s: %(said)s")


@dataclass(frozen=True)
class CommentInput:
    """A comment on a section; `thread`: the comment it answers. title: the section in words, for the letter."""

    section: str
    text: str
    title: Text
    thread: Comment | None = None


def comment(*, by: Actor, application: Application, what: CommentInput) -> Comment:
    """Comment on a section, or answer. Raises NotAllowed; DomainError without a text, or when the thread is elsewhere.

    Side effects: a letter to each colleague named with @, and to the others of the thread that is answered.
    """
    with command(by, "applications.comment", application, lock=False) as act:
        if not what.text.strip():
            raise DomainError("comment_says_something", _("Write what you want to say."), "text")
        if what.thread is not None and what.thread.section != what.section:
            raise DomainError("comment_in_its_thread", _("The answer belongs to another section."), "text")
        named = [person.pk for person in colleagues(application).named(what.text)]
        row = Comment.objects.create(
            application=application,
            section=what.section,
            thread=what.thread,
            text=what.text.strip(),
            mentions=named,
            author_id=by.id,
            at=clock.now(),
        )
        _tell(by, row, named, MENTIONED, what.title)
        if what.thread is not None:
            there = {what.thread.author_id, *what.thread.answers.values_list("author", flat=True)}
            _tell(by, row, there - set(named), ANSWERED, what.title)
        return act.record(row)


def resolve(*, by: Actor, comment: Comment, title: Text) -> Comment:
    """Mark a thread as done, and write to its author. Raises NotAllowed; nothing changes when it is done already."""
    with command(by, "applications.resolve_comment", comment) as act:
        if comment.resolved_at is None:
            comment.resolved_by_id, comment.resolved_at = by.id, clock.now()
            comment.save(update_fields=["resolved_by", "resolved_at"])
            _tell(by, comment, {comment.author_id}, RESOLVED, title)
        return act.record(comment)


def reopen(*, by: Actor, comment: Comment) -> Comment:
    """Open a thread again. Raises NotAllowed."""
    with command(by, "applications.resolve_comment", comment) as act:
        comment.resolved_by_id, comment.resolved_at = None, None
        comment.save(update_fields=["resolved_by", "resolved_at"])
        return act.record(comment)


def _tell(by: Actor, row: Comment, to: Any, text: Text, title: Text) -> None:
    url = f"{reverse('applications:comments', args=[row.application_id])}?section={row.section}#comment-{row.pk}"
    words: dict[str, Any] = {"name": by.name, "section": title, "unit": row.application.unit, "said": _short(row.text)}
    notify(to, text, by=by, url=url, **words)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:119]}…"
