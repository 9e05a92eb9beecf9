package imds

import (
	"hash/maphash"
	"sync"
)

// passport is what a request shows of who it is: a token, read. It is
// read-only.
type passport struct {
	err     error // that the token is none
	claims  claims
	owner   *resident // whose token it is, or nil
	session uint64    // of the token, never 0
}

// noPassport is shown by a request without a token.
var noPassport = new(passport)

// passports reads tokens. The same ones are shown again and again, so it
// remembers what was in those of tasks that it knows; of the tokens themselves
// it keeps no more than a hash.
type passports struct {
	byPod map[string]*resident
	seed  maphash.Seed

	mu   sync.RWMutex // guards seen
	seen map[uint64]*passport
}

// perTask is how many tokens are remembered for each task: the one that it
// has, and some that were replaced. Beyond that all are forgotten.
const perTask = 4

func newPassports(seed uint64, residents []*resident) *passports {
	p := &passports{
		byPod: make(map[string]*resident, len(residents)),
		seed:  maphash.MakeSeed(),
		seen:  make(map[uint64]*passport),
	}
	for _, r := range residents {
		p.byPod[newPod(seed, &r.Task).self.UID] = r
	}
	return p
}

// read reads a token. Of a million tokens two are taken for the same with
// probability 3·10⁻⁸.
func (p *passports) read(token string) *passport {
	if token == "" {
		return noPassport
	}
	hash := max(maphash.String(p.seed, token), 1)
	p.mu.RLock()
	shown, ok := p.seen[hash]
	p.mu.RUnlock()
	if ok {
		return shown
	}
	shown = &passport{session: hash}
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
