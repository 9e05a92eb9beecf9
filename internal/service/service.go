// Package service is the one table of the services that hand out credentials:
// what each is called, where a client finds it, what a client can ask it for, and
// what the answers consist of. All other packages look these things up here, so
// that a new service is a row of the table, and a surface in package imds.
//
// The table has names, paths and numbers. It decides nothing, and it knows no
// documents and no errors: those are in package imds.
package service

import (
	"fmt"
	"strings"
	"time"
)

// Service is a kind of server. The zero Service is ECS.
type Service uint8

// The services.
const (
	ECS         Service = iota // the ECS agent's task metadata server
	IMDS                       // the metadata service of an EC2 instance, versions 1 and 2
	PodIdentity                // the EKS Pod Identity agent
)

// table is the services, by number.
var table = [...]Row{ECS: ecs, IMDS: imds, PodIdentity: podIdentity}

// All returns the services, the default one first.
func All() []Service {
	all := make([]Service, len(table))
	for i := range table {
		all[i] = Service(i)
	}
	return all
}

// Names returns the names of the services, the default one first.
func Names() []string {
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	return names
}

// Parse returns the service of a name. The error lists the names and does not
// quote the text.
func Parse(name string) (Service, error) {
	for i := range table {
		if table[i].Name == name {
			return Service(i), nil
		}
	}
	return ECS, fmt.Errorf("unknown service; known: %s", strings.Join(Names(), ", "))
}

// String is the service's name in profiles, flags and reports.
func (s Service) String() string { return table[s].Name }

// Row is the service's row of the table. Nothing may write to it.
func (s Service) Row() *Row { return &table[s] }

// Route is what a path, without its query, asks the service for. The path need
// not lead anywhere.
func (s Service) Route(path string) Routes { return table[s].route(path) }

// Row is what there is to know of a service.
type Row struct {
	Name  string // in profiles, flags and reports
	Title string // in sentences

	// IPv4 and IPv6 are the link-local addresses at which clients find the
	// service, on port 80; IPv6 is "" if it has none.
	IPv4, IPv6 string
	// Environment tells SDKs where the service is.
	Environment []Variable

	// Flows are what a client can ask for, CredentialsFlow first.
	Flows []Flow
	// Routes are the routes that the service has. Route says which one a path is.
	Routes Routes
	route  func(path string) Routes
	// Fields are the fields of its credentials, in their order.
	Fields []string

	// Lifetime is from the issue of its credentials to their expiry unless told
	// otherwise, and RenewBefore how long before that it replaces them.
	Lifetime, RenewBefore time.Duration

	// KeepAlive is how long the server keeps an idle connection; 0 closes each
	// connection after its answer.
	KeepAlive time.Duration
	// KeepsIfAsked is that a server which keeps no connection keeps one whose request
	// says "Connection: keep-alive".
	KeepsIfAsked bool

	// Limit is the limit of the real server, as far as it is published.
	Limit Limit
	// Upstream is what the server itself asks for credentials; "" is nothing
	// that a client could notice.
	Upstream string
}

// Variable is an environment variable. Its value is a URL: the address of the
// server, and Path, which may hold CredentialsID and EndpointID. Relative, if there
// is one, is the variable in its place at the real address, with the path alone.
type Variable struct{ Name, Path, Relative string }

// Limit is a token bucket, and what happens beyond it.
type Limit struct {
	PerSecond, Burst int64  // 0 if no limit is published
	Scope            string // what shares a bucket, as in profiles
	Status           int    // of the answer to a request beyond the limit
}

// Refuses reports whether a status says that a limit refused a request: the
// service's own, and the one that is made for it.
func (l Limit) Refuses(status int) bool { return status == 429 || status == l.Status }
