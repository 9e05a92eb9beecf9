package imds

import (
	"hash/maphash"
	"sync"
)

// podToken is what stands in the token that a request shows. It is read-only.
type podToken struct {
	err    error // why the token cannot be read
	claims claims
	owner  *knownTask // whose token it is, or nil
	key    uint64     // of the token, never 0
}

// noToken stands for the token of a request that shows none.
var noToken = new(podToken)

// podTokens reads tokens. The same ones are shown again and again, so it
// remembers what was in those of tasks that it knows; of the tokens themselves
// it keeps no more than a hash.
type podTokens struct {
	byPod map[string]*knownTask
	seed  maphash.Seed

	mu   sync.RWMutex // guards seen
	seen map[uint64]*podToken
}

// perTask is how many tokens are remembered for each task: the one that it
// has, and some that were replaced. Beyond that all are forgotten.
const perTask = 4

func newPodTokens(seed uint64, tasks []*knownTask) *podTokens {
	p := &podTokens{
		byPod: make(map[string]*knownTask, len(tasks)),
		seed:  maphash.MakeSeed(),
		seen:  make(map[uint64]*podToken),
	}
	for _, r := range tasks {
		p.byPod[newPod(seed, &r.Task).self.UID] = r
	}
	return p
}

// read reads a token. Of a million tokens two are taken for the same with
// probability 3·10⁻⁸.
func (p *podTokens) read(token string) *podToken {
	if token == "" {
		return noToken
	}
	hash := max(maphash.String(p.seed, token), 1)
	p.mu.RLock()
	shown, ok := p.seen[hash]
	p.mu.RUnlock()
	if ok {
		return shown
	}
	shown = &podToken{key: hash}
	shown.claims, shown.err = parseToken(token)
	shown.owner = p.byPod[shown.claims.pod]
	if shown.owner == nil {
		return shown
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.seen) >= perTask*len(p.byPod) {
		clear(p.seen)
	}
	p.seen[hash] = shown
	return shown
}
