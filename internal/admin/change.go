package admin

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"tenement/internal/imds"
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
	whole := a.format.IsWhole(body)
	for i, h := range hosts {
		limits := h.handler.InForce()
		if indexes[i], err = a.find(limits, r.PathValue("limit")); err != nil {
			return http.StatusNotFound, nil, err
		}
		was := limits[indexes[i]].Limit
		if whole {
			changed[i], err = a.format.NewLimit(was.Name, body)
		} else {
			changed[i], err = a.format.ReadLimit(was, body)
		}
		if err != nil {
			return http.StatusBadRequest, nil, err
		}
		if changed[i].Name != was.Name && isTaken(limits, changed[i].Name, indexes[i]) {
			return http.StatusConflict, nil, fmt.Errorf("host %d already has a limit %q", h.number, changed[i].Name)
		}
	}
	for i, h := range hosts {
		set := h.handler.SetLimit
		if whole {
			set = h.handler.ReplaceLimit
		}
		if err := set(indexes[i], changed[i]); err != nil {
			return http.StatusBadRequest, nil, err
		}
		h.relimit()
	}
	return http.StatusOK, a.states(hosts), nil
}

// addLimit adds a limit to one host, or to all. If one host cannot have it, none
// gets it.
func (a *API) addLimit(r *http.Request, body []byte) (int, any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hosts, err := a.at(r)
	if err != nil {
		return http.StatusNotFound, nil, err
	}
	l, err := a.format.NewLimit("", body)
	if err != nil {
		return http.StatusBadRequest, nil, err
	}
	name := cmp.Or(l.Name, soleLimit)
	for _, h := range hosts {
		limits := h.handler.InForce()
		if len(limits) >= throttle.MaxLimits {
			return http.StatusConflict, nil, fmt.Errorf("host %d has %d limits already", h.number, len(limits))
		}
		if isTaken(limits, name, -1) {
			return http.StatusConflict, nil, fmt.Errorf("host %d already has a limit %q", h.number, name)
		}
	}
	for _, h := range hosts {
		if err := h.handler.AddLimit(l); err != nil {
			return http.StatusBadRequest, nil, err
		}
		h.relimit()
	}
	return http.StatusCreated, a.states(hosts), nil
}

// isTaken reports whether one of the limits, but not the one with an index, has a name or
// is called that.
func isTaken(limits []imds.NumberedLimit, name string, but int) bool {
	for i := range limits {
		if i == but {
			continue
		}
		if limitName(limits, i) == name || cmp.Or(limits[i].Name, soleLimit) == name {
			return true
		}
	}
	return false
}

// removeLimit removes a limit from one host, or from all.
func (a *API) removeLimit(r *http.Request, _ []byte) (int, any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hosts, err := a.at(r)
	if err != nil {
		return http.StatusNotFound, nil, err
	}
	indexes := make([]int, len(hosts))
	for i, h := range hosts {
		if indexes[i], err = a.find(h.handler.InForce(), r.PathValue("limit")); err != nil {
			return http.StatusNotFound, nil, err
		}
	}
	for i, h := range hosts {
		if err := h.handler.RemoveLimit(indexes[i]); err != nil {
			return http.StatusBadRequest, nil, err
		}
		h.relimit()
	}
	return http.StatusOK, a.states(hosts), nil
}

// find returns the index of a limit by its name or its number.
func (a *API) find(limits []imds.NumberedLimit, name string) (int, error) {
	for i := range limits {
		if limitName(limits, i) == name {
			return i, nil
		}
	}
	if n, err := strconv.Atoi(name); err == nil {
		for i := range limits {
			if limits[i].Number == n {
				return i, nil
			}
		}
	}
	switch last := len(limits) - 1; {
	case last < 0:
		return 0, fmt.Errorf("limit %q: there is none", a.short(name))
	case limits[last].Number == last:
		return 0, fmt.Errorf("limit %q: want 0 to %d, or a name", a.short(name), last)
	}
	return 0, fmt.Errorf("limit %q: want the name or the number of one that GET /v1/state shows", a.short(name))
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

// inject adds a fault to one host, or to all. If one host cannot have it, none gets
// it. A fault without a name gets one that none of the hosts has.
func (a *API) inject(r *http.Request, body []byte) (int, any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	hosts, err := a.at(r)
	if err != nil {
		return http.StatusNotFound, nil, err
	}
	taken := make(map[string]int) // the number of a host that has a fault of that name
	faults := make([]throttle.Fault, len(hosts))
	for i, h := range hosts {
		if faults[i], err = a.format.ReadFault(h.service, body); err != nil {
			return http.StatusBadRequest, nil, err
		}
		for _, f := range h.handler.Faults() {
			taken[f.Name] = h.number
		}
	}
	// Faults are lifted by name, so names must be unique.
	name := faults[0].Name
	if at, known := taken[name]; known && name != "" {
		return http.StatusConflict, nil, fmt.Errorf("host %d already has a fault %q", at, name)
	}
	if name == "" {
		name = free(faults[0].Kind.String(), taken)
	}
	added := faultList{[]faultAt{}}
	for i, h := range hosts {
		faults[i].Name = name
		if err := h.handler.Inject(faults[i]); err != nil {
			return http.StatusBadRequest, nil, err
		}
		added.add(h, name)
	}
	return http.StatusCreated, added, nil
}

// free is a name that is not taken: this one, or this one with a number.
func free(name string, taken map[string]int) string {
	first := name
	for n := 2; ; n++ {
		if _, known := taken[name]; !known {
			return name
		}
		name = fmt.Sprintf("%s-%d", first, n)
	}
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
		found = h.handler.Lift(name) || found
	}
	if !found {
		return http.StatusNotFound, nil, fmt.Errorf("fault %q: there is none of that name", a.short(name))
	}
	return http.StatusOK, lifted, nil
}

// initially is the body of POST /v1/reset for the limits of the start.
const initially = `{"limits": "initial"}`

// reset makes all hosts begin anew: see imds.Handler.Reset. What was counted and
// remembered is forgotten.
func (a *API) reset(_ *http.Request, body []byte) (int, any, error) {
	initial := false
	if body = bytes.TrimSpace(body); len(body) > 0 {
		var want struct{ Limits string }
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		if err := d.Decode(&want); err != nil || want.Limits != "initial" || !errors.Is(d.Decode(new(any)), io.EOF) {
			return http.StatusBadRequest, nil, errors.New("want no body, or " + initially)
		}
		initial = true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.hosts {
		h.handler.Reset(initial)
		h.renew()
		h.forgetRefusals()
	}
	a.recent.forget()
	a.requests.reset(a.hosts)
	for _, h := range a.hosts {
		a.requests.note(h, h.handler.Elapsed(), logReset)
	}
	return http.StatusOK, a.states(a.hosts), nil
}
