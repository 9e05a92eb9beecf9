package form

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	MaxItems      int                `json:"maxItems,omitempty"`
	Defs          map[string]*Schema `json:"$defs,omitempty"`

	name string // under which JSON writes it
}

// Named gives a form's schema a name. However often it is used, the schema of a
// file holds it once, under $defs.
func (f Form[T]) Named(name string) Form[T] {
	schema := f.Schema
	f.Schema = func() *Schema {
		s := *schema()
		s.name = name
		return &s
	}
	return f
}

// JSON is the schema as a file: what has a name stands under $defs.
func (s *Schema) JSON() []byte {
	d := definitions{}
	root := d.below(*s)
	if len(d) > 0 {
		root.Defs = d
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic("form: encoding a schema: " + err.Error()) // only numbers and text
	}
	return b.Bytes()
}

// definitions are the schemas that have names, by name.
type definitions map[string]*Schema

// refer is the schema with references in place of named ones. Where it has a
// name itself, it is a reference, with the description that it has there. Two
// schemas of one name are a mistake of the program, and panic.
func (d definitions) refer(s *Schema) *Schema {
	if s == nil {
		return nil
	}
	below := d.below(*s)
	if s.name == "" {
		return &below
	}
	ref := &Schema{Ref: "#/$defs/" + s.name, Description: s.Description}
	below.Description, below.name = "", ""
	if known := d[s.name]; known != nil && !reflect.DeepEqual(known, &below) {
		panic(fmt.Sprintf("form: two schemas have the name %q", s.name))
	}
	d[s.name] = &below
	return ref
}

// below is a schema with references in place of the named ones in it.
func (d definitions) below(s Schema) Schema {
	each := func(list []*Schema) []*Schema {
		list = slices.Clone(list)
		for i := range list {
			list[i] = d.refer(list[i])
		}
		return list
	}
	s.OneOf, s.AnyOf, s.Items, s.Names = each(s.OneOf), each(s.AnyOf), d.refer(s.Items), d.refer(s.Names)
	if s.Properties = maps.Clone(s.Properties); s.Properties != nil {
		for key, value := range s.Properties {
			s.Properties[key] = d.refer(value)
		}
	}
	if additional, ok := s.Additional.(*Schema); ok {
		s.Additional = d.refer(additional)
	}
	return s
}
