package admin

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/words"
)

// query is what GET /v1/requests asks for. The zero query is everything.
type query struct {
	since   uint64 // requests after that seq
	limit   int    // at most so many, the oldest; −1 is all
	host    int    // −1 is all
	status  int    // −1 is all
	task    string // GROUP/INDEX, or the task's name
	route   string
	outcome string
	method  string
}

// queryKeys are the parameters that there are.
var queryKeys = []string{"since", "task", "route", "outcome", "status", "method", "host", "limit"}

// readQuery reads the parameters of a request. The errors name them.
func (a *API) readQuery(text string) (query, error) {
	q := query{limit: -1, host: -1, status: -1}
	values, err := url.ParseQuery(text)
	if err != nil {
		return q, fmt.Errorf("the parameters: %w", err)
	}
	for name, all := range values {
		if !slices.Contains(queryKeys, name) {
			return q, fmt.Errorf("parameter %q: want %s", a.short(name), words.List(queryKeys, "or"))
		}
		if len(all) > 1 {
			return q, fmt.Errorf("parameter %s: is given %d times", name, len(all))
		}
	}
	number := func(name string, most int) (int, error) {
		text := values.Get(name)
		if text == "" {
			return -1, nil
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > most {
			return 0, fmt.Errorf("parameter %s: %q: want a whole number, 0 to %d", name, a.short(text), most)
		}
		return n, nil
	}
	if q.limit, err = number("limit", maxRequests); err != nil {
		return q, err
	}
	if q.host, err = number("host", len(a.hosts)-1); err != nil {
		return q, err
	}
	if q.status, err = number("status", 599); err != nil {
		return q, err
	}
	if text := values.Get("since"); text != "" {
		if q.since, err = strconv.ParseUint(text, 10, 63); err != nil {
			return q, fmt.Errorf("parameter since: %q: want the value of next from an earlier answer, or 0", a.short(text))
		}
	}
	q.task, q.method = values.Get("task"), values.Get("method")
	if q.route = values.Get("route"); q.route != "" && !slices.Contains(routeNames(), q.route) {
		return q, fmt.Errorf("parameter route: %q: want %s", a.short(q.route), words.List(routeNames(), "or"))
	}
	if q.outcome = values.Get("outcome"); q.outcome != "" && !slices.Contains(outcomeNames(), q.outcome) {
		return q, fmt.Errorf("parameter outcome: %q: want %s", a.short(q.outcome), words.List(outcomeNames(), "or"))
	}
	return q, nil
}

// routeNames are the names of all routes, and of what has none.
func routeNames() []string { return append(service.RouteNames(), routeName(numRoutes)) }

func outcomeNames() []string {
	var names []string
	for _, o := range imds.Outcomes() {
		names = append(names, o.String())
	}
	return names
}

// wants reports whether a query asks for a request.
func (q *query) wants(s *seen) bool {
	return (q.host < 0 || q.host == s.host.number) &&
		(q.status < 0 || q.status == s.Status) &&
		(q.route == "" || q.route == routeName(routeNumber(s.Route))) &&
		(q.outcome == "" || q.outcome == s.Outcome.String()) &&
		(q.method == "" || q.method == s.Method) &&
		(q.task == "" || s.Task != nil && s.host.isTask(s.Task, q.task))
}

// isTask reports whether a text is GROUP/INDEX of a task, or its name.
func (h *host) isTask(t *imds.Task, text string) bool {
	if group, index, ok := strings.Cut(text, "/"); ok && group == t.Group && index == strconv.Itoa(t.Index) {
		return true
	}
	return text == t.Name(h.service, h.seed)
}

// found is what a query finds.
type found struct {
	requests []seen
	events   []event
	count    int    // of the requests that it asks for, whatever its limit
	dropped  uint64 // requests after since that are no longer remembered, whatever they were
	next     uint64 // the since of a query for what follows
	total    uint64 // requests since the last reset
}

// find answers a query.
func (l *requestLog) find(q *query) found {
	l.mu.Lock()
	defer l.mu.Unlock()
	oldest, from := l.oldest(), max(q.since, l.base)+1
	f := found{next: l.last, total: l.last - l.base}
	if from < oldest {
		f.dropped, from = oldest-from, oldest
	}
	for seq := from; seq <= l.last; seq++ {
		s := l.ring.at(seq)
		if !q.wants(s) {
			continue
		}
		f.count++
		switch {
		case q.limit < 0 || len(f.requests) < q.limit:
			f.requests = append(f.requests, *s)
		case f.next == l.last && q.limit > 0:
			f.next = f.requests[len(f.requests)-1].seq
		}
	}
	for _, e := range l.events {
		if e.after >= q.since && (q.host < 0 || q.host == e.host.number) {
			f.events = append(f.events, e)
		}
	}
	return f
}

// listRequests answers GET /v1/requests, one request a line. It never holds the text
// of all of them.
func (a *API) listRequests(w http.ResponseWriter, r *http.Request) {
	q, err := a.readQuery(r.URL.RawQuery)
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	f := a.requests.find(&q)
	w.Header().Set("Content-Type", "application/json")
	b := bufio.NewWriter(w)
	defer func() { _ = b.Flush() }() // whoever asked may have gone
	l := list{w: b}
	l.begin(fmt.Sprintf("\"total\": %d,\n  \"dropped\": %d,\n  \"count\": %d,\n  \"next\": %d,\n  \"requests\"", f.total, f.dropped, f.count, f.next))
	var text []byte
	var made lines
	for i := range f.requests {
		text = made.request(text[:0], &f.requests[i])
		l.item(text)
	}
	l.then(`"events"`)
	for i := range f.events {
		text = made.event(text[:0], &f.events[i])
		l.item(text)
	}
	l.end()
}
