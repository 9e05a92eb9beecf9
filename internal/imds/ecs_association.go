package imds

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Association is a resource that is attached to a task's container, such as an
// accelerator.
type Association struct {
	Type, Name string
	Value      json.RawMessage // served as it is
}

// findAssociations answers a request for what follows "/associations/" in
// version: TYPE, which lists the names, or TYPE/NAME. Owner is the task of
// the endpoint ID, or nil.
// Source: amazon-ecs-agent agent/handlers/v3/container_association_handler.go
// and its twin of v4.
func (s *ecs) findAssociations(version, id, of string, owner *knownTask) reply {
	kind, name, one := strings.Cut(of, "/")
	if owner == nil {
		cause := "unable to get container id from request: " + noDockerID
		if one {
			cause = noTask
		}
		return jsonError(http.StatusBadRequest, version+" container associations handler: "+cause+id)
	}
	var list struct{ Associations []string } // null if there are none
	for _, a := range s.associated {
		switch {
		case a.Type != kind:
		case !one:
			list.Associations = append(list.Associations, a.Name)
		case a.Name == name:
			return jsonReply(a.Value)
		}
	}
	if !one {
		return jsonReply(encode(list))
	}
	return jsonError(http.StatusBadRequest, fmt.Sprintf(
		"Unable to write container association response: unable to get association from association type %s and association name %s", kind, name))
}
