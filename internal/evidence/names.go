package evidence

import (
	"strings"

	"tenement/internal/recording"
	"tenement/internal/service"
)

// names numbers distinct texts from 0.
type names struct {
	index map[string]uint32
	text  []string
}

// number is the number of a text, a new one if the text is new.
func (n *names) number(s string) uint32 {
	if i, ok := n.index[s]; ok {
		return i
	}
	if n.index == nil {
		n.index = make(map[string]uint32)
	}
	i := uint32(len(n.text))
	n.index[s] = i
	n.text = append(n.text, s)
	return i
}

// pathOnly is a request target without its query.
func pathOnly(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

// isCredentials reports whether an entry asks the ECS agent for credentials.
func isCredentials(e *recording.Entry) bool {
	path := pathOnly(e.Path)
	return e.Service == service.ECS &&
		(path == service.CredentialsV1 || path == service.CutCredentials || strings.HasPrefix(path, service.CredentialsV2))
}

// isCut reports whether a part of the entry's path was left out. No server answers
// CutCredentials itself, so that path is cut in any recording.
func isCut(e *recording.Entry) bool {
	return e.Cut || e.Service == service.ECS && pathOnly(e.Path) == service.CutCredentials
}

// credentialsID is the ID of the credentials that an entry asks the ECS agent for, ""
// if it does not say.
func credentialsID(e *recording.Entry) string {
	path, query, _ := strings.Cut(e.Path, "?")
	if id, ok := strings.CutPrefix(path, service.CredentialsV2); ok {
		return id
	}
	if path == service.CredentialsV1 {
		for pair := range strings.SplitSeq(query, "&") {
			if id, ok := strings.CutPrefix(pair, "id="); ok {
				return id
			}
		}
	}
	return e.ID
}

// endpointID is the endpoint ID in the path of a request for metadata, or the one
// that the entry has beside its path; "" is none.
func endpointID(e *recording.Entry) string {
	if e.Service != service.ECS {
		return ""
	}
	for _, prefix := range [...]string{service.MetadataV4, service.MetadataV3, service.AgentAPI} {
		if rest, ok := strings.CutPrefix(pathOnly(e.Path), prefix); ok {
			id, _, _ := strings.Cut(rest, "/")
			return id
		}
	}
	return e.ID
}
