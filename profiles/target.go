package profiles

import (
	"fmt"
	"net/url"
	"strings"

	"tenement/internal/plan"
	"tenement/internal/service"
	"tenement/internal/trace"
	"tenement/internal/words"
)

// compile numbers what a recording asks for, as it is asked of an endpoint.
func (r *recording) compile(v *replay, e *endpoint) *replayed {
	type request struct{ method, path string }
	var (
		requests  = r.tape.Requests()
		resources = make([]uint32, len(requests))
		numbers   = make(map[request]uint32)
		each      []plan.Resource // of one copy
		ids       = newRegister()
		used      = make([]bool, len(v.Map))
		cut, left int64
		inferred  int64
	)
	for i := range requests {
		q, a := &requests[i], &r.answers()[i]
		if isToken(e.Service, q) {
			resources[i] = leftOut
			left += a.events
			continue
		}
		inferred += a.inferred
		path, mapped := v.mapped(q.Path, used)
		if !mapped {
			path = own(q, a, e)
			if q.Cut {
				cut += a.events
			} else {
				ids.note(path, a)
			}
		}
		n, known := numbers[request{q.Method, path}]
		if !known {
			n = uint32(len(each))
			numbers[request{q.Method, path}] = n
			each = append(each, plan.NewResource(q.Method, path))
		}
		resources[i] = n
	}
	c := &replayed{registered: ids.ids()}
	all := each
	for number := 1; number < v.Copies; number++ {
		for _, one := range each {
			all = append(all, plan.NewResource(one.Method, copied(one.Path, number)))
		}
		for _, id := range ids.ids() {
			c.registered = append(c.registered, copiedID(id, number))
		}
	}
	c.replay = plan.NewReplay(cassette{r.tape, resources}, len(r.tape.Tasks()), all, v.play(r.step(), r.tape.Length()))
	events := r.tape.Len()
	if cut > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf(
			"recorded without a credentials ID and sent as the task's own, so that sharing a bucket with others is a guess: "+
				"%s", ofTrace(cut, events)))
	}
	if inferred > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf(
			"in no line of the recording, but concluded from its refusals: %s", ofTrace(inferred, events)))
	}
	if left > 0 {
		c.warnings = append(c.warnings, fmt.Sprintf(
			"left out, because the strategy asks for session tokens itself: %s", ofTrace(left, events)))
	}
	for i, m := range v.Map {
		if !used[i] {
			c.warnings = append(c.warnings, fmt.Sprintf("map: nothing in the trace is %s", words.Visible(words.Shortened(m.From, 60))))
		}
	}
	return c
}

// isToken reports whether a request is for a session token, which is the business of
// a strategy.
func isToken(s service.Service, q *trace.Request) bool {
	path, _, _ := strings.Cut(q.Path, "?")
	return s == service.IMDS && q.Method == "PUT" && s.Route(path) == service.TokenRoute
}

// mapped is what is sent for a recorded path by the first entry of the map that is
// about it.
func (v *replay) mapped(path string, used []bool) (string, bool) {
	for i, m := range v.Map {
		if to, ok := m.path(path); ok {
			used[i] = true
			return to, true
		}
	}
	return path, false
}

// own is what is sent for a request that no map is about: what was recorded, but the
// task's own ID where that was left out, and the endpoint's own role in place of the
// recorded instance's.
func own(q *trace.Request, a *answers, e *endpoint) string {
	switch {
	case e.Service == service.IMDS:
		return ownRole(q.Path, a, e.Instance.Role)
	case e.Service != service.ECS || !q.Cut:
		return q.Path
	}
	id := service.CredentialsID
	if q.Execution {
		id = service.ExecutionID
	}
	if strings.HasPrefix(q.Path, service.CredentialsV1) {
		return service.CredentialsV1 + "?id=" + id
	}
	return service.CredentialsV2 + id
}

// ownRole is a path with another role, if the recorded server knew the one in it.
func ownRole(path string, a *answers, role string) string {
	plain, _, _ := strings.Cut(path, "?")
	if role == "" || a.gone && !a.served || service.IMDS.Route(plain) != service.CredentialsRoute {
		return path
	}
	return path[:strings.LastIndexByte(plain, '/')+1] + role + path[len(plain):]
}

// copied is a path as another copy of a task asks for it: with an ID of its own where
// the recording has one.
func copied(path string, number int) string {
	id := pathID(path)
	if id == "" || strings.HasPrefix(id, "{") {
		return path // the task's own, or none
	}
	other := copiedID(id, number)
	plain, query, _ := strings.Cut(path, "?")
	if plain == service.CredentialsV1 {
		values, _ := url.ParseQuery(query) // pathID has read it
		values.Set("id", other)
		return plain + "?" + values.Encode()
	}
	for _, prefix := range idPrefixes {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			end := strings.IndexAny(rest, "/?")
			if prefix == service.CredentialsV2 {
				end = strings.IndexByte(rest, '?')
			}
			if end < 0 {
				end = len(rest)
			}
			return prefix + url.PathEscape(other) + rest[end:]
		}
	}
	return path
}

// copiedID is an ID in a copy: the second copy of a is a-2.
func copiedID(id string, number int) string { return fmt.Sprintf("%s-%d", id, number+1) }
