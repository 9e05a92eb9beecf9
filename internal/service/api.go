package service

import (
	"cmp"
	"strings"
)

// TargetHeader is the header that names the operation of a request to an AWS API of
// the protocol JSON 1.1, in its canonical form: the target prefix of the service, a dot
// and the operation. Such a request is a POST of "/" with a JSON body.
// Source: smithy.io, AWS JSON 1.1 protocol (2026-11-29). The models of botocore 1.43.11
// name that protocol alone for ECR, Secrets Manager, SSM and CloudWatch Logs.
const TargetHeader = "X-Amz-Target"

// The placeholders in the host names of AWS APIs.
const (
	Account = "{account}"
	Region  = "{region}"
)

// TargetPath is the path that stands for a request with a TargetHeader wherever a
// request is a method and a path: in flows, limits, logs and recordings. The servers of
// package imds understand a POST of it too.
func TargetPath(target string) string { return "/" + target }

// call returns a flow of one operation of a JSON API. Body is the request that asks for
// it as a start of a task does.
func call(name, title, target string, perSecond int64, body string) Flow {
	return Flow{Name: name, Title: title, PerSecond: perSecond, Legs: []Leg{{Method: post, Path: TargetPath(target), Body: body}}}
}

// fetch returns a flow of one GET of an AWS service.
func fetch(name, title, path string, perSecond int64) Flow {
	return Flow{Name: name, Title: title, PerSecond: perSecond, Legs: []Leg{{Method: get, Path: path}}}
}

// Target is the TargetHeader of the request that a path stands for, and whether it
// stands for one.
func (r *Row) Target(path string) (target string, ok bool) {
	if !r.JSON {
		return "", false
	}
	return strings.TrimPrefix(path, "/"), true
}

// operations returns the function route of a JSON API, by the target of its flows, each
// of which has the route of its name.
func operations(flows []Flow) (route func(path string) Routes, all Routes) {
	byPath := make(map[string]Routes, len(flows))
	for _, f := range flows {
		one := RouteNamed(f.Name)
		byPath[f.Legs[0].Path] = one
		all |= one
	}
	return func(path string) Routes {
		if one := byPath[path]; one != 0 {
			return one
		}
		return UnknownRoute
	}, all | UnknownRoute
}

// jsonAPI returns the row of a JSON API whose limit is the quota of its first flow,
// which each operation has for itself unless the row names a scope.
//
// The burst is what a second brings: AWS publishes rates alone.
func jsonAPI(r Row) Row {
	r.JSON = true
	r.route, r.Routes = operations(r.Flows)
	r.KeepAlive = keepsIdle
	r.Limit = Limit{PerSecond: r.Flows[0].PerSecond, Burst: r.Flows[0].PerSecond, Scope: cmp.Or(r.Limit.Scope, "path"), Status: 400}
	return r
}
