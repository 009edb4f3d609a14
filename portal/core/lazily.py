"""Libraries that take long to load, loaded when they are first used.

Every command, worker and server loads the whole portal; few of them draw a chart or spell a name in pinyin. The web
server loads them before it divides (`portal.wsgi`), so nobody waits for them, and its threads never load at once.
"""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType
from typing import Final

# Each with a name it has, which makes it load.
SLOW: Final = {
    "altair": "Chart",
    "cn2an": "an2cn",
    "pypinyin": "lazy_pinyin",
    "portal.core.seals_pdf": "pdf",
    "portal.audit.stamps": "ask",
}


def lazily(name: str) -> ModuleType:
    """The module of this name; its code runs at the first look for anything in it. Raises ModuleNotFoundError."""
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    spec.loader = LazyLoader(spec.loader)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def load_now() -> None:
    """Load all of them."""
    for name, attribute in SLOW.items():
        getattr(lazily(name), attribute)
