"""What botocore makes of the AWS APIs that a task needs before it starts."""

import gzip
import time
import urllib.error
import urllib.request

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError

# What a start of a task asks for.
CALLS = {
    "ecr": lambda c: c.get_authorization_token(),
    "secretsmanager": lambda c: c.get_secret_value(SecretId="app"),
    "ssm": lambda c: c.get_parameters(Names=["app"], WithDecryption=True),
    "logs": lambda c: c.create_log_stream(logGroupName="/ecs/app", logStreamName="app/1"),
}


def client(service, attempts=1, **settings):
    """A client that finds the mock by its environment."""
    session = botocore.session.Session()
    session.set_credentials("ASIAFAKE", "none")
    retries = {"mode": "standard", "total_max_attempts": attempts}
    return session.create_client(service, config=Config(retries=retries, **settings))


def code(error):
    return error.value.response["Error"]["Code"]


@pytest.mark.parametrize("service", CALLS)
def test_throttled(mockimds, service):
    mock = mockimds("--service", service, "--limit", "1/h,1")
    CALLS[service](client(service))
    with pytest.raises(ClientError) as error:
        CALLS[service](client(service, attempts=3))
    assert code(error) == "ThrottlingException"
    assert [r.status for r in mock.requests()] == [200, 400, 400, 400]


@pytest.mark.parametrize("service", CALLS)
def test_denied(mockimds, service):
    mock = mockimds("--service", service, "--fault", '{"kind":"status","status":400,"body":"AccessDeniedException"}')
    with pytest.raises(ClientError, match="is not authorized to perform: " + service) as error:
        CALLS[service](client(service, attempts=3))
    assert code(error) == "AccessDeniedException"
    assert len(mock.requests()) == 1  # which no client tries again


@pytest.mark.parametrize("service", CALLS)
def test_black_hole(mockimds, service):
    mockimds("--service", service, "--black-hole")
    with pytest.raises(ConnectTimeoutError):
        CALLS[service](client(service, connect_timeout=0.2))


def test_missing(mockimds):
    mockimds("--service", "secretsmanager", "--secret", "other")
    secrets = client("secretsmanager")
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId="app")
    assert secrets.get_secret_value(SecretId="other")["SecretString"].startswith("not-a-real-secret-")

    mockimds("--service", "ssm", "--parameter", "other=1")
    got = client("ssm").get_parameters(Names=["app", "other"])
    assert got["InvalidParameters"] == ["app"]
    assert [p["Value"] for p in got["Parameters"]] == ["1"]

    mockimds("--service", "ecr", "--repository", "other")
    registry = client("ecr")
    with pytest.raises(registry.exceptions.RepositoryNotFoundException):
        registry.batch_get_image(repositoryName="app", imageIds=[{"imageTag": "latest"}])


def test_versions(mockimds):
    mockimds("--service", "ssm", "--parameter", "/app/a=1", "--parameter", "/app/b=2")
    parameters = client("ssm")
    assert parameters.get_parameter(Name="/app/a:1")["Parameter"]["Value"] == "1"
    with pytest.raises(parameters.exceptions.ParameterVersionNotFound):
        parameters.get_parameter(Name="/app/a:2")
    with pytest.raises(parameters.exceptions.ParameterNotFound):
        parameters.get_parameter(Name="/app/c")
    pages = parameters.get_paginator("get_parameters_by_path").paginate(Path="/app", PaginationConfig={"PageSize": 1})
    assert [[p["Name"] for p in page["Parameters"]] for page in pages] == [["/app/a"], ["/app/b"]]

    mockimds("--service", "secretsmanager", "--secret", "app=hunter2")
    secrets = client("secretsmanager")
    (version,) = secrets.describe_secret(SecretId="app")["VersionIdsToStages"]
    assert secrets.get_secret_value(SecretId="app", VersionId=version)["SecretString"] == "hunter2"
    with pytest.raises(secrets.exceptions.ResourceNotFoundException, match="AWSPREVIOUS"):
        secrets.get_secret_value(SecretId="app", VersionStage="AWSPREVIOUS")


