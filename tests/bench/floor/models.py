"""People and units as plain models; the portal's tables lie below."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class User(AbstractBaseUser):
    """A person, as the sign-in needs it."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    objects: ClassVar[BaseUserManager[User]] = BaseUserManager()
    USERNAME_FIELD = "email"

    class Meta:
        managed = False
        db_table = "accounts_user"

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A pilot unit, as the list shows it."""

    code = models.CharField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)

    class Meta:
        managed = False
        db_table = "programme_pilotunit"

    def __str__(self) -> str:
        return self.code
