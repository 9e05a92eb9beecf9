package admin

import (
	"encoding/json"
	"errors"
	"net/http"
)

// state is the answer to GET /v1/state.
type state struct {
	Draining bool        `json:"draining"`
	Hosts    []hostState `json:"hosts"`
}

// hostState is one host of the state.
type hostState struct {
	Host      int               `json:"host"`
	Endpoint  string            `json:"endpoint,omitempty"` // of a profile's further endpoints
	Service   string            `json:"service"`
	URL       string            `json:"url"`
	Uptime    float64           `json:"uptime_s"`
	Listening bool              `json:"listening"` // false while a restart is on
	Limits    []limitState      `json:"limits"`
	Faults    []json.RawMessage `json:"faults"` // active and scheduled
	Counts    outcomeCounts     `json:"counts"`
	Waiting   int               `json:"waiting"`  // requests whose answer is not yet due; the counts are of the others
	Requests  []requestCount    `json:"requests"` // by route, outcome and status
	Groups    []groupCounts     `json:"groups"`
	Sources   int               `json:"sources"`
}

// limitState is a limit as it is now.
type limitState struct {
	Limit    string          `json:"limit"`
	Index    int             `json:"index"` // the number that it keeps while others are removed
	Figures  json.RawMessage `json:"figures"`
	Level    *float64        `json:"level,omitempty"` // where the scope is host
	Refusals uint64          `json:"refusals"`
}

// groupCounts counts the requests of a group's tasks.
type groupCounts struct {
	Group string `json:"group"`
	outcomeCounts
}

func (a *API) state(*http.Request, []byte) (int, any, error) {
	return http.StatusOK, a.states(a.hosts), nil
}

func (a *API) states(hosts []*host) state {
	s := state{Draining: a.draining.Load()}
	for _, h := range hosts {
		s.Hosts = append(s.Hosts, h.state(a.requests.counted(h)))
	}
	return s
}

func (h *host) state(c hostCounts) hostState {
	s := hostState{
		Host: h.number, Endpoint: h.endpoint, Service: h.service.String(), URL: h.url,
		Uptime: seconds(h.handler.Elapsed()), Listening: h.handler.Listening(),
		Limits: []limitState{}, Faults: []json.RawMessage{}, Groups: []groupCounts{},
		Counts: c.all, Waiting: h.handler.Waiting(), Requests: append([]requestCount{}, c.byRoute...), Sources: h.handler.Sources(),
	}
	for i, l := range h.handler.InForce() {
		known := h.limit(l.Number)
		one := limitState{Limit: known.name, Index: l.Number, Figures: known.write(h.format, l.Limit), Refusals: known.refusals.Load()}
		if level, ok := h.handler.Level(i); ok {
			one.Level = &level
		}
		s.Limits = append(s.Limits, one)
	}
	for _, f := range h.handler.Faults() {
		s.Faults = append(s.Faults, h.format.FaultJSON(f))
	}
	for n, counts := range c.byGroup {
		s.Groups = append(s.Groups, groupCounts{h.groups[n], counts})
	}
	return s
}

func (a *API) health(*http.Request, []byte) (int, any, error) {
	return http.StatusOK, map[string]string{"status": "ok"}, nil
}

func (a *API) ready(*http.Request, []byte) (int, any, error) {
	if a.draining.Load() {
		return http.StatusServiceUnavailable, nil, errors.New("draining: requests that have begun are answered, no others")
	}
	return http.StatusOK, map[string]string{"status": "ready"}, nil
}
