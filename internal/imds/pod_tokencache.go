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

// podTokens reads tokens. Clients show the same token many times, so it keeps the
// content of the tokens of known tasks, by a hash of the token.
type podTokens struct {
	seed maphash.Seed // of the hashes of tokens
	keys uint64       // the seed of the pods

	mu    sync.RWMutex // guards what follows
	byPod map[string]*knownTask
	seen  map[uint64]*podToken
}

// perTask is how many tokens are kept for each task: the current one and some
// older ones. When there are more, all are removed.
const perTask = 4

func newPodTokens(seed uint64, tasks []*knownTask) *podTokens {
	p := &podTokens{
		byPod: make(map[string]*knownTask, len(tasks)),
		seed:  maphash.MakeSeed(),
		keys:  seed,
		seen:  make(map[uint64]*podToken),
	}
	for _, r := range tasks {
		p.add(r)
	}
	return p
}

// add adds a pod.
func (p *podTokens) add(t *knownTask) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byPod[newPod(p.keys, &t.Task).self.UID] = t
}

// remove removes a pod. The cache forgets all tokens, because some may be its own.
func (p *podTokens) remove(t *Task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.byPod, newPod(p.keys, t).self.UID)
	clear(p.seen)
}

// read reads a token. The probability that two of a million tokens have the same
// hash is 3·10⁻⁸.
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
	p.mu.Lock()
	defer p.mu.Unlock()
	if shown.owner = p.byPod[shown.claims.pod]; shown.owner == nil {
		return shown
	}
	if len(p.seen) >= perTask*len(p.byPod) {
		clear(p.seen)
	}
	p.seen[hash] = shown
	return shown
}
