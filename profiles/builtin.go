package profiles

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml strategies traces
var builtins embed.FS

// Info is a built-in profile in a list.
type Info struct {
	Name  string
	Title string // the first line of its description
}

// Builtins are the built-in profiles, in order of their names.
func Builtins() []Info {
	var all []Info
	for _, name := range builtinNames() {
		p, err := Open(name, Options{})
		if err != nil {
			panic("profiles: a built-in is broken: " + err.Error()) // a test opens each
		}
		all = append(all, Info{Name: name, Title: p.title()})
	}
	return all
}

func builtinNames() []string {
	files, err := fs.Glob(builtins, "*.yaml")
	if err != nil {
		panic(fmt.Sprintf("profiles: %v", err)) // the pattern is fine
	}
	for i := range files {
		files[i] = strings.TrimSuffix(files[i], ".yaml")
	}
	slices.Sort(files)
	return files
}

// schemaDialect is the version of JSON Schema that schemas are in.
const schemaDialect = "https://json-schema.org/draft/2020-12/schema"

// Schema is the JSON Schema of a profile, for editors. It is what
// profile.schema.json holds.
func Schema() []byte {
	s := documentForm().Schema()
	s.Dialect = schemaDialect
	s.Title = "Profile"
	s.Description = "What a run sends to a metadata endpoint, and what is tried: version 1."
	return s.JSON()
}
