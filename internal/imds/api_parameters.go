package imds

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/service"
)

// Bounds of requests for parameters.
// Source: AWS Systems Manager API Reference, GetParameters and GetParametersByPath.
const (
	mostParameters = 10
	mostOfPath     = 10
)

// parameter is one version of a parameter. Its JSON is that of the API.
// Source: AWS Systems Manager API Reference, Parameter.
type parameter struct {
	ARN, DataType    string
	LastModifiedDate json.Number
	Name             string
	Selector         string `json:",omitempty"` // with its colon, if it was asked for by one
	Type, Value      string
	Version          int
}

// notThere says why there is no such parameter.
type notThere uint8

// The reasons.
const (
	thereIs notThere = iota
	noParameter
	noVersion
	noName
)

// parameter finds a parameter by its name or ARN, which may end in a selector: a version or
// a label. Those that a list names have version 1 alone, and no label; without a list there
// is any. Of a version that is not there, p has the name and the selector.
// Source: AWS Systems Manager API Reference, GetParameter: Name, and that blanks around a
// name are dropped and those within are wrong. That the Selector of an answer has its colon
// is in an answer in ansible/ansible 61022 (2019-08).
func (s *jsonAPI) parameter(given string) (p parameter, why notThere) {
	name := strings.TrimSpace(given)
	arn := false
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		name, arn = strings.TrimPrefix(parts[5], "parameter/"), true
	}
	name, selector, selected := strings.Cut(name, ":")
	wrong := !arn && !parameterNames.fit(name)
	name = s.slashed(name, arn)
	value, ok := s.valueOf(s.config.Parameters, name, parameterPrefix)
	switch {
	case wrong || name == "":
		return parameter{}, noName
	case !ok:
		return parameter{}, noParameter
	}
	p = parameter{
		ARN: s.place.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")), DataType: "text",
		LastModifiedDate: epoch(s.began), Name: name, Type: "SecureString", Value: value, Version: 1,
	}
	if !selected {
		return p, thereIs
	}
	p.Selector = ":" + selector
	version, err := strconv.Atoi(selector)
	switch {
	case s.config.Parameters != nil && (err != nil || version != p.Version), err == nil && version < 1:
		return p, noVersion
	case err == nil:
		p.Version = version
	}
	return p, thereIs
}

// slashed is the name of the parameter that a text names, with the slash that it begins with or
// without. A parameter whose name has one part is found by either; an ARN has no slash there,
// whatever the name. A name of several parts always begins with one.
// Sources: botocore 1.44.8 data/ssm, PutParameterRequest: Name ("For parameters in a
// hierarchy, you must include a leading forward slash"); getmoto/moto tests/test_ssm,
// test_parameter_lifecycle_with_leading_slash (verified at AWS).
func (s *jsonAPI) slashed(text string, arn bool) string {
	other, began := strings.CutPrefix(text, "/")
	if !began {
		other = "/" + text
	}
	_, exact := s.config.Parameters[text]
	if _, there := s.config.Parameters[other]; there && !exact || arn && !began && strings.Contains(text, "/") {
		return other
	}
	return text
}

// getParameter hands out a parameter.
// Sources: AWS Systems Manager API Reference, GetParameter; vandium-io/aws-param-store 8
// (2018-08) and awslabs/aws-simple-cicd 10 (2020-11): a missing one has no message;
// getmoto/moto 3977 (2021-06, with a picture of AWS's answer) for a missing version.
func (s *jsonAPI) getParameter(_ *question, in *input) reply {
	given := in.text("Name")
	if given == "" {
		return s.unfit("Value null", "name", notNull)
	}
	p, why := s.parameter(given)
	switch why {
	case noName:
		return s.wrongParameterName()
	case noParameter:
		return s.wrong("ParameterNotFound", "")
	case noVersion:
		return s.wrong("ParameterVersionNotFound",
			"Systems Manager could not find version "+p.Selector[1:]+" of "+p.Name+". Verify the version and try again.")
	}
	return s.give(map[string]any{"Parameter": p})
}

