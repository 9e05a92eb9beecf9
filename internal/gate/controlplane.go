package gate

import "slices"

// ofControlPlane are the metrics that callers of a control plane have. A call is one of
// RunTask; what fails is a task that is not RUNNING; times are those from the call to
// RUNNING.
var ofControlPlane = []string{
	"failure_rate", "throttled_share", "amplification", "calls", "failures", "attempts", "throttled",
	"mean", "p50", "p90", "p99", "p99_9", "max",
}

// ControlPlane are the metrics that callers of a control plane have.
func ControlPlane() []string { return slices.Clone(ofControlPlane) }
