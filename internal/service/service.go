// Package service is the one table of the services that a task asks: those that hand
// out its credentials, and the AWS APIs that it needs before it starts. It says what each
// is called, where a client finds it, what a client can ask it for, and what credentials
// consist of. All other packages look these things up here, so that a new service is a
// row of the table, and a surface in package imds.
//
// The table has names, paths and numbers. It decides nothing, and it knows no
// documents and no errors: those are in package imds.
//
// Each row names its sources. The quotas of AWS APIs were read on 2026-11-29, except what
// a row calls unverified.
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

	// The AWS APIs that a task needs before it starts hand out no credentials.
	ECR       // the API of the registry: the login
	ECRDocker // the registry itself: manifests, and where layers are
	S3        // the layers of images; it is there for simulations only
	SecretsManager
	SSM  // the parameters of Systems Manager
	Logs // CloudWatch Logs
)

// table is the services, by number.
var table = [...]Row{
	ECS: ecs, IMDS: imds, PodIdentity: podIdentity,
	ECR: ecr, ECRDocker: ecrDocker, S3: s3, SecretsManager: secretsManager, SSM: ssm, Logs: logs,
}

// Issuers returns the services that hand out credentials, the default one first.
func Issuers() (all []Service) {
	for _, s := range All() {
		if s.Row().Issues() {
			all = append(all, s)
		}
	}
	return all
}

// All returns the services, the default one first.
func All() []Service {
	all := make([]Service, len(table))
	for i := range table {
		all[i] = Service(i)
	}
	return all
}

// Names returns the names of all services, in the order of All.
func Names() []string { return names(All()) }

// IssuerNames returns the names of the services that hand out credentials, in the order
// of Issuers.
func IssuerNames() []string { return names(Issuers()) }

func names(of []Service) []string {
	all := make([]string, len(of))
	for i, s := range of {
		all[i] = s.String()
	}
	return all
}

// Parse returns the service of a name. The error lists the names and does not
// quote the text.
func Parse(name string) (Service, error) { return parse(name, All()) }

// ParseIssuer is Parse for what only a service that hands out credentials can be.
func ParseIssuer(name string) (Service, error) { return parse(name, Issuers()) }

func parse(name string, among []Service) (Service, error) {
	for _, s := range among {
		if s.String() == name {
			return s, nil
		}
	}
	return ECS, fmt.Errorf("unknown service; known: %s", strings.Join(names(among), ", "))
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
	// service, on port 80; each is "" if it has none.
	IPv4, IPv6 string
	// Host is the name at which clients find an AWS API, on port 443. It may hold
	// Account and Region. A service has either a Host or link-local addresses.
	Host string
	// JSON is that requests name their operation in the TargetHeader.
	JSON bool
	// Environment tells SDKs where the service is; it is empty if none asks it.
	Environment []Variable

	// Flows are what a client can ask for, CredentialsFlow first if there is one.
	Flows []Flow
	// Routes are the routes that the service has. Route says which one a path is.
	Routes Routes
	route  func(path string) Routes
	// Plain are the routes whose answers are no JSON where clients read them: nothing at
	// all, or bytes. (IMDS tells by the path.)
	Plain Routes
	// Fields are the fields of its credentials, in their order; it hands out none if
	// there are none.
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

// Issues reports whether the service hands out credentials.
func (r *Row) Issues() bool { return len(r.Fields) > 0 }

// Authority is what a client names as the host of a service in its URLs.
func (r *Row) Authority(account, region string) string {
	if r.Host == "" {
		return r.IPv4
	}
	return strings.NewReplacer(Account, account, Region, region).Replace(r.Host)
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
