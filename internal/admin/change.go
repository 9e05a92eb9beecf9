package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"tenement/internal/throttle"
)

// setLimit changes a limit of one host, or of all.
func (a *API) setLimit(r *http.Request, body []byte) (int, any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hosts, err := a.at(r)
	if err != nil {
		return http.StatusNotFound, nil, err
	}
	// All or nothing: no host is changed before it is known that all can be.
	indexes, changed := make([]int, len(hosts)), make([]throttle.Limit, len(hosts))
	for i, h := range hosts {
		limits := h.handler.Limits()
		if indexes[i], err = a.find(limits, r.PathValue("limit")); err != nil {
			return http.StatusNotFound, nil, err
		}
		if changed[i], err = a.format.ReadLimit(limits[indexes[i]], body); err != nil {
			return http.StatusBadRequest, nil, err
		}
	}
	for i, h := range hosts {
		if err := h.handler.SetLimit(indexes[i], changed[i]); err != nil {
			return http.StatusBadRequest, nil, err
		}
	}
	return http.StatusOK, a.states(hosts), nil
}

// find returns the index of a limit by its name, or by the index itself.
func (a *API) find(limits []throttle.Limit, name string) (int, error) {
	for i := range limits {
		if limitName(limits, i) == name {
			return i, nil
		}
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(limits) {
		return i, nil
	}
	if len(limits) == 0 {
		return 0, fmt.Errorf("limit %q: there is none", a.short(name))
	}
	return 0, fmt.Errorf("limit %q: want 0 to %d, or a name", a.short(name), len(limits)-1)
}

// faultList is the answer to a change of faults: the faults that were added or
// lifted, for each host. It omits the others, because there may be very many.
type faultList struct {
	Faults []faultAt `json:"faults"`
}

type faultAt struct {
	Host    int             `json:"host"`
	Figures json.RawMessage `json:"figures"`
}

// add adds the host's active and scheduled faults of that name.
func (l *faultList) add(h *host, name string) {
	for _, f := range h.handler.Faults() {
		if f.Name == name {
			l.Faults = append(l.Faults, faultAt{h.number, h.format.FaultJSON(f)})
		}
	}
}

// inject adds a fault to one host, or to all. If one host cannot have it,
// none gets it.
func (a *API) inject(r *http.Request, body []byte) (int, any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hosts, err := a.at(r)
	if err != nil {
		return http.StatusNotFound, nil, err
	}
	for _, h := range hosts {
		f, err := a.format.ReadFault(h.service, body)
		if err != nil {
			return http.StatusBadRequest, nil, err
		}
		// Faults are lifted by name, so names must be unique.
		known := slices.ContainsFunc(h.handler.Faults(), func(one throttle.Fault) bool { return one.Name == f.Name })
		if known {
			return http.StatusConflict, nil, fmt.Errorf("host %d already has a fault %q", h.number, f.Name)
		}
	}
	added := faultList{[]faultAt{}}
	for _, h := range hosts {
		f, err := a.format.ReadFault(h.service, body)
		if err == nil {
			err = h.handler.Inject(f)
		}
		if err != nil {
			return http.StatusBadRequest, nil, err
		}
		h.injected[f.Name] = true
		added.add(h, f.Name)
	}
	return http.StatusCreated, added, nil
}

// lift ends a fault of one host, or of all.
func (a *API) lift(r *http.Request, _ []byte) (int, any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hosts, err := a.at(r)
	if err != nil {
		return http.StatusNotFound, nil, err
	}
	name, found := r.PathValue("fault"), false
	lifted := faultList{[]faultAt{}}
	for _, h := range hosts {
		lifted.add(h, name)
		delete(h.injected, name)
		found = h.handler.Lift(name) || found
	}
	if !found {
		return http.StatusNotFound, nil, fmt.Errorf("fault %q: there is none of that name", a.short(name))
	}
	return http.StatusOK, lifted, nil
}

// reset resets the state of all limits of all hosts, and lifts the faults that
// were added through the API. Changed limits stay changed.
func (a *API) reset(_ *http.Request, body []byte) (int, any, error) {
	if len(bytes.TrimSpace(body)) > 0 {
		return http.StatusBadRequest, nil, errors.New("want no body: everything is reset")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.hosts {
		h.handler.Reset()
		for name := range h.injected {
			h.handler.Lift(name)
		}
		clear(h.injected)
	}
	return http.StatusOK, a.states(a.hosts), nil
}
