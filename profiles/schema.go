package profiles

// Schema is the JSON Schema of a profile, for editors. It is what
// profile.schema.json holds.
func Schema() []byte {
	s := documentForm().Schema()
	s.Dialect = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "Profile"
	s.Description = "What a run sends to a metadata endpoint, and what is tried: version 1."
	return s.JSON()
}
