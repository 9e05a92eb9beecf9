package startup

import (
	"strings"
	"testing"
	"time"
)

// Each cause that can occur at a leg gives exactly one text, and takes the deadline if
// nothing is answered, no time if it is refused.
func TestEveryCauseHasOneText(t *testing.T) {
	const deadline = 90 * time.Second
	for _, launch := range Launches() {
		for _, leg := range Legs() {
			for _, cause := range Causes() {
				var texts []string
				for _, r := range rows {
					for _, l := range r.Launches {
						for _, c := range r.Causes {
							if l == launch && c == cause && r.Leg == leg {
								texts = append(texts, r.Text)
							}
						}
					}
				}
				stop, ok := Reason(launch, leg, cause, deadline)
				switch {
				case !cause.Can(launch, leg):
					if ok {
						t.Errorf("%v %v %v: got %q of what cannot be", launch, leg, cause, stop.Text)
					}
					continue
				case len(texts) != 1 || !ok || stop.Text != texts[0]:
					t.Errorf("%v %v %v: got texts %q, want one", launch, leg, cause, texts)
					continue
				}
				want := time.Duration(0)
				if cause.Outcome() == BlackHole && leg > Telemetry {
					want = deadline
				}
				if stop.After != want {
					t.Errorf("%v %v %v: fails after %v, want %v", launch, leg, cause, stop.After, want)
				}
				if many := stop.Retries > 1; leg > Telemetry && cause != Throttled && many != (cause.Outcome() == BlackHole) {
					t.Errorf("%v %v %v: sent again %d times", launch, leg, cause, stop.Retries)
				}
			}
		}
	}
}

// The texts of the reports are here word for word.
func TestTextsAsReported(t *testing.T) {
	for _, test := range []struct {
		launch  Launch
		leg     Leg
		cause   Cause
		after   time.Duration
		retries int
		text    string
	}{
		{Fargate14, Secret, NoRoute, DefaultDeadline, 5, "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 5 time(s): failed to fetch secret " + secretARN + " from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded"},
		{Fargate14, Parameter, TaskGroupClosed, DefaultDeadline, 5, "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded"},
		{Fargate14, RegistryAuth, PrivateDNSOff, DefaultDeadline, 3, `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 52.46.146.144:443: i/o timeout`},
		{Fargate14, Secret, Missing, 0, 1, "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret " + secretARN + " from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."},
		{Fargate14, Manifest, Missing, 0, 1, "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref " + image + ": " + image + ": not found"},
		{Fargate14, Manifest, EndpointGroupClosed, DefaultDeadline, 5, `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ` + image + `: failed to do request: Head "https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/app/manifests/1": dial tcp 52.46.146.144:443: i/o timeout`},
		{Fargate13, Manifest, NoRoute, DefaultDeadline, 5, "CannotPullContainerError: API error (500): Get https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)"},
		{EC2, LogStream, Missing, 0, 1, "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."},
		{EC2, Poll, AgentNotRestarted, 0, 0, "TaskFailedToStart: AGENT"},
	} {
		got, ok := Reason(test.launch, test.leg, test.cause, DefaultDeadline)
		if want := (Stop{test.text, test.retries, test.after}); !ok || got != want {
			t.Errorf("%v %v %v: got %+v\nwant %+v", test.launch, test.leg, test.cause, got, want)
		}
	}
}

// Rows name where they come from, and the number in a text is the number of retries.
func TestRows(t *testing.T) {
	for _, r := range rows {
		if len(r.Sources) == 0 {
			t.Errorf("%q: no source", r.Text)
		}
		for _, n := range []int{1, 3, 5} {
			if strings.Contains(r.Text, "retried "+string(rune('0'+n))+" time") && r.Retries != n {
				t.Errorf("%q: sent again %d times", r.Text, r.Retries)
			}
		}
		for _, cause := range r.Causes {
			for _, launch := range r.Launches {
				if r.Leg != LogStream && !cause.Can(launch, r.Leg) && cause.Outcome() != BlackHole && len(r.Causes) == 1 {
					t.Errorf("%v %v %v: a row of what cannot be", launch, r.Leg, cause)
				}
			}
		}
	}
}
