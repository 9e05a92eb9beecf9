"""What a test can say with mockimds, of botocore (boto3, the AWS CLI): copy from here."""

import base64
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import botocore.session
import pytest
from botocore.exceptions import CredentialRetrievalError, NoCredentialsError

import mockimds as module
from mockimds import Mock, MockError, gaps


def credentials():
    """What a starting application has: credentials that botocore keeps and refreshes."""
    got = botocore.session.Session().get_credentials()
    if got is None:
        raise NoCredentialsError  # as a client does when it is to sign a request
    return got


def start():
    """Do what a starting application does. Its session has an empty cache."""
    return credentials().get_frozen_credentials()


def statuses(requests):
    return [r.status for r in requests]


def eventually(condition, seconds=30):
    """Wait for a condition. Half a minute is for a busy machine."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.mark.parametrize("service", ["ecs", "eks-pod-identity", "imds"])
def test_the_credentials_are_the_mocks(mockimds, service):
    mock = mockimds("--service", service)
    assert start().access_key.startswith("ASIAFAKE")
    assert [r.outcome for r in mock.requests("credentials")] == ["served"]


def test_throttled_on_the_second_call(mockimds):
    mock = mockimds("--limit", "1/h,1")
    start()
    mock.forget()
    with pytest.raises(CredentialRetrievalError):  # what the application sees
        start()
    requests = mock.requests("credentials")
    assert statuses(requests) == [429, 429, 429]  # how many requests
    assert all(gap > 0.95 for gap in gaps(requests))  # in which rhythm: a second apart


def test_throttled_twice_and_then_served(mockimds):
    mock = mockimds("--answers", "429,429,ok")
    assert start().access_key.startswith("ASIAFAKE")
    assert statuses(mock.requests()) == [429, 429, 200]


def test_answers_while_it_serves(mockimds):
    mock = mockimds()
    start()
    mock.forget()
    mock.answer("503,ok")
    start()
    assert statuses(mock.requests()) == [503, 200]


def test_rotation(mockimds):
    # With less than ten minutes left botocore refreshes before it signs.
    mock = mockimds("--expires-in", "5m")
    kept = credentials()
    old = kept.get_frozen_credentials()
    mock.issue()
    new = kept.get_frozen_credentials()
    assert new.access_key != old.access_key
    mock.forget()
    assert kept.get_frozen_credentials() == new
    assert mock.requests() == []  # six hours are left


def test_a_container_is_a_hop_too_far(mockimds):
    mock = mockimds("--service", "imds", "--tokens", "required", "--hops", "2")
    with pytest.raises(NoCredentialsError):
        start()
    assert [r.outcome for r in mock.requests("token")] == ["lost"]
    assert mock.requests("credentials") == []


def test_with_a_hop_limit_of_two(mockimds):
    mock = mockimds("--service", "imds", "--tokens", "required", "--hops", "2", "--hop-limit", "2")
    assert start().access_key.startswith("ASIAFAKE")
    assert all(r.token for r in mock.requests("credentials"))


def test_an_agent_restart(mockimds):
    mock = mockimds()
    mock.restart(down="1h")
    with pytest.raises(CredentialRetrievalError):  # three tries in three seconds
        start()
    assert "served" not in [r.outcome for r in mock.requests()]
    mock.lift("restart")
    assert start().access_key.startswith("ASIAFAKE")


def test_after_a_restart_there_are_no_credentials_yet(mockimds):
    mock = mockimds("--pending", "1h")
    with pytest.raises(CredentialRetrievalError, match="503"):
        start()
    assert statuses(mock.requests()) == [503, 503, 503]


def test_pod_token_rotation(mockimds):
    # Kubelet replaces a token before it expires: of one that lives 20 s, after 16 to 19 s.
    mock = mockimds("--service", "eks-pod-identity", "--token-lifetime", "20s", "--expires-in", "5m")

    def token():
        with open(mock.token_file, encoding="ascii") as file:
            return file.read()

    kept, first = credentials(), token()
    kept.get_frozen_credentials()
    eventually(lambda: token() != first)
    claims = json.loads(base64.urlsafe_b64decode(first.split(".")[1] + "=="))
    eventually(lambda: time.time() > claims["exp"] + 1)
    refused = urllib.request.Request(mock.address + "/v1/credentials", headers={"Authorization": first})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(refused)
    mock.forget()
    kept.get_frozen_credentials()  # it reads the file again
    assert statuses(mock.requests()) == [200]


def test_reset(mockimds):
    mock = mockimds()
    mock.limit("1/h", 1)
    mock.answer("503,503,503,503")
    mock.reset()
    for _ in range(3):
        start()
    assert statuses(mock.requests()) == [200, 200, 200]


def test_two_roles(mockimds):
    roles = ["arn:aws:iam::444455556666:role/reader", "arn:aws:iam::777788889999:role/writer"]
    mock = mockimds("--role-arn", roles[0], "--role-arn", roles[1])
    keys = []
    for task in range(2):
        with mock.environment(task):
            keys.append(start().access_key)
    assert keys[0] != keys[1]
    assert [r.task for r in mock.requests()] == [0, 1]


def test_one_that_does_not_start_says_why():
    with pytest.raises(MockError, match="--limit") as error:
        Mock("--limit", "none")
    assert "exit code 2" in str(error.value)


def test_one_that_is_not_there(monkeypatch):
    monkeypatch.setenv("MOCKIMDS", "/nowhere/mockimds")
    with pytest.raises(MockError, match="set MOCKIMDS"):
        Mock()


def test_the_environment_comes_and_goes(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    with Mock() as mock, mock.environment():
        assert "AWS_ACCESS_KEY_ID" not in os.environ
        assert start().access_key.startswith("ASIAFAKE")
    assert os.environ["AWS_ACCESS_KEY_ID"] == "mine"
    assert "AWS_CONTAINER_CREDENTIALS_FULL_URI" not in os.environ
    mock.close()


def test_a_killed_test_runner_leaves_no_orphan():
    program = "import mockimds, os, sys; m = mockimds.Mock(); print(m.address, flush=True); os.kill(os.getpid(), 9)"
    here = os.path.dirname(os.path.abspath(module.__file__))
    ran = subprocess.run([sys.executable, "-c", program], cwd=here, stdout=subprocess.PIPE, check=False)
    address = ran.stdout.decode().strip()
    assert address.startswith("http://")

    def gone():
        try:
            urllib.request.urlopen(address, timeout=5)
        except urllib.error.HTTPError:
            return False  # 404: it is there
        except OSError:
            return True
        return False

    eventually(gone)
