package imds

import (
	"encoding/base64"
	"regexp"
	"strconv"
	"time"

	"tenement/internal/service"
)

// loginLives is how long a login lasts.
// Source: Amazon ECR User Guide, registry_auth.
const loginLives = 12 * time.Hour

// getAuthorizationToken hands out a login to the registry.
// Source: Amazon ECR API Reference, GetAuthorizationToken: the token is the user AWS and a
// password, in base64.
func (s *jsonAPI) getAuthorizationToken(q *question, _ *input) reply {
	now := s.began.Add(q.now).Truncate(time.Second)
	password := passwordPrefix + hexDigits(s.keys.Name("login").With(uint64(now.Unix())), 64)
	return s.give(map[string]any{"authorizationData": []any{map[string]any{
		"authorizationToken": base64.StdEncoding.EncodeToString([]byte("AWS:" + password)),
		"expiresAt":          epoch(now.Add(loginLives)),
		"proxyEndpoint":      "https://" + s.place.Authority(service.ECRDocker),
	}}})
}

// mostOfBatch is how many images or layers a request can name.
// Source: botocore 1.44.8 data/ecr, ImageIdentifierList and BatchedOperationLayerDigestList: 1
// to 100.
const mostOfBatch = 100

// wrongBatch is the answer to a request that names n things, and whether it may not.
// Sources: puemos/aws-lambda-ecr-cleaner 3 (2017-06) for none, fujiwara/ecrm 3 (2022-07) for too
// many, both for imageIds; layerDigests is by analogy.
func (s *jsonAPI) wrongBatch(member string, n int) (p reply, wrong bool) {
	switch {
	case n == 0:
		return s.wrongMember(member, "Member must "+tooShort+"1"), true
	case n > mostOfBatch:
		return s.wrongMember(member, "Member must "+tooLong+strconv.Itoa(mostOfBatch)), true
	}
	return reply{}, false
}

// wrongMember is the answer of ECR to a member that its model does not allow.
// Sources: int128/create-ecr-repository-action 231 (2021-09, the pattern of a name),
// aws/aws-dotnet-deploy 549 (2022-05, a short name), fujiwara/ecrm 3 (2022-07, with its
// status).
func (s *jsonAPI) wrongMember(member, constraint string) reply {
	return s.wrong(s.details.invalid, "Invalid parameter at '"+member+"' failed to satisfy constraint: '"+constraint+"'")
}

// imageID is a tag, a digest, or both.
type imageID struct {
	ImageDigest string `json:"imageDigest,omitempty"`
	ImageTag    string `json:"imageTag,omitempty"`
}

// batchGetImage hands out manifests. Every repository has one image, under every tag and
// every digest, as the registry has. An image that cannot be is no error, but a failure in
// the answer.
// Sources: Amazon ECR API Reference, BatchGetImage and ImageFailure, for the codes. The reasons
// are those that getmoto/moto (2026-08, moto/ecr) and localstack/localstack (8b9a79f05) agree
// on, neither of which says that it has seen them; that of an image that is not there, which
// cannot be here, is in aws/aws-cli 6424 (2021-09).
func (s *jsonAPI) batchGetImage(_ *question, in *input) reply {
	repository := in.text("repositoryName")
	if p, missing := s.noRepository(repository); missing {
		return p
	}
	var ids []imageID
	in.decode("imageIds", &ids)
	if p, wrong := s.wrongBatch("imageIds", len(ids)); wrong {
		return p
	}
	images, failures := []any{}, []any{}
	for _, id := range ids {
		code, reason := "", ""
		switch {
		case id.ImageDigest == "" && id.ImageTag == "":
			code, reason = "MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null"
		case id.ImageDigest != "" && !digests.MatchString(id.ImageDigest):
			code, reason = "InvalidImageDigest", "Invalid request parameters: image digest should satisfy the regex '"+digestPattern+"'"
		case id.ImageDigest == "":
			id.ImageDigest = manifestDigest
		}
		if code != "" {
			failures = append(failures, map[string]any{"imageId": id, "failureCode": code, "failureReason": reason})
			continue
		}
		images = append(images, map[string]any{
			"registryId": s.place.account(), "repositoryName": repository, "imageId": id,
			"imageManifest": manifest, "imageManifestMediaType": manifestType,
		})
	}
	return s.give(map[string]any{"images": images, "failures": failures})
}

