package imds

import (
	"fmt"
	"net"
	"net/http"
	"strings"

	"tenement/internal/service"
)

// findV2 answers a request for version 2. Its routes are those of the task that
// asks, with or without a slash at the end; what follows the slash is the ID of a
// container.
// Source: amazon-ecs-agent agent/handlers/v2/task_container_metadata_handler.go
// and task_container_stats_handler.go.
func (s *ecs) findV2(q *question) reply {
	route, container, _ := strings.Cut(strings.TrimPrefix(q.path, "/v2/"), "/")
	route = "/v2/" + route
	known := strings.HasPrefix(q.path, "/v2/") &&
		(route == service.MetadataV2 || route == service.StatsV2 || route == service.MetadataTagsV2 && container == "")
	if !known {
		return notFound()
	}
	if text := q.stranger(); text != "" {
		return jsonError(http.StatusBadRequest, "Unable to get task arn from request: "+text)
	}
	switch {
	case route == service.MetadataTagsV2:
		return documentReply(taggedV2Document, q.asker)
	case route == service.MetadataV2 && container == "":
		return documentReply(taskV2Document, q.asker)
	case route == service.MetadataV2:
		// Any container of the host will do, not only the task's own.
		if owner := s.roster.container(s.keys, container); owner != nil {
			return documentReply(containerV2Document, owner)
		}
		return jsonError(http.StatusBadRequest, fmt.Sprintf("Unable to generate metadata for container '%s'", container))
	case container == "":
		return documentReply(taskStatsV2Document, q.asker)
	case container == dockerID(containerKey(s.keys, &q.asker.Task)):
		return documentReply(statsV2Document, q.asker)
	}
	return jsonError(http.StatusBadRequest, "Unable to get container stats for: "+container)
}

// stranger says why the address of a request is no task's; it is empty if the
// address is one.
func (q *question) stranger() string {
	if q.asker != nil {
		return ""
	}
	host, _, err := net.SplitHostPort(q.request.RemoteAddr)
	if err != nil {
		return "unable to parse request's ip address: " + err.Error()
	}
	return fmt.Sprintf("unable to associate '%s' with task", host)
}

// containerV2 is the metadata of a container, versions 2 and 3.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers/v2/response.go.
type containerV2 struct {
	containerHead
	Networks []networkV2
}

type networkV2 struct {
	NetworkMode   string
	IPv4Addresses []string
}

// v2 is what versions 2 and 3 say of a container.
func (c *container) v2() containerV2 {
	v := containerV2{containerHead: c.containerHead}
	for _, n := range c.Networks {
		v.Networks = append(v.Networks, networkV2{n.NetworkMode, n.IPv4Addresses})
	}
	return v
}

// taskV2 is the metadata of a task, versions 2 and 3.
type taskV2 struct {
	taskHead
	Containers []containerV2
	Limits     limits
	pulls
	AvailabilityZone string
	tags
}

// v2 is what versions 2 and 3 say of a task.
func (t *taskMetadata) v2() taskV2 {
	v := taskV2{
		taskHead: t.taskHead, Limits: t.Limits, pulls: t.pulls, AvailabilityZone: t.AvailabilityZone, tags: t.tags,
	}
	for i := range t.Containers {
		v.Containers = append(v.Containers, t.Containers[i].v2())
	}
	return v
}
