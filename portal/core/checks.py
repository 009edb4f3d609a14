"""What production refuses to start with, each with a sentence that says what to set."""

from __future__ import annotations

import sys
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.checks import ERROR, CheckMessage, Error, Tags, Warning, register, run_checks  # noqa: A004 - Django's
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.http.request import validate_host
from django.utils.module_loading import import_string

from portal.core import firm
from portal.core.commands import event_writer
from portal.environment import CANNOT_BOOT


@register(Tags.security)
def production_is_safe(**_: Any) -> list[CheckMessage]:
    """Refuse default secrets, DEBUG, missing two-factor and open hosts in production."""
    if not settings.PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if not settings.SECRET_KEY_GIVEN or len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        found.append(Error("Set SECRET_KEY (or SECRET_KEY_FILE) to at least 50 random characters.", id="portal.E001"))
    if settings.DEBUG:
        found.append(Error("Set DEBUG=0: tracebacks would show data of applicants.", id="portal.E002"))
    if not settings.TWO_FACTOR_REQUIRED:
        found.append(Error("Set TWO_FACTOR=required: every person signs in with a second factor.", id="portal.E003"))
    known = bool(settings.ALLOWED_HOSTS) and all(map(_is_own_name, settings.ALLOWED_HOSTS))
    if not known:
        says = "Set ALLOWED_HOSTS to the portal's own host names alone, without https:// and without a port."
        found.append(Error(says, id="portal.E004"))
    if not _is_own_address(settings.BASE_URL, among=settings.ALLOWED_HOSTS if known else ["*"]):
        says = "Set BASE_URL to the portal's https:// address: a name of ALLOWED_HOSTS, and nothing behind it."
        found.append(Error(says, id="portal.E005"))
    if settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        found.append(
            Error("Set CACHE_URL to a Redis or Valkey: failed sign-ins are counted by all processes.", id="portal.E011")
        )
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        found.append(
            Error(f"Run `manage.py collectstatic --noinput`: {settings.STATIC_ROOT} lacks files.", id="portal.E010")
        )
    found += [
        Error(f"Set SEAL_PROVIDERS to functions that are there: {path} is not.", id="portal.E013")
        for path in settings.SEAL_PROVIDERS.values()
        if not _is_there(path)
    ]
    if not settings.EMAIL_HOST:
        found.append(Warning("Set EMAIL_URL: until then letters only go to VAR_DIR/mail.", id="portal.W001"))
    elif not _is_sender(settings.DEFAULT_FROM_EMAIL):
        says = "Set EMAIL_FROM to an address of the portal's own: mail servers refuse letters from another."
        found.append(Warning(says, id="portal.W002"))
    return found


def _is_own_name(host: str) -> bool:
    return host not in ("*", "127.0.0.1", "localhost") and not host.startswith(".") and not set(host) & set("/: *")


