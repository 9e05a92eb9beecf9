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
	{regexp.MustCompile(`^aws-sdk-go-v1/([^/]*/alone|imds/kept connection)/.*reset`), "a connection that is reset is not retried, one that is closed is; the preset retries both"},
	{regexp.MustCompile(`^aws-sdk-js-v2/imds/((alone|expired)/expired|.*/ok:10s)`), "a document that arrives expired, or with less than 15 s left, leaves the call open for ever; the preset ends it"},
	{regexp.MustCompile(`^aws-sdk-java-v2(@pre-2026)?/(ecs|eks-pod-identity)/failed refresh/ok:10s`), "once a provider has succeeded, the chain asks it alone, and its error comes without the chain's words; the preset has one text"},
	{regexp.MustCompile(`^aws-sdk-js-v2/(ecs|eks-pod-identity)/((window|failed refresh)/ok:10s|expired/expired:60x3)`), "a document that arrives with less than 15 s left is fetched twice at every use, and a failed second fetch is made again by every provider of the chain; the preset does so once, at the first use"},
	{regexp.MustCompile(`^aws-sdk-js-v3/eks-pod-identity/alone/(empty|missing)`), "the second provider of the chain asks without the token, and is refused; the preset, which is that of ECS, knows no token"},
	{regexp.MustCompile(`^aws-sdk-kotlin/(ecs|eks-pod-identity)/alone/(429|500|503)json`), "an error of Content-Type application/json without a Code is not retried; conditions do not tell it from others"},
	{regexp.MustCompile(`^(aws-sdk-java-.*|aws-sdk-ruby|botocore)/imds/role/truncate@role`), "a role's name cut short is asked for as it is, and is not there; the preset asks for the whole name"},
	{regexp.MustCompile(`^aws-sdk-ruby/imds/(alone/(40[1345]|429|5|hang)|waits/|first calls together/429)`), "Debian's core 3.168.1 asks for a token again before each try; the preset, of 3.211, twice"},
}

// standIn is what a driver is held against at a service in place of the preset of its
// own name, and why.
type standIn struct {
	driver, service string
	version         string // with which the driver's begins
	preset          string // "" is none: the driver is not asked
	reason          string
}

// standIns are all that there are.
var standIns = []standIn{
	{"aws-sdk-js-v3", "eks-pod-identity", "3.", "aws-sdk-js-v3", "on loopback the chain's second provider knows the address, as on ECS; the preset for pods is of the agent's own address"},
	{"aws-sdk-ruby", "imds", "3.168.", "aws-sdk-ruby@3.211@imds", "Debian's core 3.168.1 asks for the token as the releases up to 3.211 do"},
	{"aws-sdk-ruby", "eks-pod-identity", "3.168.", "", "Debian's core 3.168.1 sends no token of a pod"},
}

func (l exceptionList) reason(name string) string {
	for _, e := range l {
		if e.cells.MatchString(name) {
			return e.reason
		}
	}
	return ""
}
