"""Documents of the portal as PDF: Typst templates under templates/typst, filled with data and never with code.

The data go in as one JSON text; a template places strings, it does not evaluate them. The same data give the same
bytes: the moment of making is part of the data, fonts come from the font package alone, nothing is fetched.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn as fonts
import structlog
import typst
from django.conf import settings

from portal.core import charts
from portal.core.glyphs import printable

FOLDER: Final = Path(settings.BASE_DIR) / "templates" / "typst"
# PDF/A-2a for the archive (text can be read out and searched in decades), tagged for screen readers.
STANDARD: Final = "a-2a"
log = structlog.get_logger(__name__)
_one_at_a_time = threading.Lock()


class TemplateFault(Exception):
    """A template and its data do not fit: a mistake of the portal, not of a person."""


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folder = Path(fonts.sans_path()).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def render(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of `templates/typst/<template>.typ` with the data of its shape (see portal.core.shapes).

    data["made_at"]: ISO moment with its zone; the only time in the file, so the same data give the same bytes.
    Charts that come as their specification (shapes.Drawing) are drawn here. Raises TemplateFault when a value the
    template needs is missing.
    """
    made_at = datetime.fromisoformat(data["made_at"])
    missing: set[str] = set()
    data = _drawn(printable(data, missing))
    data["missing"] = [f"U+{ord(sign):04X}" for sign in sorted(missing)][:40]
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    try:
        with _one_at_a_time:
            compiler = typst.Compiler(
                str(FOLDER / f"{template}.typ"),
                root=str(FOLDER),
                font_paths=_fonts(),
                ignore_system_fonts=True,
                sys_inputs={"data": text},
                package_path=str(FOLDER / "none"),
                package_cache_path=str(FOLDER / "none"),
            )
            made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=made_at)
    except typst.TypstError as error:
        log.exception("document_failed", template=template, reason=error.message)
        raise TemplateFault(f"{template}: {error.message}") from error
    if not isinstance(made, bytes):
        raise TemplateFault(f"{template}: nothing was made")
    return made


def _drawn(value: Any) -> Any:
    """The data with each chart's specification replaced by its drawing."""
    if isinstance(value, dict):
        if value.get("kind") == "chart" and "spec" in value:
            return {key: item for key, item in value.items() if key != "spec"} | {"svg": charts.to_svg(value["spec"])}
        return {key: _drawn(item) for key, item in value.items()}
    return [_drawn(item) for item in value] if isinstance(value, list) else value
