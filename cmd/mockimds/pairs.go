package main

import (
	"encoding/json"
	"errors"
	"strings"

	"tenement/internal/imds"
)

// pairs is the value of a flag KEY=VALUE that may be given several times.
type pairs [][2]string

// Set implements pflag.Value.
func (p *pairs) Set(s string) error {
	key, value, ok := strings.Cut(s, "=")
	if !ok || key == "" {
		return errors.New("want KEY=VALUE")
	}
	*p = append(*p, [2]string{key, value})
	return nil
}

// String implements pflag.Value.
func (p *pairs) String() string {
	var all []string
	for _, one := range *p {
		all = append(all, one[0]+"="+one[1])
	}
	return strings.Join(all, " ")
}

// Type implements pflag.Value.
func (*pairs) Type() string { return "KEY=VALUE" }

// values are the values by key. Of a key that was given twice the last
// counts.
func (p *pairs) values() map[string]string {
	m := make(map[string]string, len(*p))
	for _, one := range *p {
		m[one[0]] = one[1]
	}
	return m
}

// associations are the values of --association.
func (o *options) associations() ([]imds.Association, error) {
	var all []imds.Association
	for _, one := range o.associated {
		kind, name, ok := strings.Cut(one[0], "/")
		if !ok || kind == "" || name == "" {
			return nil, usagef("", "--association %q: want TYPE/NAME=JSON", one[0])
		}
		if !json.Valid([]byte(one[1])) {
			return nil, usagef("", "--association %q: want JSON behind the equals sign", one[0])
		}
		all = append(all, imds.Association{Type: kind, Name: name, Value: json.RawMessage(one[1])})
	}
	return all, nil
}
