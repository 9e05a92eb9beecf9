// Package credentials tests how an application that uses the AWS SDK for Go v2
// gets its credentials: from the mock, whose path is in $MOCKIMDS.
package credentials

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
)

// excerpt: go

// mockimds runs the mock until the test ends, and gives it its environment.
func mockimds(t *testing.T, args ...string) {
	server := exec.Command(os.Getenv("MOCKIMDS"), append(args, "--print-env")...)
	stdout, _ := server.StdoutPipe()
	_ = server.Start()
	said := make([]byte, 4096)
	n, err := stdout.Read(said)
	if err != nil {
		t.Fatal("mockimds did not start: ", err)
	}
	t.Cleanup(func() { _, _ = server.Process.Signal(os.Interrupt), server.Wait() })
	for _, v := range regexp.MustCompile(`export (\w+)=(.+)`).FindAllStringSubmatch(string(said[:n]), -1) {
		t.Setenv(v[1], v[2])
	}
}

// end excerpt

// services are what the mock can be, with a limit that one start uses up, and
// how the next one fails.
var services = []struct{ name, limit, failure string }{
	{"ecs", "1/h,1", "exceeded maximum number of attempts, 3"},
	{"eks-pod-identity", "1/h,1", "exceeded maximum number of attempts, 3"},
	{"imds", "1/h,3", "no EC2 IMDS role found"}, // a token, the role, its credentials
}

// start does what a starting application does. Its configuration has an empty
// cache.
func start(t *testing.T) (accessKey string, err error) {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := cfg.Credentials.Retrieve(t.Context())
	return got.AccessKeyID, err
}

// fake is how an access key of the mock looks.
var fake = regexp.MustCompile(`^ASIAFAKE.*EXAMPLE$`)

func TestTheCredentialsAreTheMocks(t *testing.T) {
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			mockimds(t, "--service", service.name)
			if got, err := start(t); err != nil || !fake.MatchString(got) {
				t.Errorf("got %q and error %v, want a key like %v", got, err, fake)
			}
		})
	}
}

func TestThrottledForAnHourTheSDKGivesUp(t *testing.T) {
	for _, service := range services {
		t.Run(service.name, func(t *testing.T) {
			mockimds(t, "--service", service.name, "--limit", service.limit)
			if _, err := start(t); err != nil {
				t.Fatal(err)
			}
			_, err := start(t)
			if err == nil || !strings.Contains(err.Error(), service.failure) {
				t.Errorf("got error %v, want %q", err, service.failure)
			}
		})
	}
}
