package live

import (
	"net/http"
	"sync"

	"tenement/internal/plan"
	"tenement/internal/strategy"
)

// connections are the connections of a run. Those of a task stay open for its later
// calls, if its strategy keeps any. A call whose client was built for it alone has
// connections of its own, which end with the call.
type connections struct {
	open    func(group, activity int) *http.Transport
	shared  [][]*http.Transport // by group and activity; its tasks have different hosts in their URLs
	perCall [][]bool            // the same: each call has a client of its own

	mu  sync.Mutex // guards own
	own map[*strategy.Call]*http.Transport
}

// newConnections are the connections of a plan's tasks, each transport made by open.
func newConnections(plan *plan.Plan, open func(group, activity int) *http.Transport) *connections {
	c := &connections{open: open, own: make(map[*strategy.Call]*http.Transport)}
	for i := range plan.Groups {
		g := &plan.Groups[i]
		n := max(len(g.Activities), 1)
		shared, perCall := make([]*http.Transport, n), make([]bool, n)
		for activity := range n {
			shared[activity] = open(i, activity)
			perCall[activity] = g.PerCall && plan.Strategy(i, activity).Scope == strategy.PerProcess
		}
		c.shared, c.perCall = append(c.shared, shared), append(c.perCall, perCall)
	}
	return c
}

// of is the transport of a call's attempts.
func (c *connections) of(k *strategy.Call) *http.Transport {
	if !c.perCall[k.Group][k.Activity] {
		return c.shared[k.Group][k.Activity]
	}
	if p := k.Parent(); p != nil {
		k = p
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.own[k]
	if t == nil {
		t = c.open(int(k.Group), int(k.Activity))
		c.own[k] = t
	}
	return t
}

// end closes the connections that a call has to itself.
func (c *connections) end(k *strategy.Call) {
	if !c.perCall[k.Group][k.Activity] || k.Parent() != nil {
		return
	}
	c.mu.Lock()
	t := c.own[k]
	delete(c.own, k)
	c.mu.Unlock()
	if t != nil {
		t.CloseIdleConnections()
	}
}

// close closes the connections that calls share.
func (c *connections) close() {
	for _, activities := range c.shared {
		for _, t := range activities {
			t.CloseIdleConnections()
		}
	}
}
