package profiles

import "tenement/internal/form"

// Schema is the JSON Schema of a profile, for editors. It is what
// profile.schema.json holds.
func Schema() []byte {
	s := documentForm().Schema()
	s.Dialect = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "Profile"
	s.Description = "What a run sends to a metadata endpoint, and what is tried: version 1."
	s.Defs = map[string]*form.Schema{"strategy": clientForm().Schema()}
	return s.JSON()
}
