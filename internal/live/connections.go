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
	open    func(group uint32) *http.Transport
	shared  []*http.Transport // by group; its tasks have different hosts in their URLs
	perCall []bool            // by group: each call has a client of its own

	mu  sync.Mutex // guards own
	own map[*strategy.Call]*http.Transport
}

// newConnections are the connections of a plan's tasks, each transport made by open.
func newConnections(plan *plan.Plan, open func(group uint32) *http.Transport) *connections {
	c := &connections{open: open, own: make(map[*strategy.Call]*http.Transport)}
	for i := range plan.Groups {
		g := &plan.Groups[i]
		c.shared = append(c.shared, open(uint32(i)))
		c.perCall = append(c.perCall, g.PerCall && g.Strategy.Scope == strategy.PerProcess)
	}
	return c
}

// of is the transport of a call's attempts.
func (c *connections) of(k *strategy.Call) *http.Transport {
	if !c.perCall[k.Group] {
		return c.shared[k.Group]
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.own[k]
	if t == nil {
		t = c.open(k.Group)
		c.own[k] = t
	}
	return t
}

// end closes the connections that a call has to itself.
func (c *connections) end(k *strategy.Call) {
	if !c.perCall[k.Group] {
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
	for _, t := range c.shared {
		t.CloseIdleConnections()
	}
}
