package imds

import (
	"time"

	"tenement/internal/draw"
)

// Instance is the metadata options of an EC2 instance. The zero Instance is
// one as it is launched unless told otherwise, without a role.
// Source: Amazon EC2 User Guide, configuring-instance-metadata-options.
type Instance struct {
	// TokensRequired refuses requests without a session token, so that only
	// version 2 is served. Otherwise version 1 is served too.
	TokensRequired bool
	// HopLimit is how many hops the answer to a PUT goes, 1 to 64; 0 means 1.
	// Clients further away never get it. Answers to a GET reach all clients.
	HopLimit int
	// Hops is the distance of callers that are not tasks of the server: 1 is the
	// instance itself; 0 means 1.
	Hops int
	// Role is the name of the instance's role; without one there is nothing
	// below iam.
	Role string
	// Extended serves the role's credentials below ExtendedPath as well. No
	// instance was seen to do so yet.
	Extended bool
	// Failure is the code of what is wrong with the role, such as
	// AssumeRoleUnauthorizedAccess; "" is nothing. It is served where the
	// credentials would be, with status 200.
	Failure string
	// UserData is the instance's user data; nil is none.
	UserData []byte
	// Started is when the role's credentials were issued, since Began.
	Started time.Duration
	// UnauthorizedPage answers a request without a good token with a 401 that has a
	// page, as instances did until 2024-07 (SAP/arp142-hana#197). Those of 2025-06-11
	// and 2026-09-17 sent no body; which instances do which is not known.
	UnauthorizedPage bool
	// Disabled switches the service off: it answers everything with 403.
	Disabled bool
}

// reaches reports whether the answer to a PUT arrives at a task; nil is a
// stranger.
func (i *Instance) reaches(t *knownTask) bool {
	hops := i.Hops
	if t != nil {
		hops = t.Hops
	}
	return hops <= max(i.HopLimit, 1)
}

// instanceKey is what everything that tells one instance from another descends
// from: its metadata, its credentials and its tokens.
func instanceKey(seed uint64, host int) draw.Key {
	return hostKey(draw.Seed(seed).Name("instance"), host)
}
