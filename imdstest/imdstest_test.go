package imdstest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/imdstest"
	"tenement/internal/service"
)

// everywhere runs a test on a port and in a bubble.
func everywhere(t *testing.T, test func(*testing.T)) {
	t.Helper()
	t.Run("port", test)
	t.Run("bubble", func(t *testing.T) { synctest.Test(t, test) })
}

// variable is the value of a variable of an environment, "" if there is none.
func variable(environment []string, name string) string {
	for _, v := range environment {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// ask asks for the credentials of a task, as its SDK does: the path of its own in
// ECS, the token for a pod, and the role of an instance.
func ask(t *testing.T, srv *imdstest.Server, c *http.Client, environment []string) (status int, document map[string]string) {
	t.Helper()
	url := variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if path := variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); path != "" {
		url = srv.URL + path
	}
	if base := variable(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT"); base != "" {
		url = base + "latest/meta-data/iam/security-credentials/" + service.DefaultRole
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	token := variable(environment, service.TokenVariable)
	if file := variable(environment, service.TokenFileVariable); file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		token = string(b)
	}
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	answer, err := c.Do(r)
	if err != nil {
		return 0, nil
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode == http.StatusOK {
		if err := json.Unmarshal(b, &document); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
	}
	return answer.StatusCode, document
}

// want compares the statuses of requests.
func want(t *testing.T, requests []imdstest.Request, statuses ...int) {
	t.Helper()
	if got := imdstest.Statuses(requests); !slices.Equal(got, statuses) {
		t.Errorf("got the statuses %d, want %d", got, statuses)
	}
}

func TestServices(t *testing.T) {
	for _, name := range service.IssuerNames() {
		t.Run(name, func(t *testing.T) {
			everywhere(t, func(t *testing.T) {
				srv := imdstest.New(t, imdstest.Service(name), imdstest.Tasks(2), imdstest.Region("eu-central-1"))
				for task := range 2 {
					environment := srv.TaskEnv(task)
					if got := variable(environment, "AWS_REGION"); got != "eu-central-1" {
						t.Errorf("got the region %q", got)
					}
					status, document := ask(t, srv, srv.TaskClient(task), environment)
					if status != http.StatusOK || !strings.HasPrefix(document["AccessKeyId"], "ASIAFAKE") {
						t.Errorf("got %d, %v", status, document)
					}
				}
				requests := srv.Requests("credentials")
				want(t, requests, 200, 200)
				if requests[0].Task != 0 || requests[1].Task != 1 || requests[0].Outcome != "served" {
					t.Errorf("got %+v", requests)
				}
			})
		})
	}
}

// A limit is the real service's, the one that was given, none, or the one that is set.
func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name     string
		options  []imdstest.Option
		admitted int // of 70 requests
	}{
		{"the agent's", nil, 60},
		{"given", []imdstest.Option{imdstest.Limit("1/h", 5)}, 5},
		{"none", []imdstest.Option{imdstest.Unlimited()}, 70},
		{"an instance's", []imdstest.Option{imdstest.Service("imds")}, 70},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := imdstest.New(t, test.options...)
				client, environment := srv.Client(), srv.Env()
				for range 70 {
					ask(t, srv, client, environment)
				}
				admitted := 0
				for _, r := range srv.Requests() {
					if r.Outcome == "served" {
						admitted++
					}
				}
				if admitted != test.admitted {
					t.Errorf("got %d served, want %d", admitted, test.admitted)
				}
			})
		})
	}
}

func TestAnswers(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		srv := imdstest.New(t, imdstest.Answers("429,ok"), imdstest.Scope("host"))
		client, environment := srv.Client(), srv.Env()
		for range 3 {
			ask(t, srv, client, environment)
		}
		want(t, srv.Requests(), 429, 200, 200)
		srv.Forget()
		srv.Answer("503,404", "credentials")
		srv.Fail(500, 2)
		for range 5 {
			ask(t, srv, client, environment)
		}
		want(t, srv.Requests("credentials"), 503, 404, 500, 500, 200)
		srv.Forget()
		srv.Fail(500, 0)
		ask(t, srv, client, environment)
		srv.Heal()
		ask(t, srv, client, environment)
		want(t, srv.Requests(), 500, 200)
		srv.SetLimit("1/h", 1)
		srv.Forget()
		ask(t, srv, client, environment)
		ask(t, srv, client, environment)
		want(t, srv.Requests(), 200, 429)
		srv.Reset()
		ask(t, srv, client, environment)
		want(t, srv.Requests(), 429) // the options, once more
	})
}

func TestIssue(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		srv := imdstest.New(t, imdstest.ExpiresIn(90*time.Second))
		client, environment := srv.Client(), srv.Env()
		left := func() (time.Duration, string) {
			_, document := ask(t, srv, client, environment)
			at, err := time.Parse(time.RFC3339, document["Expiration"])
			if err != nil {
				t.Fatal(err)
			}
			return time.Until(at), document["AccessKeyId"]
		}
		first, old := left()
		if first > 90*time.Second || first < 60*time.Second {
			t.Errorf("got %v left, want 90 s", first)
		}
		srv.Issue(0)
		second, fresh := left()
		if second > 6*time.Hour || second < 6*time.Hour-30*time.Second || fresh == old {
			t.Errorf("got %v left, want six hours, and keys %s, %s, want others", second, old, fresh)
		}
	})
}

