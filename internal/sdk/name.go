package sdk

import (
	"slices"
	"strings"

	"tenement/internal/service"
)

// name is the name of a preset in parts: SDK[@VERSION][@SERVICE].
type name struct{ sdk, version, service string }

// parse takes a name apart, in which letters may be capital. A part behind the first
// that names a service is the service; the other is the version.
func parse(text string) name {
	parts := strings.Split(strings.ToLower(text), "@")
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

// Family is the preset's name without the service: SDK, or SDK@VERSION.
func (p *Preset) Family() string {
	n := parse(p.Name)
	if n.version == "" {
		return n.sdk
	}
	return n.sdk + "@" + n.version
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
	{"boto", "botocore", "boto3 gets its credentials from botocore"},
	{"python", "botocore", "the AWS SDK for Python is boto3, which gets its credentials from botocore"},
	{"aws-cli", "botocore", "the AWS CLI gets its credentials from botocore"},
	{"awscli", "botocore", "the AWS CLI gets its credentials from botocore"},
	{"aws-sdk-js", "aws-sdk-js-v2", "the package aws-sdk is version 2 of the AWS SDK for JavaScript"},
	{"javascript", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"js", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"node", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"nodejs", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"node.js", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"typescript", "aws-sdk-js-v3", "the current AWS SDK for JavaScript is version 3"},
	{"aws-sdk-go", "aws-sdk-go-v1", "the module aws-sdk-go is version 1 of the AWS SDK for Go"},
	{"go", "aws-sdk-go-v2", "the current AWS SDK for Go is version 2"},
	{"golang", "aws-sdk-go-v2", "the current AWS SDK for Go is version 2"},
	{"java", "aws-sdk-java-v2", "the current AWS SDK for Java is version 2"},
	{"aws-sdk-java", "aws-sdk-java-v1", "the package aws-java-sdk is version 1 of the AWS SDK for Java"},
	{"aws-java-sdk", "aws-sdk-java-v1", "the package aws-java-sdk is version 1 of the AWS SDK for Java"},
	{"kotlin", "aws-sdk-kotlin", ""},
	{"php", "aws-sdk-php", ""},
	{"ruby", "aws-sdk-ruby", "a provider that the application makes; service clients without one use aws-sdk-ruby@chain"},
	{"rust", "aws-sdk-rust", ""},
	{".net", "aws-sdk-net", ""},
	{"dotnet", "aws-sdk-net", ""},
	{"net", "aws-sdk-net", ""},
	{"c#", "aws-sdk-net", ""},
	{"csharp", "aws-sdk-net", ""},
	{"cpp", "aws-sdk-cpp", ""},
	{"c++", "aws-sdk-cpp", ""},
	{"minio", "minio-go", ""},
}

// Aliases returns the names that people type for SDKs, by the names of their presets.
func Aliases() map[string][]string {
	by := make(map[string][]string)
	for _, a := range aliases {
		by[a.sdk] = append(by[a.sdk], a.name)
	}
	return by
}

// Named returns the preset that a name means, and false if there is none. A name
// that people use for an SDK stands for its preset (boto3 for botocore, go-v2 for
// aws-sdk-go-v2), and a service that an SDK asks as it asks another for that one's
// preset; note then says so, else it is "".
func Named(text string) (p Preset, note string, ok bool) {
	n, note := meant(parse(text))
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

// meant is a name with the SDK that people mean by what they call it, and a note if
// that is not obvious. Who names a version knows what it is of.
func meant(n name) (name, string) {
	if i := slices.IndexFunc(aliases, func(a alias) bool { return a.name == n.sdk }); i >= 0 {
		n.sdk = aliases[i].sdk
		if n.version != "" {
			return n, ""
		}
		return n, aliases[i].note
	}
	if long := "aws-sdk-" + n.sdk; known(long) {
		n.sdk = long
	}
	return n, ""
}

// known reports whether there is a preset of this SDK.
func known(sdk string) bool {
	return slices.ContainsFunc(all().names, func(n name) bool { return n.sdk == sdk })
}

// NamedService returns the service that is part of a name, and false if none is:
// then the name stands for ECS.
func NamedService(text string) (service.Service, bool) {
	for _, part := range strings.Split(strings.ToLower(text), "@")[1:] {
		if s, ok := serviceNamed(part); ok {
			return s, true
		}
	}
	return service.ECS, false
}

// Similar returns the names of presets that somebody may mean by a name that none
// has: those of the same SDK, else those of the SDKs whose names are like it.
func Similar(text string) []string {
	typed := parse(text)
	typed.sdk, _, _ = strings.Cut(strings.ToLower(text), "@")
	if typed.sdk == "" {
		return nil
	}
	n, _ := meant(typed)
	sameSDK := known(n.sdk)
	var similar []string
	for i, other := range all().names {
		like := other.sdk == n.sdk || !sameSDK && other.version == "" && strings.Contains(other.sdk, n.sdk)
		_, forECS := preset(name{sdk: other.sdk, version: other.version})
		if like && (other.service == n.service || !forECS) {
			similar = append(similar, all().presets[i].Name)
		}
	}
	return similar
}

// join puts two notes in a row, either of which may be missing.
func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
