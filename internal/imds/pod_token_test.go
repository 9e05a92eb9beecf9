package imds

import (
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// requestID is that of an error of EKS Auth.
var requestID = regexp.MustCompile(`^\[[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\]`)

// TestPodToken compares the token with its golden file, decoded.
func TestPodToken(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	token, until := task.PodToken(1, throttle.PodTokens{Lifetime: time.Hour}, podBegan, 50*time.Minute)
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(parts[2]) != 342 || strings.Trim(parts[2], "-aegilnorstu") != "" {
		t.Fatalf("got %s, want three parts with a signature of 256 bytes that can be read", token)
	}
	var decoded strings.Builder
	for _, part := range parts[:2] {
		text, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		decoded.Write(text)
		decoded.WriteByte('\n')
	}
	if _, err := base64.RawURLEncoding.DecodeString(parts[2]); err != nil {
		t.Errorf("the signature is not base64: %v", err)
	}
	const name = "testdata/pod-token.golden"
	if *update {
		if err := os.WriteFile(name, []byte(decoded.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if decoded.String() != string(want) {
		t.Errorf("got %s, want %s", decoded.String(), want)
	}
	// The second of the tokens: the first is renewed after 48 minutes.
	if until < 96*time.Minute || until > 98*time.Minute {
		t.Errorf("got until %v, want the second renewal", until)
	}
}

// TestPodCredentials compares the document with its golden file.
func TestPodCredentials(t *testing.T) {
	task := Identify(1, 0, "app", 0)
	s := New(Config{Service: service.PodIdentity, Seed: 1, Tasks: []Task{task}, Began: podBegan})
	got := s.surface.render(s.roster.tasks[0], credentialsDocument, variant{}, 90*time.Second)
	const name = "testdata/pod-credentials.golden"
	if *update {
		if err := os.WriteFile(name, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got)+"\n" != string(want) {
		t.Errorf("got %s, want %s", got, want)
	}
	for v, want := range map[variant]string{
		{without: "AccountId"}:  strings.Replace(string(got), `"AccountId":"111122223333",`, "", 1),
		{shift: -7 * time.Hour}: strings.Replace(string(got), "2026-01-01T06", "2025-12-31T23", 1),
	} {
		if got := string(s.surface.render(s.roster.tasks[0], credentialsDocument, v, 90*time.Second)); got != want {
			t.Errorf("%+v: got %s, want %s", v, got, want)
		}
	}
}

// TestPodTokenTells: other tasks, hosts, seeds and times have other tokens, and
// the server knows whose each is.
func TestPodTokenTells(t *testing.T) {
	seen := make(map[string]bool)
	for _, seed := range []uint64{1, 2} {
		var tasks []Task
		for host := range 2 {
			for index := range 3 {
				task := Identify(seed, host, "app", index)
				task.Host = host
				tasks = append(tasks, task)
			}
		}
		s := New(Config{Service: service.PodIdentity, Seed: seed, Tasks: tasks, Began: podBegan})
		tokens := s.surface.(*podIdentity).tokens
		for i := range tasks {
			for _, now := range []time.Duration{0, 20 * time.Hour} {
				token, until := tasks[i].PodToken(seed, throttle.PodTokens{}, podBegan, now)
				if seen[token] || until <= now {
					t.Errorf("seed %d task %d: got a token again, or until %v at %v", seed, i, until, now)
				}
				seen[token] = true
				if again, _ := tasks[i].PodToken(seed, throttle.PodTokens{}, podBegan, until-1); again != token {
					t.Errorf("seed %d task %d: got another token before %v", seed, i, until)
				}
				if p := tokens.read(token); p.owner == nil || p.owner.Key != tasks[i].Key || p.owner.Host != tasks[i].Host {
					t.Errorf("seed %d task %d: got %+v", seed, i, p)
				}
			}
		}
	}
}
