"""People who sign in, by e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.core.clockwork import ADDRESS

# What the portal does by itself it does as this person: no page and no session takes it away.
CLOCKWORK_STAYS = pgtrigger.Trigger(
    name="clockwork_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func=f"""
        if (new.email = '{ADDRESS}') is distinct from (old.email = '{ADDRESS}')
           or (old.email = '{ADDRESS}' and (not new.is_active or new.successor_id is not null)) then
            raise exception 'the clockwork stays' using errcode = 'check_violation', constraint = 'clockwork_stays';
        end if;
        return new;
    """,
)
# Who left comes back as another account, if at all: what was read before and saved late opens nothing.
DEACTIVATED_STAYS = pgtrigger.Trigger(
    name="deactivated_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "not old.is_active and (new.is_active or new.successor_id is distinct from old.successor_id)"
    ),
    func="""
        if current_user <> 'portal_owner' then
            raise exception 'a deactivated account stays so'
                using errcode = 'check_violation', constraint = 'deactivated_stays';
        end if;
        return new;
    """,
)


class UserManager(BaseUserManager["User"]):
    """Makes people; addresses are kept in small letters."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person with an address and, once an invitation was taken, a password."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by address, whatever its capitals."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. Never deleted: deactivated, and handed over to a successor."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_demonstration = models.BooleanField(_("demonstration account"), default=False)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("successor")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="user_email_in_small_letters",
                condition=Q(email=Lower("email")),
                violation_error_message=_("The e-mail address is written in small letters."),
            ),
            models.CheckConstraint(
                name="user_is_not_own_successor",
                condition=~Q(successor=models.F("id")),
                violation_error_message=_("A person cannot be their own successor."),
            ),
        ]

        triggers = [CLOCKWORK_STAYS, DEACTIVATED_STAYS]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The person's name."""
        return self.name

    # The admin site is not used; Django's permission framework is not the portal's.
    is_staff = False
    is_superuser = False
