package evidence

import (
	"time"

	"tenement/internal/recording"
	"tenement/internal/throttle"
)

// mostTried bounds the answers of one reading, and mostHot the buckets.
const (
	mostTried = 1 << 19
	mostHot   = 1 << 9
)

// partition is one way to divide the requests into buckets, and the scopes that all
// divide them so.
type partition struct {
	scopes []throttle.Scope
	hot    map[subject]bool // the buckets that refused something
	grid   *grid

	// What the grids find.
	points      []point // where the search has come to
	best        point
	floor       int64 // the least cost of any limit that was tried
	limit       throttle.Limit
	published   bool // it is the one that the service is known for
	rate, burst Interval
	misfits     int64
	cost        int64
	squeeze     float64
}

// score says how badly the partition's limit explains the recording, as grid.rank does.
func (p *partition) score() float64 { return 10*float64(p.cost) + p.squeeze }

// partitions finds the scopes that divide the recording differently.
func (s *survey) partitions(src Source) ([]*partition, error) {
	var indexes [len(scopes)]map[subject]uint64
	var sums [len(scopes)]digest
	var hot [len(scopes)]map[subject]bool
	for i := range indexes {
		indexes[i], hot[i] = make(map[subject]uint64), make(map[subject]bool)
	}
	t := s.attributor(nil)
	proving := int64(0)
	err := each(src, func(e *recording.Entry, at time.Duration) error {
		_, key := t.attribute(e, at)
		if !s.proves(e) {
			return nil
		}
		if refused(e) {
			proving++
		}
		for i, scope := range scopes {
			k := key.under(scope)
			n, ok := indexes[i][k]
			if !ok {
				n = uint64(len(indexes[i]))
				indexes[i][k] = n
			}
			sums[i].add(n)
			if refused(e) && len(hot[i]) < mostHot {
				hot[i][k] = true
			}
		}
		return nil
	})
	if err != nil || proving == 0 {
		return nil, err
	}
	var all []*partition
	bySum := make(map[digest]*partition)
	for i, scope := range scopes {
		p := bySum[sums[i]]
		if p == nil {
			p = &partition{hot: hot[i]}
			bySum[sums[i]] = p
			all = append(all, p)
		}
		p.scopes = append(p.scopes, scope)
	}
	return all, nil
}

// try counts the misfits of all limits of the partitions' grids.
func (s *survey) try(src Source, parts []*partition, full bool) error {
	t := s.attributor(nil)
	for _, p := range parts {
		p.grid.begin(full)
	}
	tried := 0
	err := src(func(e *recording.Entry) bool {
		at := e.At.Sub(s.start)
		_, key := t.attribute(e, at)
		if !s.proves(e) {
			return true
		}
		for _, p := range parts {
			if k := key.under(p.scopes[0]); p.hot[k] {
				p.grid.answer(k, at, e)
			}
		}
		tried++
		return tried < mostTried
	})
	for _, p := range parts {
		p.grid.end()
	}
	return err
}
