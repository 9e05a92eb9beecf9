package service

import "time"

// keepsIdle is how long AWS APIs keep an idle connection. It is ours: AWS publishes none.
const keepsIdle = 20 * time.Second

// What a start of a task asks the registry for. Every task has the same image of one
// layer.
const (
	Repository  = "app"
	ImageTag    = "latest"
	LayerDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // of {}
)

// ecr is the API of Amazon ECR, which hands out logins to the registry. The agents of
// ECS and Fargate ask for GetAuthorizationToken; the registry makes the other calls on
// behalf of a client that pulls, and they count against the same quotas.
//
// Sources: Amazon ECR User Guide, vpc-endpoints and registry_auth; botocore 1.43.11
// data/ecr for names; AWS announcement of 2020-02-25, "Amazon ECR raises and simplifies
// image API quotas", for 200 logins and 1,000 images a second, without a burst of its own.
// (The user guide's common-errors, read on 2026-11-29, still tells of a bucket of 200
// logins that gets 20 a second.) Quotas have been raised since, and can be on request; those
// for layers are not known here.
var ecr = jsonAPI(Row{
	Name: "ecr", Title: "the ECR API", Host: "api.ecr." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_ECR", "", ""}},
	Flows: []Flow{
		call("login", "registry logins", ecrTarget+"GetAuthorizationToken", 200, `{}`),
		call("image", "images", ecrTarget+"BatchGetImage", 1000, `{"repositoryName":"`+Repository+`","imageIds":[{"imageTag":"`+ImageTag+`"}]}`),
		call("layer-check", "checks of layers", ecrTarget+"BatchCheckLayerAvailability", 0, `{"repositoryName":"`+Repository+`","layerDigests":["`+LayerDigest+`"]}`),
		call("layer-url", "addresses of layers", ecrTarget+"GetDownloadUrlForLayer", 0, `{"repositoryName":"`+Repository+`","layerDigest":"`+LayerDigest+`"}`),
	},
})

const ecrTarget = "AmazonEC2ContainerRegistry_V20150921."
