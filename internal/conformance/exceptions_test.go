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
}

func (l exceptionList) reason(name string) string {
	for _, e := range l {
		if e.cells.MatchString(name) {
			return e.reason
		}
	}
	return ""
}
