package profiles

import (
	"slices"
	"testing"
	"time"

	"tenement/internal/plan"
)

// renewals are when the token of a task changes, to the second.
func renewals(p *plan.Plan, host, task int, end time.Duration) []time.Duration {
	var all []time.Duration
	last := p.CacheKey(host, 0, p.Request(0, task).Key, 0, 0)
	for at := time.Second; at <= end; at += time.Second {
		if s := p.CacheKey(host, 0, p.Request(0, task).Key, 0, at); s != last {
			all, last = append(all, at), s
		}
	}
	return all
}

// kubeletSync is how late a renewal may be; see throttle.PodTokens.
const kubeletSync = 90 * time.Second

func TestSessionAligned(t *testing.T) {
	p := planOf(t, onService("eks-pod-identity", "  pod_identity: {token_lifetime: 1h}\n", ""))
	const period = 48 * time.Minute
	var first []time.Duration
	for task := range 20 {
		got := renewals(p, 0, task, 5*period/2)
		if len(got) != 2 {
			t.Fatalf("task %d: got renewals at %v, want two", task, got)
		}
		for i, at := range got {
			due := time.Duration(i+1) * period
			if at < due || at > due+kubeletSync+time.Second {
				t.Errorf("task %d: got a renewal at %v, want %v and at most %v more", task, at, due, kubeletSync)
			}
		}
		first = append(first, got[0])
	}
	slices.Sort(first)
	if spread := first[len(first)-1] - first[0]; spread < kubeletSync/2 {
		t.Errorf("20 tasks renew within %v: kubelet does not look at all pods at once", spread)
	}
}

func TestSessionAge(t *testing.T) {
	p := planOf(t, onService("eks-pod-identity", "  pod_identity: {token_lifetime: 1h, token_age: 46m}\n", ""))
	if got := renewals(p, 0, 0, 10*time.Minute); len(got) != 1 || got[0] < 2*time.Minute || got[0] > 2*time.Minute+kubeletSync+time.Second {
		t.Errorf("got renewals at %v, want one after 2m", got)
	}
}

func TestSessionSpread(t *testing.T) {
	p := planOf(t, onService("eks-pod-identity", "  pod_identity: {token_lifetime: 1h, token_renewal: spread}\n", ""))
	const period = 48 * time.Minute
	early := 0
	for task := range 40 {
		if got := renewals(p, 0, task, period/2); len(got) > 0 {
			early++
		}
	}
	if early < 10 || early > 30 {
		t.Errorf("got %d of 40 tokens renewed within half a period, want about half", early)
	}
}

// TestCacheKeys tells tasks, hosts and seeds apart, and other services have
// no tokens.
func TestCacheKeys(t *testing.T) {
	text := onService("eks-pod-identity", "", "    tasks: 2\n")
	p := planOf(t, text)
	seen := map[uint64]string{0: "none"}
	for _, host := range []int{0, 1} {
		for _, task := range []int{0, 1} {
			s := p.CacheKey(host, 0, p.Request(0, task).Key, 0, time.Minute)
			if other := seen[s]; other != "" {
				t.Errorf("host %d task %d has the session of %s", host, task, other)
			}
			seen[s] = "another"
			if again := p.CacheKey(host, 0, p.Request(0, task).Key, 0, time.Hour); again != s {
				t.Errorf("host %d task %d has another session after an hour", host, task)
			}
		}
	}
	if got := planOf(t, sound).CacheKey(0, 0, 0, 0, 0); got != 0 {
		t.Errorf("got session %d for the service ecs, want 0", got)
	}
}
