package service

import (
	"strings"
	"time"
)

// The paths of the ECS agent. An ID follows those that end with a slash; the ID
// of CredentialsV1 is in the query.
// Source: amazon-ecs-agent ecs-agent/tmds/handlers and agent/handlers.
const (
	CredentialsV1 = "/v1/credentials" // of the EKS Pod Identity agent too
	CredentialsV2 = CutCredentials + "/"

	// CutCredentials stands for every path with CredentialsV2 in logs that do not
	// show the ID, as in the agent's credentials audit log.
	CutCredentials = "/v2/credentials"

	// Version 2 tells tasks by the address they ask from.
	MetadataV2     = "/v2/metadata"
	MetadataTagsV2 = "/v2/metadataWithTags"
	StatsV2        = "/v2/stats"

	MetadataV3 = "/v3/"
	MetadataV4 = "/v4/"
	AgentAPI   = "/api/"
)

// What follows the endpoint ID in the paths of the ECS agent; nothing is the
// metadata of the container.
const (
	OfTask       = "/task"
	OfTaskTags   = "/taskWithTags"
	OfStats      = "/stats"
	OfTaskStats  = OfTask + OfStats
	OfProtection = "/task-protection/v1/state" // of AgentAPI
)

// ecs is the ECS agent.
//
// Sources: amazon-ecs-agent ecs-init/exec/iptables/iptables.go for the address,
// agent/api/container/container.go for the variables,
// ecs-agent/credentials/manager.go for the fields, agent/config/config.go and
// ecs-agent/tmds/server.go for the limit, agent/handlers/task_server_setup.go for
// idle connections: it sets a read timeout, which net/http applies to them too.
//
// The agent's own variable for credentials is
// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI. SDKs prefer it to the full URI, and
// resolve it against the real address, so it is used only there.
var ecs = Row{
	Name: "ecs", Title: "ECS",
	IPv4: "169.254.170.2",
	Environment: []Variable{
		{"AWS_CONTAINER_CREDENTIALS_FULL_URI", CredentialsV2 + CredentialsID, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"},
		{"ECS_CONTAINER_METADATA_URI", MetadataV3 + EndpointID, ""},
		{"ECS_CONTAINER_METADATA_URI_V4", MetadataV4 + EndpointID, ""},
		{"ECS_AGENT_URI", AgentAPI + EndpointID, ""},
	},
	Flows: []Flow{
		single(CredentialsFlow, "credentials", CredentialsV2+CredentialsID),
		single("metadata", "metadata", MetadataV4+EndpointID),
		single("task", "task metadata", MetadataV4+EndpointID+OfTask),
		single("stats", "stats", MetadataV4+EndpointID+OfStats),
		single("tags", "task metadata with tags", MetadataV4+EndpointID+OfTaskTags),
	},
	Routes: CredentialsRoute | MetadataRoute | TagsRoute | StatsRoute | ProtectionRoute,
	route:  ecsRoute,
	Fields: []string{"RoleArn", AccessKeyID, SecretAccessKey, SessionToken, Expiration},

	Lifetime: 6 * time.Hour, RenewBefore: time.Hour,
	KeepAlive: 5 * time.Second,

	Limit: Limit{PerSecond: 40, Burst: 60, Scope: "ip+path", Status: 429},
}

func ecsRoute(path string) Routes {
	switch {
	case strings.HasPrefix(path, CredentialsV2), path == CredentialsV1:
		return CredentialsRoute
	case strings.HasSuffix(path, OfTaskTags), path == MetadataTagsV2, path == MetadataTagsV2+"/":
		return TagsRoute
	case strings.HasSuffix(path, OfProtection):
		return ProtectionRoute
	case strings.HasSuffix(path, OfStats), path == StatsV2, strings.HasPrefix(path, StatsV2+"/"):
		return StatsRoute
	}
	return MetadataRoute
}
