package recording

import (
	"strings"

	"tenement/internal/service"
)

// texts keeps one copy of each distinct text that a decoder reads.
type texts map[string]string

// keep returns the text as a string that outlives the line.
func (t texts) keep(b []byte) string {
	if s, ok := t[string(b)]; ok { // no copy to look it up
		return s
	}
	s := string(b)
	t[s] = s
	return s
}

// shown is keep for a text that people are shown: what cannot be shown is U+FFFD.
func (t texts) shown(b []byte) string {
	if s, ok := t[string(b)]; ok {
		return s
	}
	s := string(printable(b))
	t[string(b)] = s
	return s
}

// serviceOf is the service that a request was for, as far as its path tells: what
// begins with /latest/ is the instance's; credentials without an ID are a pod's;
// all else is the ECS agent's.
func serviceOf(path string, cut bool) service.Service {
	switch {
	case strings.HasPrefix(path, "/latest/"):
		return service.IMDS
	case path == service.CredentialsV1 && !cut:
		return service.PodIdentity
	}
	return service.ECS
}
