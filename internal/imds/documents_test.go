package imds

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestDocuments compares every document with its golden file, which is
// indented for reading; the server does not indent.
func TestDocuments(t *testing.T) {
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	task := Identify(1, 0, "app", 0)
	for _, test := range []struct {
		name     string
		document document
		flavour  service.Flavour
	}{
		{"container-before-start", containerDocument, service.Fargate},
		{"task-before-start", taskDocument, service.Fargate},
		{"stats-before-start", statsDocument, service.Fargate},
		{"stats-v2-before-start", statsV2Document, service.Fargate},
		{"task-stats-before-start", taskStatsDocument, service.EC2},
		{"stats-fargate", statsDocument, service.Fargate},
		{"credentials", credentialsDocument, service.EC2},
		{"container", containerDocument, service.EC2},
		{"container-v2", containerV2Document, service.EC2},
		{"container-fargate", containerDocument, service.Fargate},
		{"task", taskDocument, service.EC2},
		{"task-v2", taskV2Document, service.EC2},
		{"task-fargate", taskDocument, service.Fargate},
		{"task-with-tags", taggedDocument, service.EC2},
		{"task-with-tags-v2", taggedV2Document, service.EC2},
		{"stats", statsDocument, service.EC2},
		{"stats-v2", statsV2Document, service.EC2},
		{"task-stats", taskStatsDocument, service.EC2},
		{"execution-role", executionDocument, service.EC2},
		{"task-stats-v2", taskStatsV2Document, service.EC2},
	} {
		t.Run(test.name, func(t *testing.T) {
			task := task
			if strings.HasSuffix(test.name, "-before-start") {
				task.Issued = time.Hour
			}
			s := New(Config{
				Tasks: []Task{task}, Began: began,
				ECS: ECSConfig{Flavour: test.flavour, Tags: map[string]string{"team": "red"}}, InstanceTags: map[string]string{"rack": "7"},
			})
			owner := s.roster.byEndpoint[task.EndpointID]
			got := s.surface.render(owner, test.document, variant{}, 90*time.Second)
			if bytes.ContainsAny(got, "\n") {
				t.Errorf("got %s, want one line without an end", got)
			}
			var indented bytes.Buffer
			if err := json.Indent(&indented, got, "", "  "); err != nil {
				t.Fatal(err)
			}
			indented.WriteByte('\n')
			name := "testdata/" + test.name + ".golden.json"
			if *update {
				if err := os.WriteFile(name, indented.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(indented.Bytes(), want) {
				t.Errorf("%s: got %s, want %s", name, indented.Bytes(), want)
			}
		})
	}
}

// TestPulls: an image is pulled before its container is created.
func TestPulls(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	s := New(Config{Tasks: []Task{task}, ECS: ECSConfig{Flavour: service.Fargate}})
	var got struct {
		PullStartedAt, PullStoppedAt time.Time
		Containers                   []struct{ CreatedAt, StartedAt time.Time }
	}
	if err := json.Unmarshal(send(s, "GET", "/v4/"+task.EndpointID+"/task").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	c := got.Containers[0]
	if took := got.PullStoppedAt.Sub(got.PullStartedAt); took < 100*time.Millisecond || took > 6*time.Second {
		t.Errorf("got a pull that took %v", took)
	}
	if !got.PullStoppedAt.Before(c.CreatedAt) || !c.CreatedAt.Equal(c.StartedAt) {
		t.Errorf("got pulled at %v, created at %v, started at %v, want them in this order, the last two at once", got.PullStoppedAt, c.CreatedAt, c.StartedAt)
	}
}

// TestCredentialsAreFake: no person, and no scanner for secrets, takes them for
// real ones.
func TestCredentialsAreFake(t *testing.T) {
	s := New(Config{Tasks: []Task{Identify(1, 0, "app", 0)}})
	for _, owner := range s.roster.byCredentials {
		c := newCredentials(s.surface.(*ecs).keys, owner.roleARN(), owner.CredentialsID, 0)
		for name, field := range map[string]struct{ value, form string }{
			"AccessKeyId":     {c.AccessKeyID, `^ASIAFAKE[A-Z2-7]{5}EXAMPLE$`},
			"SecretAccessKey": {c.SecretAccessKey, `^not-a-real-key-[0-9a-f]{25}$`},
			"Token":           {c.Token, `^not-a-real-session-token-[0-9a-f]+$`},
		} {
			if !regexp.MustCompile(field.form).MatchString(field.value) {
				t.Errorf("%s: got %q, want %s", name, field.value, field.form)
			}
		}
	}
}

// TestRenewal follows one task's credentials over a simulated day.
func TestRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		life := throttle.Credentials{Lifetime: 6 * time.Hour, RenewBefore: time.Hour}
		began := time.Now()
		task := Identify(1, 0, "app", 0)
		s := New(Config{Tasks: []Task{task}, Credentials: life, Began: began})
		client := bubbleServer(t, s)("192.0.2.1")

		type set struct{ AccessKeyId, SecretAccessKey, Token, Expiration string }
		var sets []set
		for at := time.Duration(0); at < 24*time.Hour; at += 20*time.Minute + time.Millisecond {
			time.Sleep(time.Until(began.Add(at)))
			_, body := ask(t, client, http.MethodGet, "http://tasks/v2/credentials/"+task.CredentialsID, nil)
			var got set
			if err := json.Unmarshal([]byte(body), &got); err != nil {
				t.Fatal(err)
			}
			period := life.Lifetime - life.RenewBefore
			want := began.Add(at/period*period + life.Lifetime).UTC().Format(time.RFC3339)
			if got.Expiration != want {
				t.Errorf("after %v: got expiration %s, want %s", at, got.Expiration, want)
			}
			if len(sets) == 0 || got != sets[len(sets)-1] {
				sets = append(sets, got)
			}
		}
		if len(sets) != 5 {
			t.Errorf("got %d sets of credentials in 24 h, want 5", len(sets))
		}
		for i, s := range sets {
			if slices.ContainsFunc(sets[:i], func(o set) bool {
				return o.AccessKeyId == s.AccessKeyId || o.SecretAccessKey == s.SecretAccessKey || o.Token == s.Token
			}) {
				t.Errorf("set %d: got a value of an earlier set, want new ones", i+1)
			}
		}
	})
}

