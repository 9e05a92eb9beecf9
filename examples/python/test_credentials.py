"""How an application that uses botocore (boto3, the AWS CLI) gets its
credentials: from the mock, whose path is in $MOCKIMDS."""

import os
import re
import subprocess
import time
import unittest
from unittest import mock

import botocore.exceptions
import botocore.session


# README: python
def mockimds(test, *args):
    """Run the mock until the test ends, and give the test its environment."""
    command = [os.environ["MOCKIMDS"], "--print-env", *args]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    test.addCleanup(server.communicate)
    test.addCleanup(server.terminate)
    said = os.read(server.stdout.fileno(), 4096)
    environment = re.findall(r"export (\w+)=(.+)", said.decode())
    patch = mock.patch.dict(os.environ, environment)
    patch.start()
    test.addCleanup(patch.stop)
# end README


# SERVICES are what the mock can be, with a limit that one start uses up.
SERVICES = {
    "ecs": ["--limit", "1/h,1"],
}


def start():
    """Do what a starting application does. Its session has an empty cache."""
    return botocore.session.Session().get_credentials().get_frozen_credentials()


class CredentialsTest(unittest.TestCase):
    def test_the_credentials_are_the_mocks(self):
        for service in SERVICES:
            with self.subTest(service):
                mockimds(self, "--service", service)
                self.assertRegex(start().access_key, "^ASIAFAKE.*EXAMPLE$")
                self.doCleanups()

    def test_throttled_for_an_hour_botocore_gives_up(self):
        for service, limit in SERVICES.items():
            with self.subTest(service):
                mockimds(self, "--service", service, *limit)
                start()
                with self.assertRaisesRegex(botocore.exceptions.CredentialRetrievalError, "429"):
                    start()
                self.doCleanups()

    def test_throttled_for_a_second_botocore_tries_again(self):
        # It waits a second before it tries again, and then there is a token.
        mockimds(self, "--limit", "1/s,1")
        start()
        begun = time.monotonic()
        self.assertRegex(start().access_key, "^ASIAFAKE.*EXAMPLE$")
        self.assertGreater(time.monotonic() - begun, 0.9)


if __name__ == "__main__":
    unittest.main()