// Beside a restart nobody is there; after it there are no credentials for a while.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t)
		client, environment := srv.Client(), srv.Env()
		ask(t, srv, client, environment)
		srv.Restart(5*time.Second, 10*time.Second)
		synctest.Wait()
		for _, step := range []struct {
			after  time.Duration
			status int
		}{{0, 0}, {4 * time.Second, 0}, {2 * time.Second, 503}, {10 * time.Second, 200}} {
			time.Sleep(step.after)
			if status, _ := ask(t, srv, client, environment); status != step.status {
				t.Errorf("%v later: got %d, want %d", step.after, status, step.status)
			}
		}
		srv.Restart(time.Hour, 0)
		synctest.Wait()
		srv.Heal()
		synctest.Wait()
		if status, _ := ask(t, srv, client, environment); status != 200 {
			t.Errorf("healed: got %d, want 200", status)
		}
	})
}

// TestRestartOnAPort: the port itself is closed, and opened again.
func TestRestartOnAPort(t *testing.T) {
	srv := imdstest.New(t)
	client, environment := srv.Client(), srv.Env()
	srv.Restart(time.Hour, 0)
	if status, _ := ask(t, srv, client, environment); status != 0 {
		t.Errorf("got %d during a restart", status)
	}
	srv.Heal()
	for end := time.Now().Add(30 * time.Second); ; {
		if status, _ := ask(t, srv, client, environment); status == 200 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("it does not come back")
		}
	}
}

func TestHops(t *testing.T) {
	for _, test := range []struct {
		limit, status int
	}{{1, 0}, {2, 200}} {
		synctest.Test(t, func(t *testing.T) {
			srv := imdstest.New(t, imdstest.Service("imds"), imdstest.TokensRequired(), imdstest.Hops(2, test.limit))
			client := srv.Client()
			client.Timeout = time.Second
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, srv.URL+"/latest/api/token", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set(service.TokenTTLHeader, "60")
			if answer, err := client.Do(r); err == nil {
				answer.Body.Close()
			}
			requests := srv.Requests("token")
			want(t, requests, test.status)
			if lost := requests[0].Outcome == "lost"; lost != (test.status == 0) {
				t.Errorf("got %+v", requests)
			}
		})
	}
}

// A day of a pod takes no time in a bubble.
func TestPodTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t, imdstest.Service("eks-pod-identity"))
		client, environment := srv.Client(), srv.Env()
		read := func() string {
			b, err := os.ReadFile(srv.TokenFile())
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		first := read()
		time.Sleep(23 * time.Hour)
		second := read()
		if second == first {
			t.Error("got the same token after a day")
		}
		srv.RotateToken()
		if third := read(); third == second {
			t.Error("got the same token after a rotation")
		}
		if status, _ := ask(t, srv, client, environment); status != 200 {
			t.Errorf("got %d", status)
		}
		time.Sleep(2 * time.Hour)
		stale := append(slices.Clone(environment[:1]), service.TokenVariable+"="+first)
		if status, _ := ask(t, srv, client, stale); status != 400 {
			t.Errorf("got %d with a token that has expired, want 400", status)
		}
	})
}

func TestRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		roles := []string{"arn:aws:iam::444455556666:role/reader", "arn:aws:iam::777788889999:role/team/writer"}
		srv := imdstest.New(t, imdstest.Role(roles...))
		for task, role := range roles {
			if _, document := ask(t, srv, srv.TaskClient(task), srv.TaskEnv(task)); document["RoleArn"] != role {
				t.Errorf("got %v, want the role %s", document, role)
			}
		}
	})
}

// The environment is the test's own, and keys of somebody's own are not in it.
func TestSetenv(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "mine")
	t.Run("inside", func(t *testing.T) {
		srv := imdstest.New(t)
		srv.Setenv()
		if _, set := os.LookupEnv("AWS_ACCESS_KEY_ID"); set {
			t.Error("got a key of somebody's own")
		}
		if got := os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI"); !strings.HasPrefix(got, srv.URL+"/v2/credentials/") {
			t.Errorf("got %q", got)
		}
	})
	if got := os.Getenv("AWS_ACCESS_KEY_ID"); got != "mine" {
		t.Errorf("got %q afterwards, want mine", got)
	}
	if _, set := os.LookupEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI"); set {
		t.Error("the environment is still there")
	}
}

// The rhythm of requests is exact in a bubble.
func TestGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t)
		client, environment := srv.Client(), srv.Env()
		for _, wait := range []time.Duration{0, time.Second, 2 * time.Second} {
			time.Sleep(wait)
			ask(t, srv, client, environment)
		}
		if got := imdstest.Gaps(srv.Requests()); !slices.Equal(got, []time.Duration{time.Second, 2 * time.Second}) {
			t.Errorf("got %v", got)
		}
	})
}

// spy is a test that fails by a panic.
type spy struct{ testing.TB }

func (*spy) Helper()                           {}
func (*spy) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Options that make no server end the test.
func TestBadOptions(t *testing.T) {
	for name, option := range map[string]imdstest.Option{
		"service":  imdstest.Service("lambda"),
		"rate":     imdstest.Limit("fast", 1),
		"burst":    imdstest.Limit("1/s", 0),
		"scope":    imdstest.Scope("port"),
		"tasks":    imdstest.Tasks(0),
		"role":     imdstest.Role("app"),
		"lifetime": imdstest.Lifetime(time.Millisecond),
		"expires":  imdstest.ExpiresIn(0),
		"answers":  imdstest.Answers("200"),
		"refuse":   imdstest.Answers("refuse"),
		"hops":     imdstest.Hops(0, 1),
		"token":    imdstest.TokenLifetime(time.Second),

		"secret":     imdstest.Secret("my app", ""),
		"parameter":  imdstest.Parameter("app/key", ""),
		"repository": imdstest.Repository("Team/App"),
		"log group":  imdstest.LogGroup("a b"),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("got a server")
				}
			}()
			imdstest.New(&spy{t}, option)
		})
	}
}