def _is_own_address(url: str, among: list[str]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # https://[x
        return False
    alone = parts.scheme == "https" and "@" not in parts.netloc
    alone = alone and not (parts.path.strip("/") or parts.query or parts.fragment)
    return alone and validate_host(parts.hostname or "", among)


def _is_there(path: str) -> bool:
    try:
        return callable(import_string(path))
    except ImportError:
        return False


def _is_sender(address: str) -> bool:
    try:
        validate_email(parseaddr(address)[1])
    except ValidationError:
        return False
    return not address.rstrip(">").endswith("@localhost")


@register(Tags.security)
def trail_has_a_writer(**_: Any) -> list[CheckMessage]:
    """Refuse to start when no app writes the audit trail."""
    try:
        event_writer()
    except RuntimeError:
        return [Error("No app writes the audit trail: keep portal.audit installed.", id="portal.E007")]
    return []


# What the role of web and workers must not be: owner of a table, superuser, past the policies, or member of the owner;
# nor may it make a temporary table, which is found before the real one of its name.
ROLE_QUESTION = """
    select r.rolsuper, r.rolbypassrls,
           exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                    where n.nspname = 'public' and c.relowner = r.oid),
           exists (select 1 from pg_roles o where o.rolname = 'portal_owner' and o.oid <> r.oid
                    and pg_has_role(r.oid, o.oid, 'member')),
           has_database_privilege(r.oid, current_database(), 'temporary')
      from pg_roles r where r.rolname = current_user
"""


def web_role_faults() -> list[str]:
    """Sentences on why the present connection is too powerful for web and workers; empty when it is fine."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE_QUESTION)
        superuser, bypass, owner, member, temporary = cursor.fetchone() or (True,) * 5
    faults = {
        "Set DATABASE_URL to the role portal_web: the present role is a superuser.": superuser,
        "Set DATABASE_URL to the role portal_web: the present role passes row-level security.": bypass,
        "Set DATABASE_URL to the role portal_web: the present role owns tables.": owner,
        "Set DATABASE_URL to the role portal_web: the present role is a member of portal_owner.": member,
        "Run `python -m portal.embedded prepare`: the role of the web may make temporary tables.": temporary,
    }
    return [sentence for sentence, true in faults.items() if true]


@register(Tags.database)
def web_is_not_owner(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse an owner role as the web connection; runs with `check --database default` and at production start."""
    if not databases or "default" not in databases:
        return []
    try:
        return [Error(sentence, id="portal.E006") for sentence in web_role_faults()]
    except DatabaseError as error:
        return [Error(f"DATABASE_URL cannot be reached: {' '.join(str(error).split())}", id="portal.E008")]


@register(Tags.database)
def guards_stand_firm(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse a database in which something that a session sets could take a guard out."""
    if not databases or "default" not in databases:
        return []
    try:
        missing = firm.loose(connection)
    except DatabaseError:
        return []  # said by the check of the role
    sentence = f"Run `manage.py migrate --database owner`: a session could pass guards in {missing} places."
    return [Error(sentence, id="portal.E012")] if missing else []


def _migrations_here() -> set[tuple[str, str]]:
    """App and name of each migration of this version; none of them is loaded."""
    found = set()
    for config in apps.get_app_configs():
        name, _explicit = MigrationLoader.migrations_module(config.label)
        place = find_spec(name) if name else None
        folders = (place.submodule_search_locations if place else None) or ()  # an app's `migrations` may be a module
        found |= {(config.label, one.name) for one in iter_modules(folders) if one.name[0] not in "_~"}
    return found


@register(Tags.database)
def tables_are_of_this_version(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse tables that are older than the code, and warn of newer ones: an upgrade or a way back done by half."""
    if not databases or "default" not in databases:
        return []
    here = _migrations_here()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select app, name from django_migrations")
            applied = set(cursor.fetchall())
    except ProgrammingError:  # there is no table yet
        applied = set()
    except DatabaseError:
        return []  # said by the check of the role
    ours = {app for app, _name in here}
    if missing := sorted(here - applied):
        first = ".".join(missing[0])
        lack = f"the tables are older than this version, {len(missing)} migrations lack ({first} …)."
        return [Error(f"Run `manage.py migrate --database owner`: {lack}", id="portal.E015")]
    if newer := sorted(one for one in applied - here if one[0] in ours):
        last = ".".join(newer[-1])
        says = f"Run the version that the tables are of, or restore the dump from before: they are newer ({last})."
        return [Warning(says, id="portal.W003")]
    return []


def start_faults() -> list[str]:
    """Why web, worker and beat must not start in production; each a sentence that says what to set."""
    found = run_checks(tags=[Tags.security, Tags.database], databases=["default"])
    faults = [f"{message.msg} ({message.id})" for message in found if message.level >= ERROR]
    if "owner" in settings.DATABASES:
        faults.append("Give OWNER_DATABASE_URL to migrations alone, not to web, worker or beat. (portal.E009)")
    return sorted(faults, key=lambda text: text.rsplit("(", 1)[-1])


def refuse_unsafe_start() -> None:
    """End the process when production is not safe. Web, worker and beat call it when they start."""
    if settings.PRODUCTION and (faults := start_faults()):
        # Celery has put its log in the place of sys.stderr by now.
        (sys.__stderr__ or sys.stderr).write("\n  ".join(["The portal does not start in production:", *faults]) + "\n")
        raise SystemExit(CANNOT_BOOT)
