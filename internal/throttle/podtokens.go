package throttle

import (
	"time"

	"tenement/internal/draw"
)

// PodTokens says how the service account tokens of pods are renewed. Kubelet
// projects them into the pods, which show them to the EKS Pod Identity agent;
// the agent caches credentials by token.
//
// Kubelet renews a projected token when it is older than 80 % of its lifetime,
// or than 24 hours (kubernetes/kubernetes, pkg/kubelet/token/token_manager.go:
// requiresRefresh). It checks when it synchronises the pod, every 60 to 90 s
// (pkg/kubelet/pod_workers.go: workerResyncIntervalJitterFactor, with a
// resyncInterval of one minute), so that tokens issued together are renewed
// within a minute and a half of each other. The ten seconds by which kubelet
// itself is early are left out.
//
// Kubernetes issues no token for less than ten minutes. If a profile asks for a
// shorter life, renewal scales with it, so that a token is renewed before it
// expires.
type PodTokens struct {
	Lifetime time.Duration // 0 means DefaultPodTokenLifetime
	Spread   bool          // each token was issued at its own random time before the run, not all together
	Age      time.Duration // of the tokens when the run begins, unless they are Spread: less than Period

	start time.Duration // see StartingAt
}

// StartingAt is the life of the tokens of a pod that starts at an instant. One that
// starts during the run gets its first token then; the others have had theirs before.
func (t PodTokens) StartingAt(start time.Duration) PodTokens {
	if start > 0 {
		return PodTokens{Lifetime: t.Lifetime, start: start}
	}
	return t
}

// DefaultPodTokenLifetime is that of the tokens which EKS projects into pods:
// 86400 s (Amazon EKS User Guide, pod-id-how-it-works).
const DefaultPodTokenLifetime = 24 * time.Hour

// The times of kubelet, see PodTokens.
const (
	oldestToken = 24 * time.Hour
	kubeletSync = 90 * time.Second
)

// PodTokenKey is the key of the tokens of a task, on a host, for a seed.
func PodTokenKey(seed uint64, host int, task draw.Key) draw.Key {
	return draw.Seed(seed).Name("pod token").With(uint64(host)).With(uint64(task))
}

// At is the token that the task with that key has at now: n counts the renewals
// during the run, and issued is when this token was issued, which may be before
// the run began.
func (t PodTokens) At(key draw.Key, now time.Duration) (n int64, issued time.Duration) {
	period, age := t.Period(), t.age(key)
	now -= t.start
	// The n-th renewal is due after n periods, and happens when kubelet checks.
	n = int64((max(now, 0) + age) / period)
	if n > 0 && max(now, 0) < t.renewal(key, n)-age {
		n--
	}
	if n > 0 {
		return n, t.start + t.renewal(key, n) - age
	}
	return 0, t.start - age
}

// Until is when the n-th token of the task with that key is renewed.
func (t PodTokens) Until(key draw.Key, n int64) time.Duration {
	return t.start + t.renewal(key, n+1) - t.age(key)
}

// Life is how long a token is valid.
func (t PodTokens) Life() time.Duration {
	if t.Lifetime == 0 {
		return DefaultPodTokenLifetime
	}
	return t.Lifetime
}

// Period is the time from renewal to renewal, without the wait for kubelet's
// check.
func (t PodTokens) Period() time.Duration { return min(t.Life()/5*4, oldestToken) }

// age is how old the first token is when the run begins.
func (t PodTokens) age(key draw.Key) time.Duration {
	if !t.Spread {
		return t.Age
	}
	return instant(key.Name("age"), t.Period())
}

// renewal is the age of the first token at the n-th renewal.
func (t PodTokens) renewal(key draw.Key, n int64) time.Duration {
	sync := min(kubeletSync, t.Life()/20*3)
	return time.Duration(n)*t.Period() + instant(key.Name("sync").With(uint64(n)), sync)
}

// instant is a keyed instant within a span, without its end.
func instant(k draw.Key, span time.Duration) time.Duration {
	return time.Duration(draw.Below(k.Bits(), uint64(span)))
}
