package throttle

// Routes is a set of the things that a client can ask an endpoint for.
type Routes uint16

// The routes.
const (
	CredentialsRoute Routes = 1 << iota
	RoleRoute               // EC2: the name of the instance's role
	TokenRoute              // EC2: a session token
	MetadataRoute           // metadata, and all that has no route here
	TagsRoute               // ECS: metadata with tags
	StatsRoute              // ECS: statistics
	ProtectionRoute         // ECS: protection from scaling in
	allRoutes               // one more than all together
)

// RouteNames maps the names of routes in profiles to single routes.
var RouteNames = map[string]Routes{
	"credentials": CredentialsRoute, "role": RoleRoute, "token": TokenRoute,
	"metadata": MetadataRoute, "tags": TagsRoute, "stats": StatsRoute, "protection": ProtectionRoute,
}
