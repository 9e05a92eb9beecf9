package service

import "strings"

// RegistryPath is the beginning of all paths of a registry.
// Source: OCI distribution specification 1.1, "Endpoints".
const RegistryPath = "/v2/"

// ecrDocker is the registry of Amazon ECR, which Docker and containerd ask for the
// manifest of an image, and then for layers, which are elsewhere: it redirects to S3.
// A pull counts as BatchGetImage and GetDownloadUrlForLayer against the quotas of the
// API; a registry without quota left answers 429, with the code TOOMANYREQUESTS.
//
// Sources: OCI distribution specification 1.1 for paths and codes; Amazon ECR User Guide,
// common-errors-docker ("toomanyrequests: Rate exceeded") and vpc-endpoints. The limit is
// that of the row ecr for images.
var ecrDocker = Row{
	Name: "ecr-dkr", Title: "the ECR registry", Host: Account + ".dkr.ecr." + Region + ".amazonaws.com",
	Flows: []Flow{
		fetch("manifest", "image manifests", RegistryPath+Repository+"/manifests/"+ImageTag, 1000),
		fetch("layer", "image layers", RegistryPath+Repository+"/blobs/"+LayerDigest, 0),
	},
	Routes:    ManifestRoute | LayerRoute | UnknownRoute,
	route:     registryRoute,
	Plain:     LayerRoute,
	KeepAlive: keepsIdle,
	Limit:     Limit{PerSecond: 1000, Burst: 1000, Scope: "path", Status: 429},
}

func registryRoute(path string) Routes {
	switch {
	case !strings.HasPrefix(path, RegistryPath):
	case strings.Contains(path, "/manifests/"):
		return ManifestRoute
	case strings.Contains(path, "/blobs/"):
		return LayerRoute
	}
	return UnknownRoute
}
