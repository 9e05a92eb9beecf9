package throttle

import (
	"time"

	"tenement/internal/draw"
)

// PodTokens is how the tokens are renewed that pods show the EKS Pod Identity
// agent, which knows them and caches their credentials by them. They are
// projected into the pods by kubelet.
//
// Kubelet renews a projected token when it is older than 80 % of its lifetime,
// or than 24 hours (kubernetes/kubernetes, pkg/kubelet/token/token_manager.go:
// requiresRefresh). It looks when it synchronises the pod, every 60 to 90 s
// (pkg/kubelet/pod_workers.go: workerResyncIntervalJitterFactor, with a
// resyncInterval of one minute), so that tokens issued together are renewed
// within a minute and a half of each other. The ten seconds by which kubelet
// itself is early are left out.
//
// Kubernetes issues no token for less than ten minutes. One that lives shorter
// all the same is renewed in proportion, so that it never expires before.
type PodTokens struct {
	Lifetime time.Duration // 0 means DefaultPodTokenLifetime
	Spread   bool          // each token was issued at some time of its own before the run, not all together
	Age      time.Duration // of the tokens when the run begins, unless they are Spread: less than Period
}

// DefaultPodTokenLifetime is that of the tokens which EKS projects into pods:
// 86400 s (Amazon EKS User Guide, pod-id-how-it-works).
const DefaultPodTokenLifetime = 24 * time.Hour

// What kubelet does, see PodTokens.
const (
	oldestToken = 24 * time.Hour
	kubeletSync = 90 * time.Second
)

// PodTokenKey is what the tokens of a task descend from, on a host, under a seed.
func PodTokenKey(seed uint64, host int, task draw.Key) draw.Key {
	return draw.Seed(seed).Name("pod token").With(uint64(host)).With(uint64(task))
}

// At is which token somebody with that key has at now: how many came before
// it during the run, and when it was issued, which may be before the run
// began.
func (t PodTokens) At(key draw.Key, now time.Duration) (n int64, issued time.Duration) {
	period, age := t.Period(), t.age(key)
	// The n-th renewal is due after n periods, and done when kubelet looks.
	n = int64((max(now, 0) + age) / period)
	if n > 0 && max(now, 0) < t.renewal(key, n)-age {
		n--
	}
	if n > 0 {
		return n, t.renewal(key, n) - age
	}
	return 0, -age
}

// Until is when the n-th token of somebody with that key is renewed.
func (t PodTokens) Until(key draw.Key, n int64) time.Duration {
	return t.renewal(key, n+1) - t.age(key)
}

// Life is how long a token is good.
func (t PodTokens) Life() time.Duration {
	if t.Lifetime == 0 {
		return DefaultPodTokenLifetime
	}
	return t.Lifetime
}

// Period is from renewal to renewal, but for kubelet's looking.
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

// instant is a keyed instant of a span, its end excluded.
func instant(k draw.Key, span time.Duration) time.Duration {
	return time.Duration(draw.Below(k.Bits(), uint64(span)))
}
