package profiles

import (
	"bytes"
	"encoding/json"
)

// schema is the part of JSON Schema 2020-12 that profiles need.
type schema struct {
	Dialect       string             `json:"$schema,omitempty"`
	Title         string             `json:"title,omitempty"`
	Description   string             `json:"description,omitempty"`
	Ref           string             `json:"$ref,omitempty"`
	Type          string             `json:"type,omitempty"`
	Enum          []any              `json:"enum,omitempty"`
	Const         any                `json:"const,omitempty"`
	Pattern       string             `json:"pattern,omitempty"`
	MaxLength     int                `json:"maxLength,omitempty"`
	Minimum       *float64           `json:"minimum,omitempty"`
	Maximum       *float64           `json:"maximum,omitempty"`
	OneOf         []*schema          `json:"oneOf,omitempty"`
	AnyOf         []*schema          `json:"anyOf,omitempty"`
	Properties    map[string]*schema `json:"properties,omitempty"`
	Names         *schema            `json:"propertyNames,omitempty"`
	Required      []string           `json:"required,omitempty"`
	Additional    any                `json:"additionalProperties,omitempty"`
	MinProperties int                `json:"minProperties,omitempty"`
	MaxProperties int                `json:"maxProperties,omitempty"`
	Items         *schema            `json:"items,omitempty"`
	MinItems      int                `json:"minItems,omitempty"`
	Defs          map[string]*schema `json:"$defs,omitempty"`
}

// Schema is the JSON Schema of a profile, for editors. It is what
// profile.schema.json holds.
func Schema() []byte {
	s := documentForm().schema()
	s.Dialect = "https://json-schema.org/draft/2020-12/schema"
	s.Title = "Profile"
	s.Description = "What a run sends to a metadata endpoint, and what is tried: version 1."
	s.Defs = map[string]*schema{"strategy": clientForm().schema()}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		panic("profiles: encoding the schema: " + err.Error()) // only numbers and text
	}
	return b.Bytes()
}

// named gives a form's schema a name under $defs, to be written once.
func (f form[T]) named(name string) form[T] {
	f.schema = func() *schema { return &schema{Ref: "#/$defs/" + name} }
	return f
}
