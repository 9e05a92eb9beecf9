package profiles

import (
	"net/url"
	"strings"

	"tenement/internal/service"
)

// register collects the IDs that a trace names.
type register struct {
	order []string
	known map[string]bool // whether an answer showed that the recorded server knew it
	gone  map[string]bool // answered 400 or 404 at least once
}

func newRegister() *register {
	return &register{known: make(map[string]bool), gone: make(map[string]bool)}
}

// note notes the ID of a path and how it was answered. The answers 400 and 404
// say that the server knew no such ID; 429 is the limiter's and says nothing.
func (r *register) note(path string, a *answers) {
	id := pathID(path)
	if id == "" {
		return
	}
	if _, seen := r.known[id]; !seen {
		r.order = append(r.order, id)
	}
	r.known[id] = r.known[id] || a.served
	r.gone[id] = r.gone[id] || a.gone
}

// ids are the IDs to register, in order of first appearance: all except those
// that the server answered with 400 or 404 and never otherwise.
func (r *register) ids() []string {
	var ids []string
	for _, id := range r.order {
		if r.known[id] || !r.gone[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// idPrefixes are what stands before an ID in paths.
var idPrefixes = [...]string{service.CredentialsV2, service.MetadataV3, service.MetadataV4, service.AgentAPI}

// pathID is the credentials or endpoint ID in a request's target, "" if there
// is none.
func pathID(target string) string {
	path, query, _ := strings.Cut(target, "?")
	if path == service.CredentialsV1 {
		values, err := url.ParseQuery(query)
		if err != nil {
			return ""
		}
		return values.Get("id")
	}
	if id, ok := strings.CutPrefix(path, service.CredentialsV2); ok {
		return unescape(id)
	}
	for _, prefix := range idPrefixes[1:] {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			id, _, _ := strings.Cut(rest, "/")
			return unescape(id)
		}
	}
	return ""
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
