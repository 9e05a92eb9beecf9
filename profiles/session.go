package profiles

import (
	"time"

	"tenement/internal/draw"
)

// PodTokens is how the tokens of pods are renewed, by which the EKS Pod
// Identity agent knows them and caches their credentials.
//
// Kubelet renews a projected token when it is older than 80 % of its lifetime,
// or than 24 hours (kubernetes/kubernetes, pkg/kubelet/token/token_manager.go:
// requiresRefresh). It looks when it synchronises the pod, every 60 to 90 s
// (pkg/kubelet/pod_workers.go: workerResyncIntervalJitterFactor, with a
// resyncInterval of one minute), so that tokens issued together are renewed
// within a minute and a half of each other. The ten seconds by which kubelet
// itself is early are left out.
type PodTokens struct {
	Lifetime time.Duration
	Spread   bool          // each token was issued at some time of its own before the run, not all together
	Age      time.Duration // of the tokens when the run begins, unless they are Spread
}

// What kubelet does, see PodTokens.
const (
	oldestToken = 24 * time.Hour
	kubeletSync = 90 * time.Second
)

// period is from renewal to renewal of a token, but for kubelet's looking.
func (t *PodTokens) period() time.Duration { return min(t.Lifetime/5*4, oldestToken) }

// Session is the token that a task of a host has at now, as a hash that is
// never 0, or 0 if tasks of the service have none. A renewed token is another
// session.
func (p *Plan) Session(host, group, task int, now time.Duration) uint64 {
	t := p.PodTokens
	if t == nil {
		return 0
	}
	key := draw.Seed(p.Seed).Name("pod token").With(uint64(host)).With(uint64(p.TaskKey(group, task)))
	period := t.period()
	now += t.Age
	if t.Spread {
		now += instant(key.Name("age"), period)
	}
	// The n-th renewal is due after n periods, and done when kubelet looks.
	n := now / period
	if n > 0 && now-n*period < instant(key.Name("sync").With(uint64(n)), kubeletSync) {
		n--
	}
	return max(uint64(key.With(uint64(n))), 1)
}

// instant is a keyed instant of a span, its end excluded.
func instant(k draw.Key, span time.Duration) time.Duration {
	return time.Duration(draw.Below(k.Bits(), uint64(span)))
}
