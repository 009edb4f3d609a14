"""The web server as it is started: no caller says where the portal is mounted, or which path is asked for."""

from __future__ import annotations

import subprocess
import sys
from http.client import HTTPConnection

import pytest

from portal.run import stack
from tests.environment import ROOT
from tests.run.runner import free_ports
from tests.run.worker import until

SHOWS = "wsgiref.simple_server:demo_app"  # it answers with what the server handed to it
LINES = {
    "run": stack.COMMANDS["web"].replace("portal.wsgi", SHOWS),
    "deploy": f"-m gunicorn --config deploy/gunicorn.conf.py {SHOWS} --bind 127.0.0.1:{{port}}",
}


def answers(port):
    try:
        return asked(port)[0] == 200
    except OSError:
        return False


def asked(port, **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/account/login/", headers=headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


@pytest.mark.parametrize("line", LINES)
def test_headers_of_a_caller_mount_the_portal_nowhere_else(line):
    port = free_ports(1)
    child = subprocess.Popen([sys.executable, *LINES[line].format(port=port).split()], cwd=ROOT)
    try:
        until(lambda: answers(port))
        for headers in ({"SCRIPT_NAME": "/x"}, {"SCRIPT_NAME": "/account"}, {"PATH_INFO": "/people/"}):
            status, shown = asked(port, **headers)
            assert status == 200
            assert "SCRIPT_NAME = ''" in shown
            assert "PATH_INFO = '/account/login/'" in shown
    finally:
        child.terminate()
        child.wait(20)
