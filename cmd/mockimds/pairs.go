package main

import (
	"encoding/json"
	"errors"
	"strings"

	"tenement/internal/imds"
)

// pair is the value of a flag KEY=VALUE, such as --tag.
type pair struct{ key, value string }

func parsePair(text string) (pair, error) {
	key, value, ok := strings.Cut(text, "=")
	if !ok || key == "" {
		return pair{}, errors.New("want KEY=VALUE")
	}
	return pair{key, value}, nil
}

// values are the values by key. The last one counts if a key is given twice.
func values(pairs []pair) map[string]string {
	m := make(map[string]string, len(pairs))
	for _, p := range pairs {
		m[p.key] = p.value
	}
	return m
}

// parseAssociation reads what a task is associated with: TYPE/NAME=JSON.
func parseAssociation(text string) (imds.Association, error) {
	key, value, ok := strings.Cut(text, "=")
	kind, name, named := strings.Cut(key, "/")
	if !ok || !named || kind == "" || name == "" {
		return imds.Association{}, errors.New("want TYPE/NAME=JSON")
	}
	if !json.Valid([]byte(value)) {
		return imds.Association{}, errors.New("want JSON after the equals sign")
	}
	return imds.Association{Type: kind, Name: name, Value: json.RawMessage(value)}, nil
}
