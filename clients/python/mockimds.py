"""mockimds in the tests of Python programs.

``Mock`` runs the mock as a child process, and says what it has seen:

    with Mock("--limit", "1/h,1") as mock, mock.environment():
        ...  # botocore gets its credentials from the mock
        assert [r.status for r in mock.requests("credentials")] == [200, 429]

With pytest there is a fixture of the same name as this module, which does both for
the rest of the test (of a copy, conftest.py has to import it):

    def test_throttled(mockimds):
        mock = mockimds("--limit", "1/h,1")

The program is $MOCKIMDS, or mockimds on the PATH. Its flags are those of
``mockimds --help``. Needs Python 3.9 or newer, and nothing else.
"""

import contextlib
import json
import os
import queue
import subprocess
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Optional
from unittest import mock as _mock

# The mock prints its address within milliseconds; a busy machine takes longer.
START_TIMEOUT = 30.0
STOP_TIMEOUT = 15.0

# What would lead an SDK to other credentials than the mock's. A region, a proxy and
# the settings of retries stay as they are.
_ELSEWHERE = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
)


class MockError(Exception):
    """The mock did not start, or refused what it was asked for."""


@dataclass(frozen=True)
class Request:
    """A request that the mock has seen."""

    at: float  # seconds since the mock began
    outcome: str  # served, throttled, error, failed, lost, dropped, ...
    status: Optional[int]  # None if there was no answer
    method: str
    path: str  # without IDs that give access to credentials
    route: str  # credentials, role, token, metadata, ...
    task: Optional[int]  # None for a stranger
    agent: str  # User-Agent
    token: bool  # whether it showed a token


class Mock:
    """A mock that serves until it is closed, or until this process ends."""

    def __init__(self, *args):
        program = os.environ.get("MOCKIMDS", "mockimds")
        command = [program, "--print-env=json", "--admin", "127.0.0.1:0", "--until-stdin-closes", *args]
        self._stderr = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr
            )
        except OSError as error:
            self._stderr.close()
            raise MockError(f"{program} cannot be run ({error}): set MOCKIMDS to its path") from error
        try:
            greeting = json.loads(self._first_line())
        except BaseException:
            self.close()
            raise
        self.address = greeting["address"]
        self.admin = greeting["admin"]
        self.variables = greeting["environment"]  # of the first task
        self.tasks = greeting["tasks"]  # the environment of each is in "environment"
        self.token_file = self.variables.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        self._since = 0

    def _first_line(self):
        lines = queue.Queue()
        reader = threading.Thread(target=lambda: lines.put(self._process.stdout.readline()), daemon=True)
        reader.start()
        try:
            line = lines.get(timeout=START_TIMEOUT)
        except queue.Empty:
            raise MockError(f"mockimds said nothing for {START_TIMEOUT:.0f} s\n{self.stderr()}") from None
        if not line.endswith(b"\n"):
            self._process.wait()
            raise MockError(f"mockimds did not start: exit code {self._process.returncode}\n{self.stderr()}")
        return line

    def stderr(self):
        """What the mock has said on stderr."""
        if self._stderr.closed:
            return ""
        at = os.pread(self._stderr.fileno(), 1 << 20, 0) if hasattr(os, "pread") else b""
        return at.decode(errors="replace")

    def close(self):
        """End the mock. Once is enough, and twice does no harm."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        self._stderr.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @contextlib.contextmanager
    def environment(self, task=0):
        """The environment of a task, and none that leads an SDK elsewhere."""
        before = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
        nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        variables = {**before, **nowhere, **self.tasks[task]["environment"]}
        with _mock.patch.dict(os.environ, variables, clear=True):
            yield self

    def requests(self, route=None):
        """The requests since the start or the last reset, the first one first."""
        query = {"since": self._since, **({"route": route} if route else {})}
        answer = self.call("GET", "/v1/requests?" + urllib.parse.urlencode(query))
        if answer["dropped"]:
            raise MockError(f"{answer['dropped']} requests are no longer remembered: look earlier, or give --requests FILE")
        seen = [
            Request(
                r["at_s"], r["outcome"], r.get("status"), r["method"], r["path"], r["route"],
                r.get("task"), r.get("agent", ""), r["token"],
            )
            for r in answer["requests"]
        ]
        return sorted(seen, key=lambda r: r.at)  # the log has them as they are answered

    def forget(self):
        """Begin the list of requests anew, and leave all else as it is."""
        self._since = self.call("GET", "/v1/requests?limit=0")["next"]

    def answer(self, answers, routes=None, name="answers"):
        """What the next requests get that no limit refuses, such as "429,429,ok"."""
        self.fault(fault=name, kind="answers", answers=answers.split(","), **({"routes": routes} if routes else {}))

    def fault(self, **fault):
        """Add a fault, with the keys that a profile has: fault(fault="x", kind="status", status=503, count=7)."""
        return self.call("POST", "/v1/hosts/all/faults", fault)

    def lift(self, name):
        """End a fault."""
        return self.call("DELETE", f"/v1/hosts/all/faults/{name}")

    def limit(self, rate, burst, name="limit"):
        """Change a limit, such as "40/s" and 60. What is left carries over."""
        return self.call("PUT", f"/v1/hosts/all/limits/{name}", {"rate": rate, "burst": burst})

    def issue(self, expires_in=None):
        """Issue new credentials to all tasks, with so much life left, such as "90s"."""
        return self.call("POST", "/v1/credentials", {"expires_in": expires_in} if expires_in else {})

    def restart(self, down="1s", pending="0s"):
        """Restart the agent: its port is closed for a while, then it has no credentials for another."""
        return self.fault(fault="restart", kind="restart", **{"for": down, "pending": pending})

    def reset(self):
        """Begin anew: limits, faults, counts and requests are as at the start."""
        self._since = 0
        return self.call("POST", "/v1/reset", {"limits": "initial"})

    def call(self, method, path, body=None):
        """Ask the admin API, which docs/operating.md describes."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.admin + path, data=data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=START_TIMEOUT) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise MockError(f"{method} {path}: {error.code}\n{error.read().decode(errors='replace')}") from None


def gaps(requests):
    """The seconds from each request to the next: the rhythm of a client."""
    return [after.at - before.at for before, after in zip(requests, requests[1:])]


try:
    import pytest
except ImportError:
    pass
else:

    @pytest.fixture
    def mockimds():
        """Runs mocks until the end of the test, with the environment of the last one's first task."""
        with contextlib.ExitStack() as stack:

            def start(*args):
                mock = stack.enter_context(Mock(*args))
                return stack.enter_context(mock.environment())

            yield start
