package throttle

import (
	"testing"
	"time"

	"tenement/internal/draw"
)

// TestTokens walks through the tokens of many tasks: each is renewed when
// kubelet first checks after it is due, and does not expire before.
func TestTokens(t *testing.T) {
	for _, test := range []struct {
		name           string
		tokens         PodTokens
		life, due, lag time.Duration
	}{
		{"as EKS has them", PodTokens{}, 24 * time.Hour, 19*time.Hour + 12*time.Minute, 90 * time.Second},
		{"an hour", PodTokens{Lifetime: time.Hour}, time.Hour, 48 * time.Minute, 90 * time.Second},
		{"a week: renewed every day", PodTokens{Lifetime: 7 * 24 * time.Hour}, 7 * 24 * time.Hour, 24 * time.Hour, 90 * time.Second},
		{"the shortest that Kubernetes has", PodTokens{Lifetime: 10 * time.Minute}, 10 * time.Minute, 8 * time.Minute, 90 * time.Second},
		{"shorter than any", PodTokens{Lifetime: 20 * time.Second}, 20 * time.Second, 16 * time.Second, 3 * time.Second},
		{"issued before", PodTokens{Lifetime: time.Hour, Age: 46 * time.Minute}, time.Hour, 48 * time.Minute, 90 * time.Second},
		{"spread", PodTokens{Lifetime: time.Hour, Spread: true}, time.Hour, 48 * time.Minute, 90 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.tokens.Life(); got != test.life {
				t.Fatalf("got a life of %v, want %v", got, test.life)
			}
			early := 0
			for task := range 50 {
				key := PodTokenKey(1, 0, draw.Key(task))
				n, issued := test.tokens.At(key, 0)
				if n != 0 || issued > 0 || !test.tokens.Spread && -issued != test.tokens.Age || -issued >= test.due {
					t.Fatalf("task %d begins with token %d, issued at %v", task, n, issued)
				}
				first := issued
				for range 5 {
					until := test.tokens.Until(key, n)
					due := first + time.Duration(n+1)*test.due
					if until < max(due, 0) || until >= due+test.lag {
						t.Fatalf("task %d: token %d is renewed at %v, want %v and less than %v more", task, n, until, due, test.lag)
					}
					if until >= issued+test.life {
						t.Fatalf("task %d: token %d expires at %v, and is renewed at %v", task, n, issued+test.life, until)
					}
					if last, same := test.tokens.At(key, until-1); last != n || same != issued {
						t.Fatalf("task %d: just before %v got token %d of %v, want %d of %v", task, until, last, same, n, issued)
					}
					if n == 0 && until < test.due/2 {
						early++
					}
					n, issued = test.tokens.At(key, until)
					if issued != until {
						t.Fatalf("task %d: got token %d of %v at %v", task, n, issued, until)
					}
				}
				if n != 5 {
					t.Fatalf("task %d: got token %d after five renewals", task, n)
				}
			}
			if want := test.tokens.Spread || test.tokens.Age > test.due/2; want != (early > 15) || test.tokens.Spread && early > 35 {
				t.Errorf("got %d of 50 tokens renewed within half a period", early)
			}
		})
	}
}

// TestTokenKey tells seeds, hosts and tasks apart.
func TestTokenKey(t *testing.T) {
	seen := make(map[draw.Key]bool)
	for seed := range 3 {
		for host := range 3 {
			for task := range 3 {
				seen[PodTokenKey(uint64(seed), host, draw.Key(task))] = true
			}
		}
	}
	if len(seen) != 27 {
		t.Errorf("got %d keys, want 27", len(seen))
	}
}
