"""Reading JSON of a fixed shape: each value is checked, and what is wrong is named by its path. Pure Python."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

LARGEST_WHOLE: Final = 2**53 - 1  # what every reader of JSON holds exactly (I-JSON, RFC 7493)


class InvalidInstance(ValueError):
    """The question itself is malformed. path: JSON pointer (RFC 6901) of the bad field; code: what is wrong."""

    def __init__(self, path: str, code: str, message: str) -> None:
        super().__init__(f"{path or '/'}: {message}")
        self.path, self.code, self.message = path, code, message


def count(data: Any, path: str) -> int:
    """A whole number from 0 to 2**53 - 1."""
    if type(data) is not int or not 0 <= data <= LARGEST_WHOLE:
        raise InvalidInstance(path, "whole_number", "must be a whole number, not negative")
    return data


def text(data: Any, path: str) -> str:
    """Text that is not empty."""
    if not isinstance(data, str) or not data:
        raise InvalidInstance(path, "text", "must be text, not empty")
    if any("\ud800" <= sign <= "\udfff" for sign in data):
        raise InvalidInstance(path, "text", "holds half of a surrogate pair, which cannot be written down")
    return data


def names(data: Any, path: str) -> tuple[str, ...]:
    """A list of different texts, sorted."""
    found = tuple(text(item, f"{path}/{at}") for at, item in items(data, path))
    if len(set(found)) < len(found):
        raise InvalidInstance(path, "repeated", "a name stands here twice")
    return tuple(sorted(found))


def items(data: Any, path: str) -> list[tuple[int, Any]]:
    """The items of a list with their places, for the path."""
    if not isinstance(data, list):
        raise InvalidInstance(path, "list", "must be a list")
    return list(enumerate(data))


def fields(data: Any, path: str, needed: set[str], optional: set[str]) -> Mapping[str, Any]:
    """An object with all needed names and none that the format does not have."""
    if not isinstance(data, dict):
        raise InvalidInstance(path, "object", "must be an object")
    if missing := needed - data.keys():
        raise InvalidInstance(f"{path}/{min(missing)}", "missing", "is missing")
    if unknown := data.keys() - needed - optional:
        name = min(unknown, key=str)
        raise InvalidInstance(f"{path}/{escaped(str(name))}", "unknown_field", "is not a field of this format")
    return data


def escaped(key: str) -> str:
    """A key as one step of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def read_file(path: Path) -> Any:
    """The JSON value of a file, "-" for standard input. Raises InvalidInstance where it has none."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except OSError as error:
        raise InvalidInstance("", "file", f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInstance("", "json", f"is not JSON: {error}") from error


def write_out(value: Any) -> None:
    """One JSON value, indented, to standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def run_command(package: str, command: str, words: str, doc: str | None, act: Callable[[Any], tuple[Any, int]]) -> int:
    """`python -m PACKAGE COMMAND IN.json > OUT.json`. act: what is read in; what is written and the exit code out.

    Returns the exit code; 2 for bad input, with its path on standard error and nothing on standard output.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=doc)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser(command, help=words).add_argument("input", type=Path)
    try:
        answer, code = act(read_file(parser.parse_args().input))
    except InvalidInstance as error:
        sys.stderr.write(f"{error}\n")
        return 2
    write_out(answer)
    return code


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
