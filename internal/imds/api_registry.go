package imds

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenement/internal/service"
	"tenement/internal/throttle"
)

// The image that every repository has, of one small layer.
// Source: OCI distribution specification 1.1 and Docker image manifest version 2, schema 2.
const (
	manifestType = "application/vnd.docker.distribution.manifest.v2+json"
	layerType    = "application/vnd.docker.image.rootfs.diff.tar.gzip"
	layerSize    = 2
	manifest     = `{"schemaVersion":2,"mediaType":"` + manifestType + `",` +
		`"config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":2,"digest":"` + service.LayerDigest + `"},` +
		`"layers":[{"mediaType":"` + layerType + `","size":2,"digest":"` + service.LayerDigest + `"}]}`
)

// manifestDigest is that of manifest.
var manifestDigest = func() string {
	sum := sha256.Sum256([]byte(manifest))
	return "sha256:" + hex.EncodeToString(sum[:])
}()

// registry is the registry of ECR, or S3: what Docker pulls an image from.
//
// Sources: OCI distribution specification 1.1 for paths and errors; Amazon ECR User
// Guide, common-errors-docker, for what a registry without quota left says ("toomanyrequests:
// Rate exceeded"); actions/starter-workflows 2647 (2024-12) for a missing repository;
// CircleCI-Public/aws-ecr-orb 265 (2023-02) and awslabs/amazon-ecr-credential-helper 7 (2016-08,
// with the status 403) for a login that has expired; ChangemakerStudios/Docker.Registry.DotNet 34
// (2025-10): of a manifest, HEAD alone tells the digest; solo-io/wasm 129 (2020-07): of a blob, GET
// does. Amazon S3 API Reference, ErrorResponses.
//
// It only serves pulls, and to anybody: the real one answers 401 with a Basic challenge to a
// client that shows no login, which then shows that of GetAuthorizationToken (Amazon ECR User
// Guide, registry_auth). A private registry of ECR has no endpoint for tokens as that of Docker
// Hub, so a pull asks for none here either.
type registry struct {
	of     service.Service
	roster *roster
	place  Place
	config APIConfig
}

func newRegistry(c Config, r *roster) surface { return &registry{c.Service, r, c.Place, c.API} }

// ahead implements surface: everything is limited.
func (*registry) ahead(*question) (reply, bool) { return reply{}, false }

// asker implements surface: a task is known by its address.
func (s *registry) asker(q *question) *knownTask { return s.roster.source(q.source) }

// cacheKey implements surface.
func (*registry) cacheKey(*question) uint64 { return 0 }

// started implements surface.
func (*registry) started(*knownTask) {}

// stopped implements surface.
func (*registry) stopped(*Task) {}

// limited implements surface.
func (*registry) limited([]throttle.Limit) {}

// render implements surface.
func (*registry) render(*knownTask, document, variant, time.Duration) []byte { return nil }

// stamp sets the header that every answer of a registry has.
func (s *registry) stamp(h http.Header, _ *http.Request) {
	if s.of == service.ECRDocker {
		h["Docker-Distribution-Api-Version"] = registryVersion
	}
}

var registryVersion = []string{"registry/2.0"}