def test_log_events(mockimds):
    mockimds("--service", "logs", "--log-group", "/ecs/app")
    logs = client("logs")
    now = int(time.time() * 1000)
    stream = {"logGroupName": "/ecs/app", "logStreamName": "app/1"}
    events = [{"timestamp": now, "message": "started"}]
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="stream"):
        logs.put_log_events(logEvents=events, **stream)
    logs.create_log_stream(**stream)
    assert "rejectedLogEventsInfo" not in logs.put_log_events(logEvents=events, **stream)
    old = [{"timestamp": now - 15 * 86400 * 1000, "message": "old"}]
    assert logs.put_log_events(logEvents=old + events, **stream)["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 1}
    with pytest.raises(logs.exceptions.InvalidParameterException, match="chronological"):
        logs.put_log_events(logEvents=[{"timestamp": now + 1, "message": "a"}] + events, **stream)


def test_log_streams(mockimds):
    mockimds("--service", "logs", "--log-group", "/ecs/other")
    logs = client("logs")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.create_log_stream(logGroupName="/ecs/app", logStreamName="app/1")
    logs.create_log_group(logGroupName="/ecs/app")
    logs.create_log_stream(logGroupName="/ecs/app", logStreamName="app/1")
    with pytest.raises(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(logGroupName="/ecs/app", logStreamName="app/1")
    with pytest.raises(logs.exceptions.InvalidParameterException, match="pattern"):
        logs.create_log_stream(logGroupName="/ecs/app", logStreamName="app:1")
    pages = logs.get_paginator("describe_log_streams").paginate(
        logGroupName="/ecs/app", descending=True, PaginationConfig={"PageSize": 1}
    )
    logs.create_log_stream(logGroupName="/ecs/app", logStreamName="app/2")
    assert [[s["logStreamName"] for s in page["logStreams"]] for page in pages] == [["app/2"], ["app/1"]]
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.describe_log_streams(logGroupName="/ecs/none")


def test_retention(mockimds):
    mockimds("--service", "logs", "--log-group", "/ecs/app")
    logs = client("logs")
    logs.put_retention_policy(logGroupName="/ecs/app", retentionInDays=14)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 14
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.put_retention_policy(logGroupName="/ecs/app", retentionInDays=10)


def test_compressed(mockimds):
    """The agent of CloudWatch compresses log events; botocore leaves that to a handler."""
    mockimds("--service", "logs", "--log-group", "/ecs/app")
    logs = client("logs")

    def compress(request, **_):
        request.data = gzip.compress(request.data)
        request.headers["Content-Encoding"] = "gzip"

    logs.create_log_stream(logGroupName="/ecs/app", logStreamName="app/1")
    logs.meta.events.register("request-created.cloudwatch-logs.PutLogEvents", compress)
    events = [{"timestamp": int(time.time() * 1000), "message": "started"}]
    got = logs.put_log_events(logGroupName="/ecs/app", logStreamName="app/1", logEvents=events)
    assert "rejectedLogEventsInfo" not in got


@pytest.mark.parametrize(
    "service, names, code, text",
    [
        ("secretsmanager", {"SecretId": "my app"}, "ValidationException", "Invalid name. Must be a valid name"),
        ("ssm", {"Name": "my app"}, "ValidationException", "can't be prefixed with"),
        ("ecr", {"repositoryName": "App", "layerDigest": "sha256:00"}, "InvalidParameterException", "Invalid parameter at"),
        ("logs", {"logGroupName": "my app"}, "InvalidParameterException", "at 'logGroupName' failed to satisfy"),
    ],
)
def test_wrong_names(mockimds, service, names, code, text):
    mockimds("--service", service)
    call = {
        "secretsmanager": "get_secret_value", "ssm": "get_parameter",
        "ecr": "get_download_url_for_layer", "logs": "create_log_group",
    }[service]  # fmt: skip
    with pytest.raises(ClientError, match=text) as error:
        getattr(client(service, parameter_validation=False), call)(**names)
    assert error.value.response["Error"]["Code"] == code


def test_other_protocols(mockimds):
    mock = mockimds("--service", "ssm")
    request = urllib.request.Request(mock.address, data=b'{"Names":["app"]}', headers={"X-Amz-Target": "AmazonSSM.GetParameters"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request)
    assert error.value.code == 404
    assert error.value.read() == b"<UnknownOperationException/>\n"
