"""Production refuses to start when it is not safe, in words that say what to set; through every door that starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks

from portal import addresses, environment
from portal.core import checks
from tests import databases
from tests.environment import ROOT

BIN = Path(sys.executable).parent
SAFE = {
    "PRODUCTION": True,
    "SECRET_KEY_GIVEN": True,
    "SECRET_KEY": "Gx7-" + "abcdefgh" * 9,
    "DEBUG": False,
    "TWO_FACTOR_REQUIRED": True,
    "ALLOWED_HOSTS": ["pilot.example.gov.cn"],
    "BASE_URL": "https://pilot.example.gov.cn",
    "EMAIL_HOST": "mail.example.gov.cn",
    "DEFAULT_FROM_EMAIL": "portal@pilot.example.gov.cn",
}
FAULTS = [
    ({"SECRET_KEY_GIVEN": False}, "portal.E001", "SECRET_KEY"),
    ({"SECRET_KEY": "x" * 60}, "portal.E001", "SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "portal.E001", "SECRET_KEY_FILE"),
    ({"DEBUG": True}, "portal.E002", "DEBUG=0"),
    ({"TWO_FACTOR_REQUIRED": False}, "portal.E003", "TWO_FACTOR=required"),
    ({"ALLOWED_HOSTS": []}, "portal.E004", "ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": ["pilot.example.gov.cn", "*"]}, "portal.E004", "ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": ["localhost"]}, "portal.E004", "ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": ["https://pilot.example.gov.cn"]}, "portal.E004", "without https://"),
    ({"ALLOWED_HOSTS": ["pilot.example.gov.cn:443"]}, "portal.E004", "without a port"),
    ({"ALLOWED_HOSTS": [".gov.cn"]}, "portal.E004", "own host names alone"),
    ({"BASE_URL": "https://[pilot"}, "portal.E005", "BASE_URL"),
    ({"BASE_URL": "https://a:b@pilot.example.gov.cn"}, "portal.E005", "BASE_URL"),
    ({"BASE_URL": "http://pilot.example.gov.cn"}, "portal.E005", "BASE_URL"),
    ({"BASE_URL": "https://other.example.gov.cn"}, "portal.E005", "a name of ALLOWED_HOSTS"),
    ({"BASE_URL": "https://pilot.example.gov.cn/portal"}, "portal.E005", "nothing behind it"),
    ({"SEAL_PROVIDERS": {"application/ofd": "no.such.function"}}, "portal.E013", "no.such.function"),
    ({"TRAIL_KEY": "no key"}, "portal.E014", "openssl genpkey"),
    ({"DEFAULT_FROM_EMAIL": "portal@localhost"}, "portal.W002", "EMAIL_FROM"),
    (
        {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}},
        "portal.E011",
        "CACHE_URL",
    ),
    ({"STATIC_ROOT": "/nowhere"}, "portal.E010", "collectstatic"),
    ({"EMAIL_HOST": ""}, "portal.W001", "EMAIL_URL"),
]


def _production(settings, **changes):
    for name, value in (SAFE | changes).items():
        setattr(settings, name, value)


EVERYWHERE = {"portal.E014"}  # a key that is given and is none


def _found():
    return [found for found in run_checks(tags=["security"]) if found.id.startswith("portal.")]


def test_safe_production_has_no_fault(settings, db, tmp_path):
    _production(settings)
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").touch()
    assert _found() == []
    (fault,) = checks.start_faults()
    assert fault == "Give OWNER_DATABASE_URL to migrations alone, not to web, worker or beat. (portal.E009)"


@pytest.mark.parametrize(("changes", "code", "says"), FAULTS)
def test_each_fault_is_named_with_what_to_set(settings, tmp_path, changes, code, says):
    (tmp_path / "staticfiles.json").touch()
    _production(settings, **{"STATIC_ROOT": tmp_path} | changes)
    (found,) = _found()
    assert found.id == code
    assert found.msg.startswith(("Set ", "Run "))
    assert says in found.msg
    settings.PRODUCTION = False
    assert [found.id for found in _found()] == [code] * (code in EVERYWHERE)


def test_no_writer_of_the_trail_is_a_fault_everywhere(monkeypatch):
    monkeypatch.setattr("portal.core.commands._writer", None)
    (found,) = _found()
    assert found.id == "portal.E007"


@pytest.mark.parametrize(
    ("here", "says"),
    [
        ({("core", "9999_of_tomorrow")}, "Run `manage.py migrate --database owner`: the tables are older than this"),
        (set(), "Run the version that the tables are of, or restore the dump from before: they are newer"),
    ],
    ids=["older", "newer"],
)
def test_tables_of_another_version_are_said(db, monkeypatch, here, says):
    """An upgrade without its `migrate`, a way back without its dump: pages failed one by one."""
    assert checks.tables_are_of_this_version(databases=["default"]) == []
    known = checks._migrations_here()
    monkeypatch.setattr(
        checks,
        "_migrations_here",
        lambda: (known | here) - (set() if here else {max(one for one in known if one[0] == "core")}),
    )
    (found,) = checks.tables_are_of_this_version(databases=["default"])
    assert found.msg.startswith(says)


def _run(argv, **given):
    taken = ("OWNER_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "SECRET_KEY", "TWO_FACTOR")
    env = {name: value for name, value in os.environ.items() if name not in taken} | given
    words = [str(BIN / argv[0]) if argv[0] != "python" else sys.executable, *argv[1:]]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def safe(db, tmp_path):
    """The environment of a safe production over the tests' database, its secrets in files."""
    secrets = {
        "DATABASE_URL": databases.web_dsn(),
        "SECRET_KEY": "Gx7-" + "abcdefgh" * 9 + "\n",
        "EMAIL_URL": "smtp+tls://portal:geheim@mail.example.gov.cn:587",
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(value)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "staticfiles.json").write_text('{"version": "1.1", "paths": {}}')
    files = {f"{name}_FILE": str(tmp_path / name) for name in secrets}
    return files | {
        "PORTAL_ENV": "production",
        "ALLOWED_HOSTS": "pilot.example.gov.cn",
        "BASE_URL": "https://pilot.example.gov.cn",
        "EMAIL_FROM": "portal@pilot.example.gov.cn",
        "VAR_DIR": str(tmp_path),
    }