// getParameters hands out parameters, in the order of their names. One that is missing is
// no error, but listed.
// Source: AWS Systems Manager API Reference, GetParameters: up to 10 names, alphabetical
// order, InvalidParameters.
func (s *jsonAPI) getParameters(_ *question, in *input) reply {
	names := in.texts("Names")
	switch n := len(names); {
	case n == 0:
		return s.unfit(quoted("[]"), "names", tooShort+"1")
	case n > mostParameters:
		return s.unfit(quoted("["+strings.Join(names, ", ")+"]"), "names", tooLong+strconv.Itoa(mostParameters))
	}
	found, missing := []parameter{}, []string{}
	for _, given := range names {
		switch p, why := s.parameter(given); why {
		case thereIs:
			found = append(found, p)
		case noName:
			return s.wrongParameterName()
		default:
			missing = append(missing, given)
		}
	}
	slices.SortStableFunc(found, func(a, b parameter) int { return cmp.Compare(a.Name, b.Name) })
	return s.give(map[string]any{"InvalidParameters": missing, "Parameters": found})
}

// getParametersByPath hands out what is below a path: one parameter, if there is no list.
// Source: AWS Systems Manager API Reference, GetParametersByPath. That a name without a
// slash is below "/", and the message of what is no token, are from memory (unverified).
func (s *jsonAPI) getParametersByPath(_ *question, in *input) reply {
	path := in.text("Path")
	if !strings.HasPrefix(path, "/") {
		return s.wrongPath()
	}
	shown, wrong, ok := in.listing("MaxResults", "NextToken", mostOfPath)
	switch {
	case wrong != "":
		return s.unfit(quoted(strconv.Itoa(shown.most)), "maxResults", wrong)
	case !ok:
		return s.wrong("InvalidNextToken", "The specified token isn't valid.")
	}
	match, p, ok := s.filters(in)
	if !ok {
		return p
	}
	below, recursive := strings.TrimSuffix(path, "/")+"/", false
	in.decode("Recursive", &recursive)
	see := func(name string) {
		rest, under := strings.CutPrefix("/"+strings.TrimPrefix(name, "/"), below)
		if under && rest != "" && match && (recursive || !strings.Contains(rest, "/")) {
			shown.add(name)
		}
	}
	for name := range s.config.Parameters {
		see(name)
	}
	if s.config.Parameters == nil {
		see(below + service.ParameterName)
	}
	names, next := shown.end()
	found := []parameter{}
	for _, name := range names {
		p, _ := s.parameter(name)
		found = append(found, p)
	}
	answer := map[string]any{"Parameters": found}
	if next != "" {
		answer["NextToken"] = next
	}
	return s.give(answer)
}

// parameterKey is the key of all parameters: the one of the account.
const parameterKey = "alias/aws/ssm"

// filters reads filters, and reports whether parameters pass them: all are of the same
// type and key, and have no label. If ok is false, p says what is wrong.
// Source: AWS Systems Manager API Reference, ParameterStringFilter: Type, KeyId and Label,
// with Equals or BeginsWith, and Label with Equals alone.
func (s *jsonAPI) filters(in *input) (match bool, p reply, ok bool) {
	var all []struct {
		Key, Option string
		Values      []string
	}
	in.decode("ParameterFilters", &all)
	own := map[string]string{"Type": "SecureString", "KeyId": parameterKey, "Label": ""}
	match = true
	for _, f := range all {
		value, known := own[f.Key]
		passes := func(given string) bool { return given == value }
		switch {
		case !known:
			return false, s.wrong("InvalidFilterKey", ""), false
		case f.Option == "BeginsWith" && f.Key != "Label":
			passes = func(given string) bool { return strings.HasPrefix(value, given) }
		case f.Option != "" && f.Option != "Equals":
			return false, s.wrong("InvalidFilterOption", ""), false
		case len(f.Values) == 0:
			return false, s.wrong("InvalidFilterValue", ""), false
		}
		match = match && value != "" && slices.ContainsFunc(f.Values, passes)
	}
	return match, reply{}, true
}

// wrongParameterName is the answer to a request with what is no name.
// Sources: anomalyco/sst 4698 (2024-04, a blank in the name of GetParameter),
// external-secrets/external-secrets 431 (2021-10, a slash at its end).
func (s *jsonAPI) wrongParameterName() reply {
	return s.wrong(s.details.invalid, `Parameter name: can't be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of `+
		"sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_")
}

// wrongPath is the answer to a request with what is no path. The backslashes are AWS's.
// Sources: aws/aws-sdk-js-v3 5928 (2024-03), pahud/cdk-remote-stack 605 (2024-10).
func (s *jsonAPI) wrongPath() reply {
	return s.wrong(s.details.invalid, `The parameter doesn't meet the parameter name requirements. The parameter name must begin `+
		`with a forward slash "/". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, `+
		"or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. "+
		`All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.`)
}
