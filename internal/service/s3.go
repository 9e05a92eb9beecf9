package service

// s3 is Amazon S3, where the layers of images are. It is there for simulations: how long
// a layer takes is the latency of the endpoint, its bytes over the bandwidth.
//
// Sources: Amazon ECR User Guide, vpc-endpoints, for the bucket; Amazon S3 User Guide,
// optimizing-performance, for 5,500 GETs a second in a prefix, and ErrorResponses for 503
// SlowDown.
var s3 = Row{
	Name: "s3", Title: "S3", Host: "prod-" + Region + "-starport-layer-bucket.s3." + Region + ".amazonaws.com",
	Environment: []Variable{{"AWS_ENDPOINT_URL_S3", "", ""}},
	Flows: []Flow{
		fetch("layer", "image layers", "/"+LayerDigest, 5500),
	},
	Routes:    LayerRoute,
	route:     func(string) Routes { return LayerRoute },
	Plain:     LayerRoute,
	KeepAlive: keepsIdle,
	Limit:     Limit{PerSecond: 5500, Burst: 5500, Scope: "host", Status: 503},
}
