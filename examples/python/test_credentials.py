"""How an application that uses botocore (boto3, the AWS CLI) gets its
credentials: from the mock, whose path is in $MOCKIMDS."""

import contextlib
import os
import re
import subprocess
import time
import unittest
from unittest import mock

import botocore.session
from botocore.exceptions import CredentialRetrievalError, NoCredentialsError


# excerpt: python
@contextlib.contextmanager
def mockimds(*args):
    """Run the mock, and set the environment that makes an SDK use it."""
    command = [os.environ["MOCKIMDS"], "--print-env", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        said = os.read(server.stdout.fileno(), 4096).decode()
        environment = re.findall(r"export (\w+)=(.+)", said)
        try:
            assert environment, "mockimds did not start"
            with mock.patch.dict(os.environ, environment):
                yield
        finally:
            server.terminate()
# end excerpt


# SERVICES are what the mock can be, with a limit that one start uses up, and
# how the next one fails.
SERVICES = [
    ("ecs", "1/h,1", CredentialRetrievalError),
    ("eks-pod-identity", "1/h,1", CredentialRetrievalError),
    ("imds", "1/h,3", NoCredentialsError),  # a token, the role, its credentials
]


def start():
    """Do what a starting application does. Its session has an empty cache."""
    if path := os.environ.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"):
        # Old versions (1.29) read the token from the environment only.
        with open(path, encoding="ascii") as token:
            os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = token.read()
    credentials = botocore.session.Session().get_credentials()
    if credentials is None:
        raise NoCredentialsError  # as a client does when it is to sign a request
    return credentials.get_frozen_credentials()


class CredentialsTest(unittest.TestCase):
    def test_the_credentials_are_the_mocks(self):
        for service, _, _ in SERVICES:
            with self.subTest(service), mockimds("--service", service):
                self.assertRegex(start().access_key, "^ASIAFAKE.*EXAMPLE$")

    def test_throttled_for_an_hour_botocore_gives_up(self):
        for service, limit, failure in SERVICES:
            with self.subTest(service), mockimds("--service", service, "--limit", limit):
                start()
                self.assertRaises(failure, start)

    def test_throttled_for_a_second_botocore_tries_again(self):
        # It waits a second before it tries again, and then there is a token.
        with mockimds("--limit", "1/s,1"):
            start()
            begun = time.monotonic()
            self.assertRegex(start().access_key, "^ASIAFAKE.*EXAMPLE$")
            self.assertGreater(time.monotonic() - begun, 0.9)


if __name__ == "__main__":
    unittest.main()
