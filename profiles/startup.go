package profiles

import (
	"time"

	"tenement/internal/form"
)

// startupKeys is the `startup` of a group: what its tasks have to reach before their
// program runs.
type startupKeys struct {
	Provision  time.Duration
	Image      *startupImage // nil is none to pull
	Secrets    int
	Parameters int
	LogStream  bool
}

// startupImage is the image of a task.
type startupImage struct {
	Size      int64 // in bytes, as the registry has it
	Layers    int
	Bandwidth int64 // in bytes a second, at which it is pulled and unpacked
	Cached    float64
}

// What a start asks for at most.
const (
	maxImageLayers = 127 // Docker's limit of layers
	maxSecrets     = 100
)

// namesAtOnce is how many parameters one GetParameters asks for.
// Source: AWS Systems Manager API Reference, GetParameters.
const namesAtOnce = 10

// defaultBandwidth is at which an image is pulled and unpacked unless told otherwise. It is
// assumed: 413 MB took 57 s on Fargate, of which 20 s went before the pull
// (elasticscale.com, 2024-04-10), and 2.7 GB took 55 s (drorspei.com, 2026-01-23).
const defaultBandwidth = 12e6

func startupForm() form.Form[startupKeys] {
	return form.Object(startupKeys{LogStream: true}, []form.Key[startupKeys]{
		form.OmitZero(form.Field("provision", "How long it takes from the launch to the first request: for Fargate, a machine and a network interface of its own.",
			form.Duration(0, time.Hour), func(v *startupKeys) *duration { return &v.Provision })),
		form.OmitZero(form.Field("image", "The image that is pulled from ECR: a token, a manifest, and layers from S3. Left out: none.",
			form.Optional(imageForm()), func(v *startupKeys) **startupImage { return &v.Image })),
		form.OmitZero(form.Field("secrets", "How many secrets of Secrets Manager a task has; each is a request.",
			form.Integer(0, maxSecrets), func(v *startupKeys) *int { return &v.Secrets })),
		form.OmitZero(form.Field("parameters", "How many parameters of SSM a task has; ten are a request.",
			form.Integer(0, maxSecrets), func(v *startupKeys) *int { return &v.Parameters })),
		form.Field("log_stream", "Whether a stream of CloudWatch Logs is made for it.",
			form.Boolean(), func(v *startupKeys) *bool { return &v.LogStream }),
	}, func(r *form.Reader, n *form.Node, path string, v *startupKeys) {
		if v.Image == nil && v.Secrets == 0 && v.Parameters == 0 && !v.LogStream {
			r.Fail(n, path, "nothing is to be reached: want an image, secrets, parameters or a log stream")
		}
	})
}

func imageForm() form.Form[startupImage] {
	return form.Object(startupImage{Layers: 1, Bandwidth: defaultBandwidth}, []form.Key[startupImage]{
		form.Required(form.Field("size", "How large it is in the registry, compressed.",
			sizeForm(""), func(v *startupImage) *int64 { return &v.Size })),
		form.Field("layers", "How many layers it has, each of which is a request; 1 if left out. They are pulled side by side.",
			form.Integer(1, maxImageLayers), func(v *startupImage) *int { return &v.Layers }),
		form.Field("bandwidth", "How much of it a task pulls and unpacks in a second, all layers together; 12MB/s if left out.",
			sizeForm("/s"), func(v *startupImage) *int64 { return &v.Bandwidth }),
		form.OmitZero(form.Field("cached", "Which share of it the instance has already. Fargate keeps no images.",
			form.Fraction(), func(v *startupImage) *float64 { return &v.Cached })),
	}, func(r *form.Reader, n *form.Node, path string, v *startupImage) {
		if v.pullSeconds() > maxDuration.Seconds() {
			r.Fail(n.At("bandwidth"), form.Join(path, "bandwidth"), "%s/s: the image takes longer than a run may be, %s", formatSize(v.Bandwidth), form.FormatDuration(maxDuration))
		}
	})
}

// pull is how long the layers take.
func (v *startupImage) pull() time.Duration {
	return time.Duration(v.pullSeconds() * float64(time.Second)).Round(time.Millisecond)
}

func (v *startupImage) pullSeconds() float64 {
	return float64(v.Size) * (1 - v.Cached) / float64(max(v.Bandwidth, 1))
}
