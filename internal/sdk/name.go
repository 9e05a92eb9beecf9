package sdk

import (
	"slices"
	"strings"

	"tenement/internal/service"
)

// name is the name of a preset in parts: SDK[@VERSION][@SERVICE].
type name struct{ sdk, version, service string }

// parse takes a name apart. A part behind the first that names a service is the
// service; the other is the version.
func parse(text string) name {
	parts := strings.Split(text, "@")
	n := name{sdk: parts[0]}
	for _, part := range parts[1:] {
		switch s, ok := serviceNamed(part); {
		case ok && n.service == "":
			n.service = s.String()
		case !ok && part != "" && n.version == "" && n.service == "":
			n.version = part
		default:
			return name{} // no preset is called so
		}
	}
	if n.service == service.ECS.String() {
		n.service = ""
	}
	return n
}

// serviceNamed is the service that a part of a name means.
func serviceNamed(part string) (service.Service, bool) {
	if part == "eks" {
		return service.PodIdentity, true
	}
	s, err := service.Parse(part)
	return s, err == nil
}

// preset returns the preset of exactly this name.
func preset(n name) (Preset, bool) {
	i, ok := all().at[n]
	if !ok {
		return Preset{}, false
	}
	return all().presets[i], true
}

// asking returns the preset of this SDK and version that asks the service.
func asking(n name, s service.Service) (Preset, bool) {
	for i, q := range all().names {
		if p := all().presets[i]; q.sdk == n.sdk && q.version == n.version && p.Asks(s) {
			return p, true
		}
	}
	return Preset{}, false
}

// alias is what people call an SDK.
type alias struct{ name, sdk, note string }

// aliases are the names that people type, beside those of the SDKs.
var aliases = []alias{
	{"boto3", "botocore", "boto3 gets its credentials from botocore"},
	{"aws-cli", "botocore", "the AWS CLI gets its credentials from botocore"},
	{"python", "botocore", "the AWS SDK for Python is boto3, which gets its credentials from botocore"},
	{"aws-sdk-js", "aws-sdk-js-v2", "the package aws-sdk is version 2 of the AWS SDK for JavaScript"},
	{"javascript", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"js", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"node", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"aws-sdk-go", "aws-sdk-go-v1", "the module aws-sdk-go is version 1 of the AWS SDK for Go"},
	{"go", "aws-sdk-go-v2", "the current AWS SDK for Go is version 2"},
	{"java", "aws-sdk-java-v2", "the current AWS SDK for Java is version 2"},
	{"aws-sdk-java", "aws-sdk-java-v1", "the package aws-java-sdk is version 1 of the AWS SDK for Java"},
	{"kotlin", "aws-sdk-kotlin", ""},
	{"php", "aws-sdk-php", ""},
	{"ruby", "aws-sdk-ruby", ""},
	{"rust", "aws-sdk-rust", ""},
	{"dotnet", "aws-sdk-net", ""},
	{"net", "aws-sdk-net", ""},
	{"cpp", "aws-sdk-cpp", ""},
	{"c++", "aws-sdk-cpp", ""},
	{"minio", "minio-go", ""},
}

// Aliases returns the names that people type for an SDK, each with the name of its
// preset.
func Aliases() [][2]string {
	var pairs [][2]string
	for _, a := range aliases {
		if _, ok := preset(name{sdk: a.sdk}); ok {
			pairs = append(pairs, [2]string{a.name, a.sdk})
		}
	}
	return pairs
}

// Named returns the preset that a name means, and false if there is none. A name
// that people use for an SDK stands for its preset (boto3 for botocore), and a
// service that an SDK asks as it asks another for that one's preset; note then
// says so, else it is "".
func Named(text string) (p Preset, note string, ok bool) {
	n := parse(text)
	if i := slices.IndexFunc(aliases, func(a alias) bool { return strings.EqualFold(a.name, n.sdk) }); i >= 0 {
		n.sdk, note = aliases[i].sdk, aliases[i].note
	}
	if p, ok = preset(n); ok {
		return p, note, true
	}
	if n.service != "" {
		s, _ := serviceNamed(n.service)
		if p, ok = asking(n, s); ok {
			return p, join(note, "it asks "+s.Row().Title+" as it asks "+p.Service.Row().Title), true
		}
	}
	return Preset{}, "", false
}

// join puts two notes in a row, either of which may be missing.
func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
