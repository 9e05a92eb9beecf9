package form

import (
	"bytes"
	"encoding/json"
)

// Schema is the part of JSON Schema 2020-12 that forms need.
type Schema struct {
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
	OneOf         []*Schema          `json:"oneOf,omitempty"`
	AnyOf         []*Schema          `json:"anyOf,omitempty"`
	Properties    map[string]*Schema `json:"properties,omitempty"`
	Names         *Schema            `json:"propertyNames,omitempty"`
	Required      []string           `json:"required,omitempty"`
	Additional    any                `json:"additionalProperties,omitempty"`
	MinProperties int                `json:"minProperties,omitempty"`
	MaxProperties int                `json:"maxProperties,omitempty"`
	Items         *Schema            `json:"items,omitempty"`
	MinItems      int                `json:"minItems,omitempty"`
	Defs          map[string]*Schema `json:"$defs,omitempty"`
}

// Named gives a form's schema a name under $defs, to be written once.
func (f Form[T]) Named(name string) Form[T] {
	f.Schema = func() *Schema { return &Schema{Ref: "#/$defs/" + name} }
	return f
}

// JSON is the schema as a file.
func (s *Schema) JSON() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		panic("form: encoding a schema: " + err.Error()) // only numbers and text
	}
	return b.Bytes()
}
