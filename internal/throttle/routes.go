package throttle

// Routes is a set of what an endpoint can be asked for.
type Routes uint16

// What an endpoint can be asked for.
const (
	CredentialsRoute Routes = 1 << iota
	RoleRoute               // EC2: the name of the instance's role
	TokenRoute              // EC2: a session token
	MetadataRoute           // metadata and all that has no name here
	TagsRoute               // ECS: metadata with tags
	StatsRoute              // ECS: statistics
	ProtectionRoute         // ECS: protection from scaling in
	allRoutes               // one more than all together
)

// RouteNames are the names of routes in profiles, each of one bit.
var RouteNames = map[string]Routes{
	"credentials": CredentialsRoute, "role": RoleRoute, "token": TokenRoute,
	"metadata": MetadataRoute, "tags": TagsRoute, "stats": StatsRoute, "protection": ProtectionRoute,
}
