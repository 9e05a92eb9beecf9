package imds

import (
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// ecs is the ECS agent's task metadata server: credentials v1 and v2; metadata,
// statistics and tags v2, v3 and v4; associations v3 and v4; task protection.
//
// Its layers are in the agent's order. A path that is not clean is redirected;
// then the limiter is asked, whatever the path; then the routes are followed. The
// credentials ID or the endpoint ID in the path identifies the task; without one,
// the source address does.
// Source: amazon-ecs-agent ecs-agent/tmds/server.go.
type ecs struct {
	roster      *roster
	began       time.Time
	credentials *cycle
	keys        draw.Key                 // what the values in documents descend from
	instance    string                   // the ARN of the container instance
	limit       atomic.Pointer[[]string] // the limiter's header, or nil without a limiter
	pendingFor  time.Duration
	flavour     service.Flavour
	standalone  bool
	tags        tags
	associated  []Association
}

// newECS is the surface of an agent.
func newECS(c Config, r *roster) surface {
	s := &ecs{
		roster:      r,
		began:       c.Began,
		credentials: c.cycle,
		keys:        documentKeys(c.Seed),
		pendingFor:  c.ECS.PendingFor,
		flavour:     c.ECS.Flavour,
		standalone:  c.ECS.Standalone,
		tags:        tags{c.ECS.Tags, c.InstanceTags},
		associated:  c.ECS.Associations,
		instance:    containerInstanceARN(c),
	}
	s.limited(c.Endpoint.Limits(0))
	return s
}

// limited implements surface. The limiter's headers name the rate of the first
// limit; without a limit, or with one that has no rate, there are none.
func (s *ecs) limited(limits []throttle.Limit) {
	if len(limits) == 0 || limits[0].Rate == (throttle.Rate{}) {
		s.limit.Store(nil)
		return
	}
	s.limit.Store(&[]string{strconv.FormatFloat(limits[0].Rate.PerSecond(), 'f', 2, 64)})
}

// ahead redirects a client to the clean form of a path, without a body. A clean
// path with a line feed is not found, because the dot in the router's pattern does
// not match a line feed.
// Source: gorilla/mux 1.8.1, whose router does this ahead of its handlers.
func (s *ecs) ahead(q *question) (reply, bool) {
	p := clean(q.path)
	switch {
	case p != q.path:
	case strings.Contains(p, "\n"):
		return notFound(), true
	default:
		return reply{}, false
	}
	to := *q.url
	to.Path = p
	return reply{
		Answer: Answer{Status: http.StatusMovedPermanently},
		fields: []field{{"Location", []string{to.String()}}},
	}, true
}

// cacheKey implements surface: the agent passes nothing on.
func (*ecs) cacheKey(*question) uint64 { return 0 }

// refuse implements surface: the limiter's answer is the same whatever the
// status.
// Source: didip/tollbooth v4.0.2 limiter/limiter.go.
func (s *ecs) refuse(_ *question, status int) reply {
	return reply{Answer: Answer{Status: status, Body: Text}, fields: plainText, body: limitReached, audited: true}
}

var limitReached = []byte("You have reached maximum request limit.")

// fail implements surface. A status that the agent uses on this route comes with
// the agent's text, even if the reason differs; any other comes with its name.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers/v1/credentials_handler.go,
// ecs-agent/tmds/handlers/v4/handlers.go and
// ecs-agent/tmds/handlers/taskprotection/v1/handlers/handlers.go.
func (s *ecs) fail(q *question, status int) reply {
	route := service.ECS.Route(q.path)
	switch {
	case status == http.StatusTooManyRequests:
		return s.refuse(q, status)
	case route == service.CredentialsRoute:
		return s.failCredentials(q, status)
	case status == http.StatusNotFound:
		return notFound()
	case route == service.ProtectionRoute && status == http.StatusGatewayTimeout:
		return s.failProtection(q, status, "RequestCanceled", "Timed out calling ECS Task Protection API")
	case route == service.ProtectionRoute && status == http.StatusInternalServerError:
		return s.failProtection(q, status, "ServerException", http.StatusText(status))
	case status == http.StatusInternalServerError && route == service.StatsRoute:
		return jsonError(status, "failed to get stats")
	case status == http.StatusInternalServerError && strings.HasPrefix(q.path, service.MetadataV4):
		_, of, _ := strings.Cut(strings.TrimPrefix(q.path, service.MetadataV4), "/")
		if of == "" {
			return jsonError(status, "failed to get container metadata")
		}
		return jsonError(status, "failed to get task metadata")
	}
	return textError(status, http.StatusText(status))
}

// pending implements surface.
func (s *ecs) pending(q *question) reply {
	q.pending = true
	return s.find(q)
}

// stamp sets the headers that the limiter adds to every answer.
// Source: didip/tollbooth v4.0.2 tollbooth.go.
func (s *ecs) stamp(h http.Header, r *http.Request) {
	limit := s.limit.Load()
	if limit == nil {
		return
	}
	h["X-Rate-Limit-Limit"] = *limit
	h["X-Rate-Limit-Duration"] = oneSecond
	h["X-Rate-Limit-Request-Remote-Addr"] = []string{r.RemoteAddr}
	if v := r.Header["X-Forwarded-For"]; len(v) > 0 {
		h["X-Rate-Limit-Request-Forwarded-For"] = v[:1:1]
	} else {
		h["X-Rate-Limit-Request-Forwarded-For"] = empty
	}
}

// render implements surface.
func (s *ecs) render(owner *knownTask, d document, v variant, now time.Duration) []byte {
	var epoch int64 // what the document's content depends on, if on anything
	switch d {
	case credentialsDocument, executionDocument:
		epoch = int64(s.credentials.expiresAt(now, owner.Issued))
	case statsDocument, taskStatsDocument, statsV2Document, taskStatsV2Document:
		epoch = sampleAt(now, s.flavour)
	case taskDocument:
		if s.flavour == service.Fargate {
			epoch = clockAt(now)
		}
	}
	if d != credentialsDocument && d != executionDocument && now < owner.Issued {
		epoch = beforeStart
	}
	if v != (variant{}) {
		return without(encode(s.content(owner, d, v, epoch)), v.without)
	}
	return owner.render(d, epoch, func() []byte { return encode(s.content(owner, d, v, epoch)) })
}

// beforeStart is the epoch of what is said of a task that has not started.
const beforeStart = -1

// content is a document as a value.
func (s *ecs) content(owner *knownTask, d document, v variant, epoch int64) any {
	if d == credentialsDocument || d == executionDocument {
		role, id := owner.roleARN(), owner.CredentialsID
		if d == executionDocument {
			role, id = owner.Place.roleARN("role", executionRole), owner.ExecutionID
		}
		c := newCredentials(s.keys, role, id, time.Duration(epoch))
		c.Expiration = expiration(s.began, time.Duration(epoch)+v.shift)
		return c
	}
	started := epoch != beforeStart
	c := newContainer(s.keys, &owner.Task, s.began, started)
	if s.flavour == service.Fargate {
		c.onFargate(&owner.Task)
	}
	switch d {
	case containerDocument:
		return c
	case containerV2Document:
		return c.v2()
	case taskDocument, taggedDocument, taskV2Document, taggedV2Document:
		return s.taskContent(owner, d, v, c, epoch)
	}
	old := d == statsV2Document || d == taskStatsV2Document
	var sample any
	switch {
	case started:
		of := newStats(s.keys, c, s.began, epoch, s.flavour)
		if old {
			of.NetworkRateStats = nil // version 4 alone has them
		}
		sample = of
	case !old:
		sample = struct{}{} // of a container without a sample; older versions say null
	}
	if d == statsDocument || d == statsV2Document {
		return sample
	}
	return map[string]any{c.DockerID: sample}
}

// taskContent is the document of a task with the container c.
func (s *ecs) taskContent(owner *knownTask, d document, v variant, c container, epoch int64) any {
	t := newTaskMetadata(&owner.Task, c)
	if s.standalone {
		t.ServiceName = ""
	}
	if d == taggedDocument || d == taggedV2Document {
		t.tags = s.tags
		if v.untagged {
			t.tags, t.Errors = tags{}, s.tagErrors(owner)
		}
	}
	if s.flavour == service.Fargate {
		t.onFargate(owner.Place, s.keys, s.began, max(epoch, 0))
	}
	if d == taskV2Document || d == taggedV2Document {
		return t.v2()
	}
	return t
}

// asker implements surface.
func (s *ecs) asker(q *question) *knownTask {
	if t := s.named(q.path, q.query); t != nil {
		return t
	}
	return s.roster.source(q.source)
}

// named is the task whose ID a path contains, or nil. The path need not lead to a
// route, because the limiter counts such requests too.
func (s *ecs) named(p, query string) *knownTask {
	if id, ok := strings.CutPrefix(p, service.CredentialsV2); ok {
		return s.roster.holder(id)
	}
	if p == service.CredentialsV1 {
		return s.roster.holder(queryID(query))
	}
	for _, prefix := range [...]string{service.MetadataV4, service.MetadataV3, service.AgentAPI} {
		if rest, ok := strings.CutPrefix(p, prefix); ok {
			id, _, _ := strings.Cut(rest, "/")
			return s.roster.find(s.roster.byEndpoint, id)
		}
	}
	return nil
}

// find implements surface. Methods make a difference for task protection only.
func (s *ecs) find(q *question) reply {
	if id, ok := strings.CutPrefix(q.path, service.CredentialsV2); ok {
		return s.findCredentials(2, id, q)
	}
	if rest, ok := strings.CutPrefix(q.path, service.MetadataV4); ok {
		return s.findByEndpoint(routesV4, "V4", rest, q)
	}
	if rest, ok := strings.CutPrefix(q.path, service.MetadataV3); ok {
		return s.findByEndpoint(routesV3, "V3", rest, q)
	}
	if rest, ok := strings.CutPrefix(q.path, service.AgentAPI); ok {
		return s.findProtection(rest, q)
	}
	if s.flavour == service.Fargate {
		return notFound()
	}
	if q.path == service.CredentialsV1 {
		return s.findCredentials(1, queryID(q.query), q)
	}
	return s.findV2(q)
}

// clean is the clean form of a path: it begins with a slash and has no empty,
// "." or ".." element. A slash at the end stays.
func clean(p string) string {
	if p == "" || p[0] != '/' {
		p = "/" + p
	}
	c := path.Clean(p)
	if c == "/" || p[len(p)-1] != '/' {
		return c
	}
	if len(p) == len(c)+1 {
		return p // the common case, without an allocation
	}
	return c + "/"
}

// started implements surface: the roster is all that the agent knows of tasks.
func (*ecs) started(*knownTask) {}

// stopped implements surface.
func (*ecs) stopped(*Task) {}
