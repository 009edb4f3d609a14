"""The web server of a real host. Scale by more web containers, not by more processes in one."""

import os
import tempfile
from typing import Any

# Containers share VAR_DIR and all number their processes from 1: each keeps its counters in its own memory.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="metrics-"))


def child_exit(server: Any, worker: Any) -> None:
    """A process that ended counts no longer as living."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - it looks for its folder when it is loaded

    multiprocess.mark_process_dead(worker.pid)


bind = "0.0.0.0:8000"  # inside the container's network, behind the proxy
worker_class = "portal.web_worker.Patient"  # gthread, without the slow: a line that does not move keeps no thread
workers = 2
threads = 4
preload_app = True  # an unsafe environment ends the master at once, with its sentence
timeout = 60
graceful_timeout = 20
# No max_requests: nothing grows with requests, and a process that is replaced is one that answers nobody meanwhile.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the root file system is read-only
control_socket_disable = True
forwarder_headers = ""  # no caller says where the portal is mounted or which path it asks for (SCRIPT_NAME, PATH_INFO)
accesslog = None  # each request has a line of the portal's own, with its request id
