package plan

import (
	"time"

	"tenement/internal/service"
)

// Recorded is what a recording says became of the requests that a group replays, for
// a report to set beside the replay. No engine uses it.
type Recorded struct {
	Limit   string        // that the recording was under, as throttle.ParseLimit reads it; "" is not known
	Step    time.Duration // in which times were recorded, if the requests are spread over it
	Altered []string      // what the replay changes on purpose, each in a few words
	Misfits int64         // answers that do not fit the limit wherever they are placed within their steps
	// Inferred is how many requests are in no line: they follow from refusals.
	Inferred int64
	All      RecordedPart
	Tasks    []RecordedPart // the largest
	More     int            // further tasks
	Routes   []RecordedPart // by number of requests
}

// RecordedPart is the recorded requests of one task, or for one route.
type RecordedPart struct {
	Name     string
	Task     uint32 // of the group's first copy
	Route    service.Routes
	Statuses map[int]uint64 // by status of the answer; 0 is not recorded
	// Timed is how many requests have a latency, P50 and P99 two of its quantiles.
	Timed    uint64
	P50, P99 time.Duration
}

// Parts tells which of the parts a call of a group belongs to.
type Parts struct {
	N          int     // how many there are: Tasks, then Routes
	ByTask     []uint8 // the number of its part from 1, 0 is none
	ByResource []uint8
}

// Parts are those of a group, which replays.
func (p *Plan) Parts(group int) *Parts {
	g := &p.Groups[group]
	r := g.Recorded
	if r == nil {
		return nil
	}
	out := &Parts{N: len(r.Tasks) + len(r.Routes), ByTask: make([]uint8, g.Tasks), ByResource: make([]uint8, len(p.Resources))}
	each := g.Tasks
	if v, ok := g.Pattern.(*Replay); ok {
		each = v.tasks
	}
	for i := range r.Tasks {
		for task := int(r.Tasks[i].Task); task < g.Tasks; task += each {
			out.ByTask[task] = uint8(1 + i)
		}
	}
	for i := range p.Resources {
		if p.Resources[i].Endpoint > 0 {
			continue // a recording is of the host's own
		}
		path := withoutQuery(p.Resources[i].Path)
		if path == service.CutCredentials { // as the recording's summary has it
			path = service.CredentialsV2
		}
		route := p.Service.Route(path)
		for j := range r.Routes {
			if r.Routes[j].Route == route {
				out.ByResource[i] = uint8(1 + len(r.Tasks) + j)
			}
		}
	}
	return out
}
