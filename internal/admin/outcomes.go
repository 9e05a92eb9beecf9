package admin

import (
	"cmp"
	"slices"

	"tenement/internal/imds"
)

// outcomeCounts counts requests by what became of them. It is written as it is.
type outcomeCounts struct {
	Requests   uint64 `json:"requests"` // in all; every one is in one of the others too
	Served     uint64 `json:"served"`
	Throttled  uint64 `json:"throttled"` // refused by a limit
	Dropped    uint64 `json:"dropped"`   // not answered, because of a limit
	Failed     uint64 `json:"failed"`    // by a fault or the upstream
	Errors     uint64 `json:"errors"`    // answered with an error of the server's own
	Redirected uint64 `json:"redirected"`
	Lost       uint64 `json:"lost"` // beyond the hop limit
	Abandoned  uint64 `json:"abandoned"`
	CutOff     uint64 `json:"cut_off"`
}

// of is the counter of an outcome.
func (c *outcomeCounts) of(o imds.Outcome) *uint64 {
	return [...]*uint64{
		imds.Served: &c.Served, imds.Redirected: &c.Redirected, imds.Errored: &c.Errors, imds.Throttled: &c.Throttled,
		imds.Dropped: &c.Dropped, imds.Failed: &c.Failed, imds.Lost: &c.Lost, imds.Abandoned: &c.Abandoned, imds.CutOff: &c.CutOff,
	}[o]
}

func (c *outcomeCounts) add(o imds.Outcome) {
	c.Requests++
	*c.of(o)++
}

// requestCount is how many requests of a route had an outcome and a status.
type requestCount struct {
	Route   string `json:"route"`
	Outcome string `json:"outcome"`
	Status  int    `json:"status"` // 0 is none
	Count   uint64 `json:"count"`
}

// hostCounts is what a host has counted.
type hostCounts struct {
	all     outcomeCounts
	byGroup []outcomeCounts
	byRoute []requestCount // in the order of routes, outcomes and statuses
}

// counted is what a host has counted so far.
func (l *requestLog) counted(h *host) hostCounts {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := hostCounts{all: h.outcomes, byGroup: slices.Clone(h.byGroup)}
	keys := make([]countKey, 0, len(h.counts))
	for k := range h.counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b countKey) int {
		return cmp.Or(cmp.Compare(routeNumber(a.route), routeNumber(b.route)), cmp.Compare(a.outcome, b.outcome), cmp.Compare(a.status, b.status))
	})
	for _, k := range keys {
		c.byRoute = append(c.byRoute, requestCount{routeName(routeNumber(k.route)), k.outcome.String(), k.status, *h.counts[k]})
	}
	return c
}
