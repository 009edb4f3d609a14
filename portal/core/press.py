"""Many documents at the speed of all cores: a few processes that set documents and nothing else.

    with Press() as press:
        for made in press.all((template, data) for …):      # PDFs in the order in which they were asked for

Each process is this module, run by itself: it reads a template's name and data from its input, writes the PDF, and
ends when the input ends, so also when who started it is killed. It has no database and no person.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any, Final, Self

from django.conf import settings

from portal.core.pdf import TemplateFault, render

_HEAD: Final = struct.Struct(">?Q")  # whether it went well, how many bytes follow
AHEAD: Final = 2  # documents asked for ahead, for each process


def _write(stream: IO[bytes], content: bytes, *, is_good: bool = True) -> None:
    stream.write(_HEAD.pack(is_good, len(content)))
    stream.write(content)
    stream.flush()


def _read(stream: IO[bytes]) -> tuple[bool, bytes] | None:
    """What comes next; none at the end."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    is_good, size = _HEAD.unpack(head)
    content = stream.read(size)
    return (is_good, content) if len(content) == size else None


class Press:
    """As many processes as there are cores, or `size`; they end with the block."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size or len(os.sched_getaffinity(0))
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="press")

    def __enter__(self) -> Self:
        for _number in range(self.size):
            process = subprocess.Popen(
                [sys.executable, "-m", "portal.core.press"],
                cwd=settings.BASE_DIR,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self._processes.append(process)
            self._free.put(process)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._threads.shutdown(wait=kind is None, cancel_futures=True)
        for process in self._processes:
            if kind is not None:
                process.kill()
            else:
                process.communicate()
        self._threads.shutdown(wait=True)
        for process in self._processes:
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def all(self, wanted: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[bytes]:
        """The PDF of each template with its data, in their order; a few are set ahead while earlier ones are taken.

        Raises TemplateFault as `portal.core.pdf.render` does.
        """
        under_way: deque[Future[bytes]] = deque()
        for template, data in wanted:
            under_way.append(self._threads.submit(self._set, template, data))
            if len(under_way) > AHEAD * self.size:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    def _set(self, template: str, data: dict[str, Any]) -> bytes:
        process = self._free.get()
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
            _write(process.stdin, json.dumps([template, data], ensure_ascii=False).encode())
            found = _read(process.stdout)
        finally:
            self._free.put(process)
        if found is None:
            raise TemplateFault(f"{template}: the process that sets documents ended")
        is_good, content = found
        if not is_good:
            raise TemplateFault(content.decode())
        return content


def serve(wanted: IO[bytes], made: IO[bytes]) -> None:
    """Set what is asked for, one after the other, until the input ends."""
    while (found := _read(wanted)) is not None:
        template, data = json.loads(found[1])
        try:
            _write(made, render(template, data))
        except TemplateFault as error:
            _write(made, str(error).encode(), is_good=False)


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # what is said in the log is no answer
    serve(sys.stdin.buffer, answers)
