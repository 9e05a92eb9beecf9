package startup

import (
	"slices"
	"strings"
	"testing"
)

// Each cause that can occur at a leg gives exactly one text, and what nothing answers is
// sent again more than once. (TestEveryCauseEndsInItsText of package profiles has how long
// that takes.)
func TestEveryCauseHasOneText(t *testing.T) {
	for _, launch := range Launches() {
		for _, leg := range Legs() {
			for _, cause := range Causes() {
				if !cause.Can(launch, leg) {
					continue
				}
				var texts []string
				for _, r := range rows {
					if r.Leg == leg && slices.Contains(r.Launches, launch) && slices.Contains(r.Causes, cause) {
						texts = append(texts, r.Text)
					}
				}
				r := Find(launch, leg, cause)
				if len(texts) != 1 || r == nil || r.Text != texts[0] {
					t.Errorf("%v %v %v: got texts %q, want one", launch, leg, cause, texts)
					continue
				}
				if many := r.Retries > 1; leg > Telemetry && cause != Throttled && many != (cause.Outcome() == BlackHole) {
					t.Errorf("%v %v %v: sent again %d times", launch, leg, cause, r.Retries)
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
		retries int
		text    string
	}{
		{Fargate14, Secret, NoRoute, 5, "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 5 time(s): failed to fetch secret " + secretARN + " from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded"},
		{Fargate14, Parameter, TaskGroupClosed, 5, "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded"},
		{Fargate14, RegistryAuth, PrivateDNSOff, 3, `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post "https://api.ecr.us-east-1.amazonaws.com/": dial tcp 52.46.146.144:443: i/o timeout`},
		{Fargate14, Secret, Missing, 1, "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret " + secretARN + " from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."},
		{Fargate14, Manifest, Missing, 1, "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref " + image + ": " + image + ": not found"},
		{Fargate14, Manifest, EndpointGroupClosed, 5, `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ` + image + `: failed to do request: Head "https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/app/manifests/1": dial tcp 52.46.146.144:443: i/o timeout`},
		{Fargate13, Manifest, NoRoute, 5, "CannotPullContainerError: API error (500): Get https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)"},
		{EC2, LogStream, Missing, 1, "CannotStartContainerError: Error response from daemon: failed to initialize logging driver: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."},
		{EC2, Poll, AgentNotRestarted, 0, "TaskFailedToStart: AGENT"},
	} {
		if r := Find(test.launch, test.leg, test.cause); r == nil || r.Text != test.text || r.Retries != test.retries {
			t.Errorf("%v %v %v: got %+v\nwant %q, sent again %d times", test.launch, test.leg, test.cause, r, test.text, test.retries)
		}
	}
}

// A text is found again with either address, and names a private one only where it names one.
func TestAddresses(t *testing.T) {
	named := 0
	for i := range rows {
		r := &rows[i]
		private := r.TextAt(true)
		if strings.Contains(private, "52.46.") || (private != r.Text) != strings.Contains(private, "dial tcp 10.0.1.57:443: i/o timeout") {
			t.Errorf("got %q", private)
		}
		if private != r.Text {
			named++
		}
		for _, text := range []string{r.TextAt(false), private} {
			if got := RowOf(text); got == nil || got.Text != r.Text {
				t.Errorf("%q is that of %+v", text, got)
			}
		}
	}
	if named < 4 || RowOf("no text") != nil {
		t.Errorf("%d texts name an address", named)
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
