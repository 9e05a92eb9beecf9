package imds

import (
	"net/http"
	"strings"

	"tenement/internal/service"
)

// route is a route of version 3 or 4: its document, and its status and text for an
// unknown endpoint ID.
type route struct {
	document document
	status   int
	unknown  string
}

// routesV4 is the routes of version 4, by what follows the endpoint ID. The
// messages say "v3" because the agent's do.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers/v4/handlers.go and
// agent/handlers/v4/tmdsstate.go.
var routesV4 = map[string]route{
	"":                  {containerDocument, http.StatusNotFound, "V4 container metadata handler: unable to get container ID from request: " + noDockerID},
	service.OfTask:      {taskDocument, http.StatusNotFound, "V4 task metadata handler: " + noTask},
	service.OfTaskTags:  {taggedDocument, http.StatusNotFound, "V4 task metadata handler: " + noTask},
	service.OfStats:     {statsDocument, http.StatusNotFound, "V4 container stats handler: " + noTask},
	service.OfTaskStats: {taskStatsDocument, http.StatusNotFound, "V4 task stats handler: " + noTask},
}

// routesV3 is the routes of version 3.
// Source: amazon-ecs-agent agent/handlers/v3.
var routesV3 = map[string]route{
	"":                  {containerV2Document, http.StatusInternalServerError, "V3 container metadata handler: unable to get container ID from request: " + noDockerID},
	service.OfTask:      {taskV2Document, http.StatusInternalServerError, "V3 task metadata handler: " + noTask},
	service.OfTaskTags:  {taggedV2Document, http.StatusInternalServerError, "V3 task metadata handler: " + noTask},
	service.OfStats:     {statsV2Document, http.StatusBadRequest, "V3 container stats handler: " + noTask},
	service.OfTaskStats: {taskStatsV2Document, http.StatusBadRequest, "V3 task stats handler: " + noTask},
}

// What the messages have in common.
const (
	noDockerID = "unable to get docker ID from v3 endpoint ID: "
	noTask     = "unable to get task arn from request: unable to get task Arn from v3 endpoint ID: "
)

// findByEndpoint answers a request for what follows the prefix of a version
// whose routes are given.
func (s *ecs) findByEndpoint(routes map[string]route, version, rest string, q *question) reply {
	id, sub := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		id, sub = rest[:i], rest[i:]
	}
	owner := s.roster.endpoint(id, q.asker)
	if of, ok := strings.CutPrefix(sub, "/associations/"); ok && s.flavour == service.EC2 {
		return s.findAssociations(version, id, of, owner)
	}
	r, ok := routes[sub]
	if !ok || sub == service.OfTaskTags && s.flavour == service.Fargate {
		return notFound()
	}
	if owner == nil {
		return jsonError(r.status, r.unknown+id)
	}
	return documentReply(r.document, owner)
}
