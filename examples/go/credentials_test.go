// Package credentials tests how an application that uses the AWS SDK for Go v2 gets its
// credentials: what a test can say with package imdstest. Copy from here.
package credentials

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"tenement/imdstest"
)

// excerpt: go

// On a port: the SDK finds the server by its environment.
func TestThrottledOnTheSecondCall(t *testing.T) {
	srv := imdstest.New(t, imdstest.Limit("1/h", 1))
	srv.Setenv()
	if _, err := start(t); err != nil {
		t.Fatal(err)
	}
	srv.Forget()
	_, err := start(t) // what the application sees
	if err == nil || !strings.Contains(err.Error(), "exceeded maximum number of attempts, 3") {
		t.Errorf("got error %v", err)
	}
	requests := srv.Requests("credentials")
	if got := imdstest.Statuses(requests); !slices.Equal(got, []int{429, 429, 429}) { // how many requests
		t.Errorf("got the statuses %d", got)
	}
	if gaps := imdstest.Gaps(requests); gaps[0] > 4*time.Second { // in which rhythm
		t.Errorf("got the gaps %v", gaps)
	}
}

// start does what a starting application does. Its configuration has an empty cache.
func start(t *testing.T) (accessKey string, err error) {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := cfg.Credentials.Retrieve(t.Context())
	return got.AccessKeyID, err
}

// In a bubble: six hours take no time, and the SDK is given the server's client.
func TestSixHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t)
		kept := provider(t, srv)
		retrieve(t, kept)
		for range 6 * 60 {
			time.Sleep(time.Minute)
			retrieve(t, kept)
		}
		requests := srv.Requests("credentials")
		if len(requests) != 2 || requests[1].At < 5*time.Hour+54*time.Minute {
			t.Errorf("got %+v, want a second one in the last minutes of the first credentials", requests)
		}
	})
}

// provider is what LoadDefaultConfig makes for a task: credentials that are kept. In a
// bubble the server is found by its client alone.
func provider(t *testing.T, srv *imdstest.Server) aws.CredentialsProvider {
	t.Helper()
	srv.Setenv()
	cfg, err := config.LoadDefaultConfig(t.Context(),
		config.WithEndpointCredentialOptions(func(o *endpointcreds.Options) { o.HTTPClient = srv.Client() }),
	)
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Credentials
}

// end excerpt

// retrieve is what the SDK does before it signs a request.
func retrieve(t *testing.T, from aws.CredentialsProvider) aws.Credentials {
	t.Helper()
	got, err := from.Retrieve(t.Context())
	if err != nil || !strings.HasPrefix(got.AccessKeyID, "ASIAFAKE") {
		t.Fatalf("got %q and error %v", got.AccessKeyID, err)
	}
	return got
}

// On a port every service is found by the environment alone.
func TestTheCredentialsAreTheMocks(t *testing.T) {
	for _, service := range []string{"ecs", "eks-pod-identity", "imds"} {
		t.Run(service, func(t *testing.T) {
			srv := imdstest.New(t, imdstest.Service(service))
			srv.Setenv()
			if key, err := start(t); err != nil || !strings.HasPrefix(key, "ASIAFAKE") {
				t.Errorf("got %q and error %v", key, err)
			}
			if got := srv.Requests("credentials"); got[len(got)-1].Outcome != "served" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// In a bubble even the waits between retries are free, and the rhythm is exact.
func TestThrottledTwiceAndThenServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t, imdstest.Answers("429,503,ok"))
		retrieve(t, provider(t, srv))
		requests := srv.Requests()
		if got := imdstest.Statuses(requests); !slices.Equal(got, []int{429, 503, 200}) {
			t.Errorf("got the statuses %d", got)
		}
		if gaps := imdstest.Gaps(requests); gaps[0] > 2*time.Second+time.Second/10 || gaps[1] > 4*time.Second+time.Second/10 {
			t.Errorf("got the gaps %v, want at most 2 s and 4 s", gaps)
		}
	})
}

// New credentials out of turn: what is kept is used until five minutes are left.
func TestRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t, imdstest.ExpiresIn(10*time.Minute))
		kept := provider(t, srv)
		old := retrieve(t, kept)
		srv.Issue(0)
		if got := retrieve(t, kept); got.AccessKeyID != old.AccessKeyID {
			t.Error("got new credentials, with ten minutes left of the old")
		}
		time.Sleep(6 * time.Minute)
		if got := retrieve(t, kept); got.AccessKeyID == old.AccessKeyID || time.Until(got.Expires) < 5*time.Hour {
			t.Errorf("got %s, which expire in %v", got.AccessKeyID, time.Until(got.Expires))
		}
	})
}

func TestAnAgentRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t)
		srv.Restart(time.Hour, 10*time.Minute)
		synctest.Wait() // until the port is closed
		kept := provider(t, srv)
		if _, err := kept.Retrieve(t.Context()); err == nil {
			t.Error("got credentials of an agent that is not there")
		}
		if got := srv.Requests(); len(got) > 0 {
			t.Errorf("got %+v: what nobody listens to is not seen", got)
		}
		time.Sleep(time.Hour)
		if _, err := kept.Retrieve(t.Context()); err == nil {
			t.Error("got credentials that are pending")
		}
		if got := imdstest.Statuses(srv.Requests()); !slices.Equal(got, []int{503, 503, 503}) {
			t.Errorf("got the statuses %d", got)
		}
		time.Sleep(10 * time.Minute)
		retrieve(t, kept)
	})
}

// A day of a pod: the SDK reads the token's file whenever it asks.
func TestPodTokenRotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t, imdstest.Service("eks-pod-identity"))
		kept := provider(t, srv)
		for range 48 {
			retrieve(t, kept)
			time.Sleep(time.Hour)
		}
		for _, r := range srv.Requests() {
			if r.Outcome != "served" || !r.Token {
				t.Errorf("got %+v", r)
			}
		}
	})
}

// A container is a hop further away than its instance, and session tokens go as far
// as the hop limit of the instance lets them.
func TestHops(t *testing.T) {
	for _, test := range []struct {
		limit int
		fails bool
	}{{1, true}, {2, false}} {
		synctest.Test(t, func(t *testing.T) {
			srv := imdstest.New(t, imdstest.Service("imds"), imdstest.TokensRequired(), imdstest.Hops(2, test.limit))
			client := imds.New(imds.Options{
				Endpoint:   srv.URL,
				HTTPClient: patient(srv.Client()),
				Retryer:    retry.AddWithMaxAttempts(retry.NewStandard(), 2),
			})
			_, err := ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = client }).Retrieve(t.Context())
			if fails := err != nil; fails != test.fails {
				t.Errorf("hop limit %d: got %v", test.limit, err)
			}
			if outcome := srv.Requests("token")[0].Outcome; (outcome == "lost") != test.fails {
				t.Errorf("hop limit %d: the PUT was %s", test.limit, outcome)
			}
		})
	}
}

// patient is a client with the timeout that the SDK's own client for instances has.
func patient(c *http.Client) *http.Client {
	c.Timeout = time.Second
	return c
}
