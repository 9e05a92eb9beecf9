package imds

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
)

// capture is an exchange that somebody has recorded from a real server and published:
// the facts of it, without its keys and dates.
type capture struct {
	source   string // with the date of the capture
	options  Instance
	request  string   // its first line, and further lines
	status   string   // the status line behind the version
	headers  []string // in order, as on the wire
	body     string   // a pattern of the whole body
	length   int      // of the body; 0 is any
	persists bool     // the connection stays
}

// The headers of the instance metadata service, in the orders that were captured.
var (
	withBody = []string{
		"X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "Content-Type", "Accept-Ranges", "Last-Modified", "Content-Length", "Date", "Server", "Connection",
	}
	withoutBody = []string{"Content-Length", "Date", "Server", "Connection", "Content-Type"}
	ofToken     = []string{"X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "Content-Type", "Content-Length", "Date", "Server", "Connection"}
	ofPage      = []string{"Content-Type", "Content-Length", "Date", "Server", "Connection"}
)

const (
	isoDate  = `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
	roleKeys = `\{\n  "Code" : "Success",\n  "LastUpdated" : "` + isoDate + `",\n  "Type" : "AWS-HMAC",\n` +
		`  "AccessKeyId" : "ASIA[A-Z0-9]{16}",\n  "SecretAccessKey" : "[!-~]{40}",\n  "Token" : "[!-~]{1000,}",\n  "Expiration" : "` + isoDate + `"\n\}`
	xhtmlPage = `<\?xml version="1.0" encoding="iso-8859-1"\?>\n(?s:.*)</html>\n`
	smithy    = "smithy-lang/smithy-rs aws-config/test-data/default-credential-provider-chain, 2021"
)

var captures = []capture{
	{
		source: "captures of 2025-06-11 and 2026-09-17", options: Instance{TokensRequired: true},
		request: "GET / HTTP/1.1", status: "401 Unauthorized", headers: withoutBody,
	},
	{
		source: "captures of 2025-06-11 and 2026-09-17", options: Instance{TokensRequired: true},
		request: "GET /latest/meta-data/ HTTP/1.1", status: "401 Unauthorized", headers: withoutBody,
	},
	{
		source: "SAP/arp142-hana#197, 2024-07", options: Instance{TokensRequired: true, UnauthorizedPage: true},
		request: "GET /latest/meta-data/ HTTP/1.1", status: "401 Unauthorized", headers: ofPage,
		body: xhtmlPage, length: 343,
	},
	{
		source:  smithy + "; a capture of 2025-07-30",
		request: "PUT /latest/api/token HTTP/1.1\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 21600", status: "200 OK", headers: ofToken,
		body: `[A-Za-z0-9_-]{54}==`,
	},
	{
		source:  "jtblin/aws-mock-metadata, 2020-04-07",
		request: "GET /latest/api/token HTTP/1.1", status: "405 Not Allowed", headers: append([]string{"Allow"}, withoutBody...),
	},
	{
		source:  "a capture of 2022-02-13",
		request: "GET /latest/meta-data/iam/info HTTP/1.1", status: "200 OK", headers: withBody[1:],
		body: `\{\n  "Code" : "Success",\n  "LastUpdated" : "` + isoDate + `",\n  "InstanceProfileArn" : "arn:aws:iam::\d{12}:instance-profile/[\w-]+",\n` +
			`  "InstanceProfileId" : "AIPA[A-Z0-9]{17}"\n\}`,
	},
	{
		source:  smithy,
		request: "GET /latest/meta-data/iam/security-credentials HTTP/1.1\r\n{token}", status: "200 OK", headers: withBody, body: role,
	},
	{
		source:  smithy,
		request: "GET /latest/meta-data/iam/security-credentials/" + role + " HTTP/1.1\r\n{token}", status: "200 OK", headers: withBody, body: roleKeys,
	},
	{
		source:  smithy + " (the length of the page)",
		request: "GET /latest/meta-data/iam/no-such-thing HTTP/1.1", status: "404 Not Found", headers: ofPage,
		body: xhtmlPage, length: 339,
	},
	{
		source:  "aws-beam/aws_credentials#47, 2023-01",
		request: "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\nConnection: keep-alive", status: "200 OK",
		headers: slices.DeleteFunc(slices.Clone(withBody[1:]), func(h string) bool { return h == "Connection" }), body: role, persists: true,
	},
	{
		source: "DataDog/datadog-agent#55269, 2026-08", options: Instance{TokensRequired: true, Hops: 2},
		request: "GET /latest/meta-data/ HTTP/1.1", status: "401 Unauthorized", headers: withoutBody,
	},
}

// Every published exchange is answered as it was captured: status line, headers and
// their order, the shape of the body, and what becomes of the connection.
func TestCaptures(t *testing.T) {
	for _, c := range captures {
		line, _, _ := strings.Cut(c.request, "\r\n")
		t.Run(strings.TrimSuffix(line, " HTTP/1.1")+" "+c.source, func(t *testing.T) {
			c.options.Role = role
			h := New(Config{Service: service.IMDS, Instance: c.options, Seed: 1})
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			port := Serve(l, h, log.New(io.Discard, "", 0))
			defer func() { _ = port.Close() }()
			session := service.TokenHeader + ": " + string(h.surface.(*ec2).mint.issue(time.Now(), 60))
			request := strings.Replace(c.request, "{token}", session, 1) + "\r\nHost: 169.254.169.254\r\n\r\n"
			status, headers, body, persists := exchange(t, port.Addr().String(), request)
			if status != c.status {
				t.Errorf("status: got %q, want %q", status, c.status)
			}
			if !slices.Equal(headers, c.headers) {
				t.Errorf("headers: got %q, want %q", headers, c.headers)
			}
			if !regexp.MustCompile(`^` + c.body + `$`).MatchString(body) {
				t.Errorf("body: got %q, want %s", body, c.body)
			}
			if c.length > 0 && len(body) != c.length {
				t.Errorf("body: got %d bytes, want %d", len(body), c.length)
			}
			if persists != c.persists {
				t.Errorf("the connection persists: got %v, want %v", persists, c.persists)
			}
		})
	}
}

// exchange sends a request as it is and reads the answer as it is.
func exchange(t *testing.T, address, request string) (status string, headers []string, body string, persists bool) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	var raw strings.Builder
	in := bufio.NewReader(io.TeeReader(conn, &raw))
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(raw.String(), "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	for _, line := range lines[1:] {
		name, _, _ := strings.Cut(line, ":")
		headers = append(headers, name)
	}
	return strings.TrimPrefix(lines[0], "HTTP/1.1 "), headers, string(b), !resp.Close
}

// The time that a token has left counts down, rounded up, as in
// imds_default_chain_retries of smithy-lang/smithy-rs: 21599 a second after 21600 was
// asked for.
func TestTokenCountsDown(t *testing.T) {
	m := newMint(1)
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	session := string(m.issue(began, 21600))
	for _, test := range []struct {
		after time.Duration
		left  int
	}{
		{0, 21600}, {time.Millisecond, 21600}, {time.Second, 21599}, {82 * time.Second, 21518},
		{6*time.Hour - 1, 1}, {6 * time.Hour, 0},
	} {
		if left, known := m.check(began.Add(test.after), session); left != test.left || !known {
			t.Errorf("after %v: got %d, %v, want %d, true", test.after, left, known, test.left)
		}
	}
}

// documents that people have captured, as the paths of all their members in order.
// Source: Fargate: aws/amazon-ecs-agent#4285 (2024-07), #4351 (2025-03),
// aws/containers-roadmap#2850 (2026-08) for the zone's ID, and
// aws/amazon-ecs-service-connect-agent#132 (2026-01) for the service's name. EC2: the
// agent's own server, 1.105.1, and a capture of 2025-07 for the ARN of a container.
func TestCapturedDocuments(t *testing.T) {
	const (
		uuid = `[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`
		at   = `arn:aws:ecs:us-west-2:111122223333:`
	)
	task := Identify(1, 0, "app", 0)
	for flavour, want := range map[service.Flavour]struct{ keys, cluster string }{
		service.Fargate: {"Cluster TaskARN Family Revision DesiredStatus KnownStatus Limits PullStartedAt PullStoppedAt AvailabilityZone LaunchType " +
			"Containers ServiceName ClockDrift EphemeralStorageMetrics FaultInjectionEnabled AvailabilityZoneID", at + "cluster/default"},
		service.EC2: {"Cluster TaskARN Family Revision DesiredStatus KnownStatus Limits AvailabilityZone LaunchType " +
			"Containers VPCID ServiceName FaultInjectionEnabled", "default"},
	} {
		h := New(Config{Tasks: []Task{task}, ECS: ECSConfig{Flavour: flavour}})
		body := send(h, "GET", "/v4/"+task.EndpointID+"/task").Body.String()
		if got := strings.Join(keys(t, body), " "); got != want.keys {
			t.Errorf("%s: got %s, want %s", flavour, got, want.keys)
		}
		old := send(h, "GET", "/v3/"+task.EndpointID+"/task").Body.Bytes()
		for version, document := range map[string][]byte{"4": []byte(body), "3": old} {
			var got struct {
				Cluster    string
				Containers []struct {
					ContainerARN string
					Labels       map[string]string
				}
			}
			if err := json.Unmarshal(document, &got); err != nil {
				t.Fatal(err)
			}
			c := got.Containers[0]
			if got.Cluster != want.cluster || c.Labels[clusterLabel] != want.cluster {
				t.Errorf("%s, version %s: got the clusters %q and %q, want %q", flavour, version, got.Cluster, c.Labels[clusterLabel], want.cluster)
			}
			pattern := fmt.Sprintf("^%scontainer/default/[0-9a-f]{32}/%s$", at, uuid)
			if version == "4" && !regexp.MustCompile(pattern).MatchString(c.ContainerARN) {
				t.Errorf("%s: got %q, want %s", flavour, c.ContainerARN, pattern)
			}
		}
	}
}