// digestPattern is how digests look.
const digestPattern = "[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+"

var digests = regexp.MustCompile("^" + digestPattern + "$")

// batchCheckLayerAvailability says which layers are there: all that can be. One that cannot
// is no error, but a failure in the answer.
// Source: Amazon ECR API Reference, BatchCheckLayerAvailability and LayerFailure; the reasons
// are by analogy with those of images (unverified).
func (s *jsonAPI) batchCheckLayerAvailability(_ *question, in *input) reply {
	if p, missing := s.noRepository(in.text("repositoryName")); missing {
		return p
	}
	asked := in.texts("layerDigests")
	if p, wrong := s.wrongBatch("layerDigests", len(asked)); wrong {
		return p
	}
	layers, failures := []any{}, []any{}
	for _, digest := range asked {
		code, reason := "", ""
		switch {
		case digest == "":
			code, reason = "MissingLayerDigest", "Invalid request parameters: layer digest cannot be null"
		case !digests.MatchString(digest):
			code, reason = "InvalidLayerDigest", "Invalid request parameters: layer digest should satisfy the regex '"+digestPattern+"'"
		}
		if code != "" {
			failures = append(failures, map[string]any{"layerDigest": digest, "failureCode": code, "failureReason": reason})
			continue
		}
		layers = append(layers, map[string]any{
			"layerDigest": digest, "layerAvailability": "AVAILABLE", "layerSize": layerSize, "mediaType": layerType,
		})
	}
	return s.give(map[string]any{"layers": layers, "failures": failures})
}

// getDownloadURLForLayer says where a layer is.
// Source: Amazon ECR API Reference, GetDownloadUrlForLayer. The messages of a digest that is
// none are by analogy with those of a repository (unverified).
func (s *jsonAPI) getDownloadURLForLayer(_ *question, in *input) reply {
	if p, missing := s.noRepository(in.text("repositoryName")); missing {
		return p
	}
	digest := in.text("layerDigest")
	switch {
	case digest == "":
		return s.wrongMember("layerDigest", "must "+notNull)
	case !digests.MatchString(digest):
		return s.wrongMember("layerDigest", "must satisfy regular expression '"+digestPattern+"'")
	}
	return s.give(map[string]string{"downloadUrl": s.place.layerURL(digest), "layerDigest": digest})
}

// noRepository is the answer to a request for a repository, if that is missing.
// Sources: turbot/steampipe-plugin-aws 1938 (2023-11, with its status) for one that is not
// there, aws/aws-dotnet-deploy 549 for a short name, by analogy for a long one. No name at all
// is by analogy too (unverified). The pattern is that of botocore 1.44.8; that of 2021 was
// another.
func (s *jsonAPI) noRepository(name string) (reply, bool) {
	switch allowed := repositoryNames; {
	case name == "":
		return s.wrongMember("repositoryName", "must "+notNull), true
	case len(name) < allowed.least:
		return s.wrongMember("repositoryName", "must "+tooShort+strconv.Itoa(allowed.least)), true
	case len(name) > allowed.most:
		return s.wrongMember("repositoryName", "must "+tooLong+strconv.Itoa(allowed.most)), true
	case !allowed.fit(name):
		return s.wrongMember("repositoryName", "must satisfy regular expression '"+allowed.pattern+"'"), true
	case !s.config.listed(name):
		return s.wrong("RepositoryNotFoundException",
			"The repository with name '"+name+"' does not exist in the registry with id '"+s.place.account()+"'"), true
	}
	return reply{}, false
}

// layerURL is where a layer is.
// Source: Amazon ECR User Guide, vpc-endpoints, for the bucket; what follows is ours.
func (p Place) layerURL(digest string) string {
	return "https://" + p.Authority(service.S3) + "/" + digest
}
