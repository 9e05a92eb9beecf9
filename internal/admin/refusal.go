package admin

import (
	"log/slog"
	"math"
	"math/bits"
	"net/netip"
	"time"

	"tenement/internal/imds"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// refused counts a refusal, remembers it, and logs it. The request waits for
// this, so it must be quick.
func (a *API) refused(h *host, r imds.Refusal) {
	e := entry{host: h, Refusal: r}
	if r.Limit >= 0 {
		e.limit = h.limit(r.Limit)
	}
	e.count()
	a.recent.add(e)
	if a.log != nil {
		a.log.add(e)
	}
}

// count counts a refusal.
func (e *entry) count() {
	h, r := e.host, &e.Refusal
	// A request that a limit delays and a fault then affects is no refusal.
	refused := r.Kind == throttle.Rejected || r.Kind == throttle.Dropped
	if refused && e.limit != nil {
		e.limit.refusals.Add(1)
	}
	if int(r.Kind) < numVerdicts {
		h.answers[routeNumber(r.Route)][r.Kind].Add(1)
	}
	if r.Fault != throttle.NoFault && int(r.Fault) < numFaults {
		h.affected[r.Fault].Add(1)
	}
}

// forgetRefusals forgets what was counted of refusals.
func (h *host) forgetRefusals() {
	for route := range h.answers {
		for verdict := range h.answers[route] {
			h.answers[route][verdict].Store(0)
		}
	}
	for kind := range h.affected {
		h.affected[kind].Store(0)
	}
}

// record is a refusal as the log and GET /v1/refusals show it.
func (e *entry) record() slog.Record {
	r := &e.Refusal
	message := "fault"
	if r.Limit >= 0 && r.Fault == throttle.NoFault {
		message = "limit"
	}
	record := slog.NewRecord(e.host.began.Add(r.At), slog.LevelInfo, message, 0)
	record.AddAttrs(
		slog.Int("host", e.host.number),
		slog.Float64("at_s", seconds(r.At)),
		slog.String("verdict", r.Kind.String()),
	)
	if r.Status != 0 {
		record.AddAttrs(slog.Int("status", r.Status))
	}
	if r.After > 0 {
		record.AddAttrs(slog.Float64("after_s", seconds(r.After)))
	}
	if l := e.limit; l != nil {
		record.AddAttrs(
			slog.String("limit", l.name),
			slog.Any("figures", l.figures(e.host, r.Limit)),
			slog.Any("key", slog.GroupValue(e.key(l.scope)...)),
			slog.Float64("retry_after_s", seconds(r.RetryAfter)),
		)
	}
	if r.Fault != throttle.NoFault {
		record.AddAttrs(slog.String("fault", r.FaultName), slog.String("kind", r.Fault.String()))
	}
	record.AddAttrs(
		slog.String("source", address(r.Source)),
		slog.String("method", r.Method),
		slog.String("path", r.Path),
		slog.String("route", routeName(routeNumber(r.Route))),
	)
	if t := e.host.tasks[r.Task]; t != nil {
		record.AddAttrs(slog.String("group", t.Group), slog.Int("task", t.Index))
	}
	return record
}

// key names the key whose state of the limit refused the request, by the parts of
// the limit's scope. A request of an unknown client counts as a task and a tenant
// of its own, named by its address.
func (e *entry) key(s throttle.Scope) []slog.Attr {
	if s == throttle.HostScope {
		return []slog.Attr{slog.Int("host", e.host.number)}
	}
	t := e.host.tasks[e.Task]
	var key []slog.Attr
	if s&throttle.TenantScope != 0 {
		tenant := address(e.Source)
		if t != nil {
			tenant = t.Tenant
		}
		key = append(key, slog.String("tenant", tenant))
	}
	if s&throttle.TaskScope != 0 {
		task := address(e.Source)
		if t != nil {
			task = t.Name(e.host.service, e.host.seed)
		}
		key = append(key, slog.String("task", task))
	}
	if s&throttle.IPScope != 0 {
		key = append(key, slog.String("ip", address(e.Source)))
	}
	if s&throttle.PathScope != 0 {
		key = append(key, slog.String("path", e.Path))
	}
	return key
}

// address is an address as text, empty if it is not valid.
func address(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// routeNumber is the index of a route's counts.
func routeNumber(r service.Routes) int { return bits.TrailingZeros32(uint32(r)) }

// routeName is the name of a route by its number, "other" if it has none.
func routeName(n int) string {
	if n < len(routes) {
		return routes[n]
	}
	return "other"
}

var routes = service.RouteNames()

// seconds is a duration in seconds, rounded to the microsecond.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e6 }
