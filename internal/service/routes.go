package service

import "slices"

// Routes is a set of the things that a client can ask a service for, as limits
// and faults tell them apart.
type Routes uint32

// The routes.
const (
	CredentialsRoute Routes = 1 << iota
	RoleRoute               // EC2: the name of the instance's role
	TokenRoute              // EC2: a session token
	MetadataRoute           // metadata, and all that has no route here
	TagsRoute               // ECS: metadata with tags
	StatsRoute              // ECS: statistics
	ProtectionRoute         // ECS: protection from scaling in

	// Those of AWS APIs are their operations.
	LoginRoute         // ECR: GetAuthorizationToken
	ImageRoute         // ECR: BatchGetImage
	LayerCheckRoute    // ECR: BatchCheckLayerAvailability
	LayerURLRoute      // ECR: GetDownloadUrlForLayer
	ManifestRoute      // the registry: a manifest
	LayerRoute         // the registry and S3: a layer
	SecretRoute        // Secrets Manager: GetSecretValue
	ParametersRoute    // SSM: GetParameters
	LogStreamRoute     // CloudWatch Logs: CreateLogStream
	LogGroupRoute      // CloudWatch Logs: CreateLogGroup
	LogGroupsRoute     // CloudWatch Logs: DescribeLogGroups
	ParameterRoute     // SSM: GetParameter
	ParameterPathRoute // SSM: GetParametersByPath
	LogEventsRoute     // CloudWatch Logs: PutLogEvents
	SecretInfoRoute    // Secrets Manager: DescribeSecret
	LogStreamsRoute    // CloudWatch Logs: DescribeLogStreams
	LogRetentionRoute  // CloudWatch Logs: PutRetentionPolicy
	UnknownRoute       // of an AWS API, all that has no route here

	endOfRoutes
)

// AllRoutes is every route, and APIRoutes those of AWS APIs.
const (
	AllRoutes = endOfRoutes - 1
	APIRoutes = AllRoutes &^ (LoginRoute - 1)
)

// routeNames are the names of single routes in profiles, by bit.
var routeNames = [...]string{
	"credentials", "role", "token", "metadata", "tags", "stats", "protection",
	"login", "image", "layer-check", "layer-url", "manifest", "layer", "secret", "parameters",
	"log-stream", "log-group", "log-groups", "parameter", "parameter-path", "log-events", "secret-info",
	"log-streams", "log-retention", "unknown",
}

// RouteNames returns the names of all routes.
func RouteNames() []string { return slices.Clone(routeNames[:]) }

// RouteNamed returns the route of a name, 0 if there is none.
func RouteNamed(name string) Routes {
	if bit := slices.Index(routeNames[:], name); bit >= 0 {
		return 1 << bit
	}
	return 0
}

// Names returns the names of the routes in the set, in the order of RouteNames.
func (r Routes) Names() []string {
	var names []string
	for bit, name := range routeNames {
		if r&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	return names
}
