package imds

import (
	"slices"
	"strings"
)

// entry is something of the metadata that has a path: a directory or a value.
type entry struct {
	body []byte
	json bool // it is JSON, although it is called plain text
	// document is set instead of the body for credentials, and made for what
	// else depends on the time.
	document document
	made     made
}

// tree is the entries by path, which begins behind the version: "meta-data/"
// is a directory, "meta-data/ami-id" a value. "" is the root.
type tree map[string]*entry

// add gives an entry its path.
func (t tree) add(path string, e *entry) { t[path] = e }

// value adds plain text.
func (t tree) value(path, text string) { t.add(path, &entry{body: []byte(text)}) }

// list gives every entry the directories it is in. A directory says what is in
// it, a line each without one at the end, in order of their bytes;
// subdirectories have a slash behind their names.
// Source: Amazon EC2 User Guide, instancedata-data-retrieval, whose examples
// show the order.
func (t tree) list() {
	names := make(map[string][]string) // by directory
	for path := range t {
		for path != "" {
			at := strings.LastIndexByte(strings.TrimSuffix(path, "/"), '/') + 1
			directory, name := path[:at], path[at:]
			if slices.Contains(names[directory], name) {
				break // and so it is in all that are above
			}
			names[directory] = append(names[directory], name)
			path = directory
		}
	}
	for directory, in := range names {
		if t[directory] == nil { // one that lists itself in another way stays
			slices.Sort(in)
			t.value(directory, strings.Join(in, "\n"))
		}
	}
}

// find is the entry of a path, or nil. A value is found with a slash behind it
// as well, and a directory without: instances of 2015 to 2018 redirected there
// (uswitch/kiam#116), those of today do not.
// Source: the table in boto/boto#1900; for directories the exchanges of
// awslabs/aws-sdk-rust#560 and smithy-lang/smithy-rs
// (aws-config/test-data/default-credential-provider-chain), which are about the
// list of roles, and amazonlinux/amazon-ec2-utils#46, about dynamic. The others
// are by analogy.
func (t tree) find(path string) *entry {
	if e := t[path]; e != nil {
		return e
	}
	if value, ok := strings.CutSuffix(path, "/"); ok {
		return t[value]
	}
	return t[path+"/"]
}
