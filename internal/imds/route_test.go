package imds

import (
	"testing"

	"tenement/internal/throttle"
)

// What a path asks for depends on whose it is.
func TestServiceRoute(t *testing.T) {
	for _, test := range []struct {
		service Service
		path    string
		want    throttle.Routes
	}{
		{ECS, "/v1/credentials", throttle.CredentialsRoute},
		{ECS, "/v2/credentials/0b1c", throttle.CredentialsRoute},
		{ECS, "/v2/metadata", throttle.MetadataRoute},
		{ECS, "/v2/metadataWithTags", throttle.TagsRoute},
		{ECS, "/v3/0b1c/taskWithTags", throttle.TagsRoute},
		{ECS, "/v2/stats", throttle.StatsRoute},
		{ECS, "/v2/stats/0b1c", throttle.StatsRoute},
		{ECS, "/v3/0b1c/task/stats", throttle.StatsRoute},
		{ECS, "/v4/0b1c/associations/elastic-inference", throttle.MetadataRoute},
		{ECS, "/api/0b1c/task-protection/v1/state", throttle.ProtectionRoute},
		{ECS, "/", throttle.MetadataRoute},
		{ECS, "", throttle.MetadataRoute},
		{IMDS, "/latest/api/token", throttle.TokenRoute},
		{IMDS, "/latest/meta-data/iam/security-credentials/", throttle.RoleRoute},
		{IMDS, "/latest/meta-data/iam/security-credentials/web", throttle.CredentialsRoute},
		{IMDS, "/latest/meta-data/", throttle.MetadataRoute},
		{PodIdentity, "/v1/credentials", throttle.CredentialsRoute},
	} {
		if got := test.service.Route(test.path); got != test.want {
			t.Errorf("%v %s: got %b, want %b", test.service, test.path, got, test.want)
		}
	}
}
