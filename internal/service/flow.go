package service

import (
	"slices"
	"strings"
)

// Flow is what a call can ask for: its requests in turn, the last of which brings
// the document.
type Flow struct {
	Name  string // in profiles and reports
	Title string // in sentences
	Legs  []Leg
	// PerSecond is how many of its requests AWS lets an account make in a region, in a
	// second; 0 where the service is not asked by accounts or no quota is published.
	PerSecond int64
}

// Leg is one request of a flow. Its Path may hold placeholders.
type Leg struct {
	Method, Path string
	Token        bool   // it brings a session token
	Extended     string // the path that newer SDKs ask for first; "" is none
	Body         string // what it sends; it may hold placeholders too
}

// The methods of requests. The package does not import net/http, because the
// packages that decide, which may know no network, import it.
const (
	get  = "GET"
	put  = "PUT"
	post = "POST"
)

// CredentialsFlow is what calls ask for by default. Every service that hands out
// credentials has it.
const CredentialsFlow = "credentials"

// The placeholders in paths: the task's own IDs, and the role of the instance.
const (
	CredentialsID = "{credentials_id}"
	ExecutionID   = "{execution_id}" // of the credentials of its execution role
	EndpointID    = "{endpoint_id}"
	Role          = "{role}"
)

// NamesTask reports whether a path holds an ID of the task that asks, so that
// two tasks ask for the same thing at different paths.
func NamesTask(path string) bool {
	return strings.Contains(path, CredentialsID) || strings.Contains(path, EndpointID) || strings.Contains(path, ExecutionID)
}

// single returns a flow of one request.
func single(name, title, path string) Flow {
	return Flow{Name: name, Title: title, Legs: []Leg{{Method: get, Path: path}}}
}

// Flow returns the flow of a name, and whether the service has it.
func (r *Row) Flow(name string) (Flow, bool) {
	i := slices.IndexFunc(r.Flows, func(f Flow) bool { return f.Name == name })
	if i < 0 {
		return Flow{}, false
	}
	return r.Flows[i], true
}

// FlowNames returns the names of the service's flows.
func (r *Row) FlowNames() []string {
	names := make([]string, len(r.Flows))
	for i := range r.Flows {
		names[i] = r.Flows[i].Name
	}
	return names
}

// NamesTasks reports whether the paths of the service's flows name the task that
// asks.
func (r *Row) NamesTasks() bool {
	return slices.ContainsFunc(r.Flows, func(f Flow) bool { return NamesTask(f.Legs[len(f.Legs)-1].Path) })
}

// FlowNames returns the names of the flows of all services, each once.
func FlowNames() []string { return each((*Row).FlowNames) }

// FlowTitle returns the title of the flow of a name, whichever service has it; it
// is the name itself if none has.
func FlowTitle(name string) string {
	for i := range table {
		if f, ok := table[i].Flow(name); ok {
			return f.Title
		}
	}
	return name
}

// each returns the names that the rows have, each once, in order of appearance.
func each(of func(*Row) []string) []string {
	var all []string
	for i := range table {
		for _, name := range of(&table[i]) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}
