"""Declaring a check: one function, one file; it reads the dossier's loaded rows and sends no query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@dataclass(frozen=True)
class Check:
    """A declared check. section: where it is mended; fields: what it reads; source: the rule behind it."""

    code: str
    label: Text
    source: str
    severity: Severity
    section: str
    fields: tuple[str, ...]
    judge: Callable[[Application, RuleSet], Text | None]


@dataclass(frozen=True)
class Finding:
    """What a check found: the sentence says what is wrong and how to mend it."""

    check: Check
    text: Text

    @property
    def code(self) -> str:
        """The check's code."""
        return self.check.code

    @property
    def severity(self) -> Severity:
        """Whether it blocks the submission."""
        return self.check.severity

    @property
    def section(self) -> str:
        """The section where it is mended."""
        return self.check.section

    @property
    def route(self) -> str:
        """The page on which it is mended."""
        return f"applications:{self.check.section}"

    @property
    def tone(self) -> str:
        """How it is coloured (components)."""
        return {Severity.BLOCKS: "bad", Severity.WARNS: "wait"}.get(self.severity, "plain")

    @property
    def severity_label(self) -> str:
        """What it does, in words."""
        return str(self.check.severity.label)

    @property
    def field(self) -> str:
        """The first field it read: the link leads there."""
        return self.check.fields[0] if self.check.fields else ""

    @property
    def blocks(self) -> bool:
        """Whether the submission is refused."""
        return self.severity == Severity.BLOCKS


Judge = Callable[[Application, RuleSet], Text | None]
CHECKS: Final[dict[str, Check]] = {}


def check(
    label: Text, *, source: str, severity: Severity, section: str, fields: tuple[str, ...] = ()
) -> Callable[[Judge], Judge]:
    """Declare the check of this name. The function gives None when all is well, else the sentence."""

    def keep(judge: Judge) -> Judge:
        code = judge.__name__
        if code in CHECKS:
            raise ValueError(f"Two checks are named {code}.")
        CHECKS[code] = Check(code, label, source, severity, section, fields, judge)
        return judge

    return keep