// TestExpiryOfTheDecision: credentials are those of the instant the request
// was decided at, however late the answer.
func TestExpiryOfTheDecision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := Identify(1, 0, "app", 0)
		s := New(Config{
			Endpoint: throttle.New(throttle.Config{
				Limits:   []throttle.Limit{{Rate: throttle.Rate{Tokens: 1, Seconds: 3600}, Burst: 1}},
				OnExceed: throttle.OnExceed{Action: throttle.Delay},
				Groups:   1, Slots: 1,
			}),
			Tasks:       []Task{task},
			Credentials: throttle.Credentials{Lifetime: time.Hour, RenewBefore: 30 * time.Minute},
		})
		target := "/v2/credentials/" + task.CredentialsID
		first := send(s, "GET", target).Body.String()
		began := time.Now()
		late := send(s, "GET", target).Body.String()
		if took := time.Since(began); took != time.Hour {
			t.Fatalf("got an answer after %v, want 1h", took)
		}
		if late != first {
			t.Errorf("got %s, want %s", late, first)
		}
	})
}

// TestStatsMove: statistics are of the last whole second, and only grow.
func TestStatsMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		task := Identify(1, 0, "app", 0)
		s := New(Config{Tasks: []Task{task}, Began: time.Now()})
		read := func() stats {
			t.Helper()
			var one stats
			if err := json.Unmarshal(send(s, "GET", "/v4/"+task.EndpointID+"/stats").Body.Bytes(), &one); err != nil {
				t.Fatal(err)
			}
			return one
		}
		first := read()
		time.Sleep(999 * time.Millisecond)
		if again := read(); !again.Read.Equal(first.Read) {
			t.Errorf("within a second: got a sample of %v, want still that of %v", again.Read, first.Read)
		}
		time.Sleep(time.Millisecond)
		next := read()
		if got := next.Read.Sub(first.Read); got != time.Second {
			t.Errorf("got a sample %v later, want 1s", got)
		}
		if !next.Preread.Equal(first.Read) || next.PreCPU.Usage.Total != first.CPU.Usage.Total {
			t.Errorf("got %+v before the sample, want the sample before, %+v", next.PreCPU, first.CPU)
		}
		if next.CPU.Usage.Total <= first.CPU.Usage.Total || next.Networks["eth1"].RxBytes <= first.Networks["eth1"].RxBytes {
			t.Errorf("got %+v after %+v, want growth", next, first)
		}
	})
}