// find implements surface.
func (s *registry) find(q *question) reply {
	layer := reply{
		Answer: Answer{Status: http.StatusOK, Body: PlainDocument},
		fields: []field{{"Content-Type", []string{"application/octet-stream"}}}, body: emptyObject, sized: true,
	}
	switch pulls := q.method == http.MethodGet || q.method == http.MethodHead; {
	case s.of == service.S3 && !pulls:
		return s.wrong(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.")
	case s.of == service.S3:
		return layer
	case !pulls:
		return s.wrong(http.StatusMethodNotAllowed, "UNSUPPORTED", "The operation is unsupported.")
	}
	rest, ok := strings.CutPrefix(q.path, service.RegistryPath)
	if rest == "" && ok {
		p := s.give(http.StatusOK, "application/json", emptyObject)
		p.Body = JSONDocument
		return p
	}
	for _, kind := range [...]string{"/manifests/", "/blobs/"} {
		// A repository may itself be named so: what is asked for comes last.
		name, what, found := cutLast(rest, kind)
		switch {
		case !ok || !found || what == "" || strings.Contains(what, "/"):
			continue
		case !s.config.hasRepository(name):
			return s.wrong(http.StatusNotFound, "NAME_UNKNOWN", "The repository with name '"+name+
				"' does not exist in the registry with id '"+s.place.account()+"'")
		case kind == "/manifests/":
			p := s.give(http.StatusOK, manifestType, []byte(manifest))
			if p.Body = JSONDocument; q.method == http.MethodHead {
				p.fields = append(p.fields, contentDigest(manifestDigest))
			}
			return p
		}
		if digests.MatchString(what) {
			layer.fields = append(layer.fields, contentDigest(what))
		}
		return layer // the real one redirects to S3, which the mock has no address of
	}
	return s.wrong(http.StatusNotFound, "UNSUPPORTED", "The operation is unsupported.")
}

// contentDigest is the header with the digest of what an answer has.
func contentDigest(digest string) field { return field{"Docker-Content-Digest", []string{digest}} }

// cutLast is strings.Cut at the last place of sep.
func cutLast(text, sep string) (before, after string, found bool) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}

// give is an answer with a body of a type.
func (s *registry) give(status int, kind string, body []byte) reply {
	return reply{
		Answer: Answer{Status: status, Body: PlainDocument}, body: body, sized: true,
		fields: []field{{"Content-Type", []string{kind}}},
	}
}

// wrong is an error in the form of the service.
func (s *registry) wrong(status int, code, message string) reply {
	if s.of == service.S3 {
		p := s.give(status, "application/xml", []byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+
			"<Error><Code>"+code+"</Code><Message>"+message+"</Message></Error>"))
		p.Body, p.reason = Text, code
		return p
	}
	p := s.give(status, "application/json; charset=utf-8", encode(map[string]any{
		"errors": []any{map[string]string{"code": code, "message": message}},
	}))
	p.Body, p.reason = ErrorJSON, code
	return p
}

// refuse implements surface.
func (s *registry) refuse(_ *question, status int) reply {
	if s.of == service.S3 {
		return s.wrong(status, "SlowDown", "Please reduce your request rate.")
	}
	return s.wrong(status, "TOOMANYREQUESTS", "Rate exceeded")
}

// fail implements surface.
func (s *registry) fail(q *question, status int) reply {
	s3 := s.of == service.S3
	switch {
	case status == http.StatusTooManyRequests:
		return s.refuse(q, status)
	case status == http.StatusNotFound && s3:
		return s.wrong(status, "NoSuchKey", "The specified key does not exist.")
	case status == http.StatusNotFound:
		return s.wrong(status, "MANIFEST_UNKNOWN", "Requested image not found")
	case status < http.StatusInternalServerError && s3:
		return s.wrong(status, "AccessDenied", "Access Denied")
	case status < http.StatusInternalServerError:
		return s.wrong(status, "DENIED", "Your authorization token has expired. Reauthenticate and try again.")
	case s3:
		return s.wrong(status, "InternalError", "We encountered an internal error. Please try again.")
	}
	return s.wrong(status, "UNKNOWN", http.StatusText(status)+" "+strconv.Itoa(status))
}

// registryCode is how the codes of errors of a registry look.
var registryCode = regexp.MustCompile(`^[A-Z][A-Z_]{2,63}$`)

// coded implements coder.
func (s *registry) coded(_ *question, status int, code string) (reply, bool) {
	known := registryCode
	if s.of == service.S3 {
		known = errorCode
	}
	if !known.MatchString(code) {
		return reply{}, false
	}
	return s.wrong(status, code, http.StatusText(status)), true
}

// pending implements surface.
func (s *registry) pending(q *question) reply { return s.find(q) }

// hasRepository reports whether a text is the name of a repository that is there.
func (c *APIConfig) hasRepository(name string) bool {
	return repositoryNames.fit(name) && c.listed(name)
}

// listed reports whether the repository of a name is there.
func (c *APIConfig) listed(name string) bool {
	return c.Repositories == nil || slices.Contains(c.Repositories, name)
}