@pytest.fixture(autouse=True)
def no_database_url(monkeypatch, request):
    """Subprocesses must read the files."""
    if "safe" in request.fixturenames:
        monkeypatch.delenv("DATABASE_URL")


def test_check_deploy_is_silent_on_a_safe_production(safe):
    code, said = _run(
        ["python", "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"], **safe
    )
    assert said == "System check identified no issues (1 silenced).\n"
    assert code == 0


def test_web_starts_on_a_safe_production(safe):
    assert _run(["python", "-W", "ignore", "-c", "import portal.wsgi"], **safe) == (0, "")


DOORS = {
    "gunicorn": ["gunicorn", "portal.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"],
    "preloaded": ["gunicorn", "portal.wsgi", "--check-config"],
    "worker": ["celery", "-A", "portal", "worker", "--pool", "solo"],
    "beat": ["celery", "-A", "portal", "beat", "--schedule", "/tmp/not-made"],
}


@pytest.mark.worker
@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses_an_unsafe_production(safe, door):
    unsafe = {"DEBUG": "1", "TWO_FACTOR": "optional", "OWNER_DATABASE_URL": databases.owner_dsn()}
    unsafe |= {
        "ALLOWED_HOSTS": "*",
        "BASE_URL": "http://x",
        "SECRET_KEY": "default",
        "DATABASE_URL": databases.owner_dsn(),
    }
    code, said = _run(DOORS[door], **safe | unsafe)
    assert code != 0
    assert "The portal does not start in production:" in said
    for number in (1, 2, 3, 4, 5, 6, 9):
        assert f"(portal.E00{number})" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "dsn", [databases.owner_dsn, lambda: databases.dsn("postgres", "postgres")], ids=["owner", "superuser"]
)
def test_owner_and_superuser_are_refused_as_the_web_connection(safe, dsn):
    code, said = _run(["python", "-c", "import portal.wsgi"], **safe | {"DATABASE_URL": dsn()})
    assert code == environment.CANNOT_BOOT
    assert "Set DATABASE_URL to the role portal_web: the present role" in said


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"DATABASE_URL": "postgresql://portal_web:geheim@127.0.0.1:1/portal"}, "DATABASE_URL cannot be reached: connection failed"),
        ({"DATABASE_URL": "mysql://portal_web:geheim@db/portal"}, "DATABASE_URL begins with postgresql://, postgres://."),
        ({"BROKER_URL": "kafka://:geheim@queue"}, "BROKER_URL begins with redis://, rediss://, amqp://, amqps://."),
        ({"STORAGE_URL": "ftp://geheim@files"}, "STORAGE_URL begins with file://, s3://."),
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL begins with smtp://"),
        ({"PORTAL_ENV": "prod"}, "PORTAL_ENV is one of development, demonstration, production, not 'prod'."),
        ({"TWO_FACTOR": "off"}, "TWO_FACTOR is one of empty, optional, required, not 'off'."),
        ({"IDLE_MINUTES": "0"}, "IDLE_MINUTES is a whole number above zero, at most a million, not '0'"),
        ({"SECRET_KEY_FILE": "/nowhere/key"}, "SECRET_KEY_FILE names /nowhere/key, which cannot be read: No such file"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_what_does_not_fit_is_said_in_one_sentence(safe, given, says):
    code, said = _run(["python", "-c", "import portal.wsgi"], **safe | given)
    assert code == environment.CANNOT_BOOT
    assert says in said
    assert "Traceback" not in said
    assert "geheim" not in said
    assert len(said.strip().splitlines()) <= 3


@pytest.mark.parametrize(
    ("name", "value", "reader", "says"),
    [
        ("EMAIL_URL", "smtp+tls://user:ge#heim@host:587", lambda: environment.address("EMAIL_URL", "smtp+tls"), "# is written %23"),
        ("EMAIL_URL", "smtp+tls://user:12/geheim@host:587", lambda: environment.address("EMAIL_URL", "smtp+tls"), "/ %2F"),
        ("DATABASE_URL", "postgresql://u:1?geheim@db/portal", lambda: environment.address("DATABASE_URL", "postgresql"), "? %3F"),
        ("BROKER_URL", "redis://:geheim@queue:6379/zero", lambda: environment.address("BROKER_URL", "redis"), "redis://host:6379/0"),
        ("DEBUG", "off.", lambda: environment.flag("DEBUG"), "DEBUG is 1 or 0, not 'off.'"),
        ("EVIDENCE_KEEP_DAYS", "99999999999", lambda: environment.whole("EVIDENCE_KEEP_DAYS"), "at most a million"),
        ("SEAL_TRUST", "/nowhere.pem", lambda: environment.file("SEAL_TRUST"), "/nowhere.pem, which cannot be read"),
        ("SEAL_PROVIDERS", "application/ofd", lambda: environment.pairs("SEAL_PROVIDERS", "a=b"), "is written as in a=b"),
        ("SIGN_IN_RATE", "120", lambda: environment.rates("SIGN_IN_RATE", r"\d+/m/ip", "120/m/ip"), "as in 120/m/ip, not '120'"),
    ],
)  # fmt: skip
def test_a_value_that_would_fail_later_is_said_at_the_start(monkeypatch, name, value, reader, says):
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.WrongSetting) as caught:
        reader()
    assert name in str(caught.value)
    assert says in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_addresses_that_are_whole_are_taken_as_they_are(monkeypatch):
    for name, value in {
        "DATABASE_URL": "postgresql://portal_web:1%2F2%23@[::1]:5432/portal?host=/run/a@b&sslmode=require",
        "EMAIL_URL": "smtp+tls://portal@example.cn:a%3Fb@mail.example.cn:587",
        "BROKER_URL": "redis://:word@queue:6379/0",
        "SCANNER_URL": "clamd:///run/clamav/clamd@1",
        "STORAGE_URL": "s3://key:a%2Fb@bucket/prefix?endpoint=https://user@store.example.cn:9000",
    }.items():
        monkeypatch.setenv(name, value)
        assert environment.address(name, value.split("://")[0]) == value


@pytest.mark.parametrize("url", ["s3:///prefix", "file://var/files", "file:///"])
def test_a_storage_that_names_no_place_is_refused(url):
    with pytest.raises(environment.WrongSetting, match="STORAGE_URL names"):
        addresses.storage(url, Path("var/files"))
