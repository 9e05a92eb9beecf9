package conformance

import "regexp"

// exception is cells in which an SDK is known to differ from its preset, and why.
type exception struct {
	cells  *regexp.Regexp // of their names, SDK/SERVICE/KIND/ANSWERS
	reason string
}

type exceptionList []exception

// exceptions are all that are known.
var exceptions = exceptionList{
	{regexp.MustCompile(`^(aws-sdk-go-.*|minio-go)/[^/]*/alone/missing`), "the SDK hands out credentials without a secret, and says nothing; reports count that as empty"},
	{regexp.MustCompile(`^aws-sdk-go-v1/[^/]*/(alone|kept connection|recovery)/.*reset`), "a connection that is reset is not retried, one that is closed is; the preset retries both"},
	{regexp.MustCompile(`^(aws-sdk-go-v2.*|minio-go)/[^/]*/(alone|token|role|keys)/reset`), "the error speaks of a connection that was reset; the preset's of one that was closed"},
	{regexp.MustCompile(`^aws-sdk-js-v3/eks-pod-identity/`), "on loopback the chain's second provider asks once more; at the agent's own address, which the preset is for, it does not know the address"},
	{regexp.MustCompile(`^aws-sdk-js-v2/imds/.*(expired|missing|ok:10s|truncate)`), "a document that has expired, or lacks a field, and a body cut short leave the call open for ever; the preset ends it"},
	{regexp.MustCompile(`^aws-sdk-ruby/eks-pod-identity/`), "Debian's core 3.168.1 sends no token of a pod; the preset is of 3.257"},
	{regexp.MustCompile(`^aws-sdk-ruby/imds/`), "Debian's core 3.168.1 asks for the token twice; the preset is of 3.257, and aws-sdk-ruby@3.211@imds of the older ones"},
}

func (l exceptionList) reason(name string) string {
	for _, e := range l {
		if e.cells.MatchString(name) {
			return e.reason
		}
	}
	return ""
}
