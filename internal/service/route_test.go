package service

import "testing"

// What a path asks for depends on whose it is.
func TestRoute(t *testing.T) {
	for _, test := range []struct {
		service Service
		path    string
		want    Routes
	}{
		{ECS, "/v1/credentials", CredentialsRoute},
		{ECS, "/v2/credentials/0b1c", CredentialsRoute},
		{ECS, "/v2/metadata", MetadataRoute},
		{ECS, "/v2/metadataWithTags", TagsRoute},
		{ECS, "/v3/0b1c/taskWithTags", TagsRoute},
		{ECS, "/v2/stats", StatsRoute},
		{ECS, "/v2/stats/0b1c", StatsRoute},
		{ECS, "/v3/0b1c/task/stats", StatsRoute},
		{ECS, "/v4/0b1c/associations/elastic-inference", MetadataRoute},
		{ECS, "/api/0b1c/task-protection/v1/state", ProtectionRoute},
		{ECS, "/", MetadataRoute},
		{ECS, "", MetadataRoute},
		{IMDS, "/latest/api/token", TokenRoute},
		{IMDS, "/latest/meta-data/iam/security-credentials/", RoleRoute},
		{IMDS, "/latest/meta-data/iam/security-credentials/web", CredentialsRoute},
		{IMDS, "/latest/meta-data/", MetadataRoute},
		{PodIdentity, "/v1/credentials", CredentialsRoute},
		{SecretsManager, "/secretsmanager.GetSecretValue", SecretRoute},
		{SecretsManager, "/secretsmanager.DescribeSecret", SecretInfoRoute},
		{SecretsManager, "/AmazonSSM.GetParameters", UnknownRoute},
		{SSM, "/", UnknownRoute},
		{SSM, "/AmazonSSM.GetParameters", ParametersRoute},
		{SSM, "/AmazonSSM.GetParameter", ParameterRoute},
		{SSM, "/AmazonSSM.GetParametersByPath", ParameterPathRoute},
		{Logs, "/Logs_20140328.DescribeLogGroups", LogGroupsRoute},
		{Logs, "/Logs_20140328.PutLogEvents", LogEventsRoute},
		{Logs, "/Logs_20140328.DescribeLogStreams", LogStreamsRoute},
		{Logs, "/Logs_20140328.PutRetentionPolicy", LogRetentionRoute},
		{ECRDocker, "/v2/team/app/manifests/latest", ManifestRoute},
		{ECRDocker, "/v2/app/blobs/sha256:00", LayerRoute},
		{ECRDocker, "/v2/", UnknownRoute},
		{ECRDocker, "/app/manifests/latest", UnknownRoute},
		{S3, "/bucket/key", LayerRoute},
	} {
		if got := test.service.Route(test.path); got != test.want {
			t.Errorf("%v %s: got %b, want %b", test.service, test.path, got, test.want)
		}
	}
}
