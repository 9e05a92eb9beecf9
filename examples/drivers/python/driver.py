"""A process that `loadgen strategy explain --client` can watch: boto3's credentials.

It speaks the line protocol of examples/drivers: JSON lines on stdin and stdout. Each
resolve runs in a thread of its own, as an application's would, and takes the way of a
signed API call: Session.get_credentials() loads, get_frozen_credentials() looks at what
was loaded.

The optional argument names the provider: chain (the default) is the default chain.
"""

import json
import sys
import threading

import boto3
import botocore

session = boto3.Session()
write = threading.Lock()


def say(line):
    with write:
        print(json.dumps(line), flush=True)


def resolve(number, client):
    try:
        held = client.get_credentials()
        if held is None:
            # What a client raises for the first API call.
            raise botocore.exceptions.NoCredentialsError
        keys = held.get_frozen_credentials()
        expiry = getattr(held, "_expiry_time", None)
        line = {
            "result": number,
            "ok": True,
            "access_key_id": keys.access_key or "",
            "expires": expiry.strftime("%Y-%m-%dT%H:%M:%SZ") if expiry else "",
        }
    except Exception as e:  # whatever it is, it is what the user sees
        line = {"result": number, "ok": False, "error": f"{type(e).__name__}: {e}"}
    say(line)


def main():
    global session
    if sys.argv[1:] not in ([], ["chain"]):
        sys.exit("driver.py: the only provider is chain")
    say({"protocol": 1, "sdk": "botocore", "version": botocore.__version__})
    calls = []
    for line in sys.stdin:
        wish = json.loads(line)
        if wish.get("client") == "new":
            session = boto3.Session()
        call = threading.Thread(target=resolve, args=(wish["resolve"], session))
        call.start()
        calls.append(call)
    for call in calls:
        call.join()


main()
