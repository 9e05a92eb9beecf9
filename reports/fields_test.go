package reports_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"tenement/reports"
)

// What a report holds is told once, in the comments of its types. From them follow
// report.schema.json and the fields of docs/reports.md.

// jsonType is a type of the report that is an object.
type jsonType struct {
	name   string // as in Go
	doc    string
	fields []jsonField
	in     []string // the paths at which a report has one
}

// jsonField is a field of an object.
type jsonField struct {
	name, doc, unit string
	is              kind
	absent          bool // it is left out where it has no value
}

// kind is what a value may be.
type kind struct {
	words  string // for people
	schema map[string]any
}

// sources are the folders of the packages whose types a report consists of.
var sources = map[string]string{
	"tenement/reports":           ".",
	"tenement/internal/throttle": "../internal/throttle",
}

// comments are the comments of types and of their fields, and the values of the
// constants that they name.
type comments struct{ types, fields, constants map[string]string }

// readComments reads those of the sources, by package and name.
func readComments(t *testing.T) comments {
	t.Helper()
	c := comments{map[string]string{}, map[string]string{}, map[string]string{}}
	for path, dir := range sources {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no source, %v", dir, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range file.Decls {
				if g, ok := decl.(*ast.GenDecl); ok {
					c.read(path, g)
				}
			}
		}
	}
	return c
}

// read takes in the types and the constants of a declaration.
func (c *comments) read(path string, decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		if of, ok := spec.(*ast.ValueSpec); ok && decl.Tok == token.CONST {
			for i, value := range of.Values {
				if text, ok := value.(*ast.BasicLit); ok && text.Kind == token.STRING {
					c.constants[of.Names[i].Name] = strings.Trim(text.Value, `"`)
				}
			}
		}
		of, ok := spec.(*ast.TypeSpec)
		if !ok {
			continue
		}
		doc := of.Doc
		if doc == nil {
			doc = decl.Doc
		}
		name := path + "." + of.Name.Name
		c.types[name] = line(doc.Text())
		body, ok := of.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range body.Fields.List {
			for _, id := range f.Names {
				c.fields[name+"."+id.Name] = line(f.Doc.Text() + " " + f.Comment.Text())
			}
		}
	}
}

// word is a name as Go exports it.
var word = regexp.MustCompile(`\b[A-Z][A-Za-z0-9]*\b`)

// plain is a comment for readers of JSON: with the names and values that they see in
// place of those in Go.
func (c *comments) plain(of reflect.Type, text string) string {
	return word.ReplaceAllStringFunc(text, func(name string) string {
		if f, ok := of.FieldByName(name); ok && !f.Anonymous {
			if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag != "" {
				return "`" + tag + "`"
			}
		}
		if value, ok := c.constants[name]; ok && name != of.Name() {
			return value
		}
		return name
	})
}

// line is a comment on one line.
func line(text string) string { return strings.Join(strings.Fields(text), " ") }

// model is all objects of a report, in the order in which a reader meets them.
type model struct {
	t        *testing.T
	comments comments
	types    []*jsonType
	known    map[reflect.Type]*jsonType
}

func newModel(t *testing.T) *model {
	m := &model{t: t, comments: readComments(t), known: map[reflect.Type]*jsonType{}}
	m.object(reflect.TypeFor[reports.Report](), "")
	return m
}

// object is the type of an object, which a report has at a path.
func (m *model) object(of reflect.Type, path string) *jsonType {
	out := m.known[of]
	if out == nil {
		out = &jsonType{name: of.Name(), doc: m.comments.plain(of, m.comments.types[of.PkgPath()+"."+of.Name()])}
		if out.doc == "" {
			m.t.Errorf("%s has no comment", of)
		}
		m.known[of] = out
		m.types = append(m.types, out)
	}
	out.in = append(out.in, path)
	if len(out.in) > 3 { // enough for a reader, and what is below has been seen
		return out
	}
	out.fields = m.fields(of, path)
	return out
}

// fields are the fields of a struct, those of embedded ones included.
func (m *model) fields(of reflect.Type, path string) []jsonField {
	var out []jsonField
	for f := range of.Fields() {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && tag == "" {
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			for _, inner := range m.fields(embedded, path) {
				inner.absent = inner.absent || f.Type.Kind() == reflect.Pointer
				out = append(out, inner)
			}
			continue
		}
		if tag == "-" || !f.IsExported() {
			continue
		}
		field := jsonField{
			name: tag, doc: m.comments.plain(of, m.comments.fields[of.PkgPath()+"."+of.Name()+"."+f.Name]),
			is: m.kind(f.Type, strings.TrimPrefix(path+"."+tag, ".")), absent: strings.Contains(options, "omit"),
		}
		if field.absent {
			field.is = notNull(field.is) // it is left out instead
		}
		if nullable[of.Name()+"."+tag] {
			field.is = orNull(field.is)
		}
		field.unit = unitOf(of.Name(), tag, f.Type)
		if field.doc == "" {
			m.t.Errorf("%s.%s has no comment", of, f.Name)
		}
		if field.unit == "" && isFloat(f.Type) {
			m.t.Errorf("%s.%s: no unit follows from its name: add one to units", of, f.Name)
		}
		out = append(out, field)
	}
	return out
}

// nullable are fields that a type writes as null by itself.
var nullable = map[string]bool{"Limit.rate_per_s": true, "Limit.burst": true}

// kind is what a value of a type is in JSON.
func (m *model) kind(of reflect.Type, path string) kind {
	switch zero := reflect.New(of).Elem().Interface().(type) {
	case reports.Histogram:
		return orNull(kind{"text, a histogram in base64", map[string]any{"type": "string", "contentEncoding": "base64"}})
	case reports.Interval:
		end := map[string]any{"type": "number"}
		return kind{"list of 2: a number, and a number or null", map[string]any{
			"type": "array", "prefixItems": []any{end, map[string]any{"anyOf": []any{end, map[string]any{"type": "null"}}}}, "minItems": 2, "maxItems": 2,
		}}
	case json.RawMessage:
		return kind{"an object", map[string]any{"type": "object"}}
	case reports.Results, reports.Served, reports.Outcomes:
		return counts(m.t, zero)
	}
	switch of.Kind() {
	case reflect.Pointer:
		return orNull(m.kind(of.Elem(), path))
	case reflect.Bool:
		return kind{"true or false", map[string]any{"type": "boolean"}}
	case reflect.Int, reflect.Int64:
		return kind{"whole number", map[string]any{"type": "integer"}}
	case reflect.Uint32, reflect.Uint64:
		return kind{"whole number", map[string]any{"type": "integer", "minimum": 0}}
	case reflect.Float64:
		return kind{"number", map[string]any{"type": "number"}}
	case reflect.String:
		return kind{"text", map[string]any{"type": "string"}}
	case reflect.Map:
		value := m.kind(of.Elem(), path+".NAME")
		return kind{"an object: names, each with a " + value.words, map[string]any{"type": "object", "additionalProperties": value.schema}}
	case reflect.Array:
		item := m.kind(of.Elem(), path+"[]")
		return kind{fmt.Sprintf("list of %d: each a %s", of.Len(), item.words), map[string]any{
			"type": "array", "items": item.schema, "minItems": of.Len(), "maxItems": of.Len(),
		}}
	case reflect.Slice:
		item := m.kind(of.Elem(), path+"[]")
		list := kind{"list: each a " + item.words, map[string]any{"type": "array", "items": item.schema}}
		if path == "cases" {
			return list
		}
		return orNull(list) // a nil slice
	case reflect.Struct:
		object := m.object(of, path)
		return kind{"[" + object.name + "](#" + strings.ToLower(object.name) + ")", map[string]any{"$ref": "#/$defs/" + object.name}}
	}
	m.t.Fatalf("%s: no JSON type is known of %s", path, of)
	return kind{}
}

// counts is an object of names, each with a number. Some are left out while they are 0.
func counts(t *testing.T, zero any) kind {
	ones := reflect.New(reflect.TypeOf(zero)).Elem()
	for i := range ones.Len() {
		ones.Index(i).SetUint(1)
	}
	text, err := json.Marshal(ones.Interface())
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	properties, names := map[string]any{}, []string{}
	for {
		token, err := d.Token()
		if err != nil {
			break
		}
		if name, ok := token.(string); ok {
			names = append(names, "`"+name+"`")
			properties[name] = map[string]any{"type": "integer", "minimum": 0}
		}
	}
	return kind{"an object of whole numbers: " + strings.Join(names, ", "), map[string]any{"type": "object", "properties": properties}}
}

// orNull is a value that may be null.
func orNull(k kind) kind {
	if k.schema["anyOf"] != nil {
		return k
	}
	text := k.words + " or null"
	if strings.HasPrefix(k.words, "list") {
		text = "null or " + k.words // it is the list that may be null
	}
	return kind{text, map[string]any{"anyOf": []any{k.schema, map[string]any{"type": "null"}}}}
}

// notNull takes that back.
func notNull(k kind) kind {
	if either, ok := k.schema["anyOf"].([]any); ok {
		return kind{strings.TrimPrefix(strings.TrimSuffix(k.words, " or null"), "null or "), either[0].(map[string]any)}
	}
	return k
}

func isFloat(of reflect.Type) bool {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice || of.Kind() == reflect.Array {
		of = of.Elem()
	}
	return of.Kind() == reflect.Float64
}

// endings are the units that the ends of names say.
var endings = []struct{ ending, unit string }{
	{"_per_s", "per second"}, {"_s", "seconds"}, {"_ms", "milliseconds"},
	{"_rate", "fraction"}, {"_ci95", "fraction"}, {"share", "fraction"}, {"_within_1s", "fraction"},
}

// units are the units that no ending says, by type and name, or by type.
var units = map[string]string{
	"Against": "the metric's unit", "Against.factor": "as a multiple",
	"SeedsApart": "as a multiple of independent calls", "SeedsApart.tries": "attempts per call",
	"Latency": "milliseconds", "Lateness": "milliseconds", "Quantiles": "milliseconds",
	"PerSeed": "calls", "OverSeeds.sd": "fraction",
	"Group.amplification": "attempts per call", "Simulated.amplification": "attempts per call",
	"GateResult.bound": "the metric's unit", "GateResult.value": "the metric's unit",
	"Series.level":     "tokens",
	"ControlOverSeeds": "fraction", "ControlRollout.fails": "fraction", "ControlSharing.own_mean": "tasks", "ControlSharing.others_mean": "tasks",
	"ControlZone.least_free": "warm instances or vCPUs", "ControlSeries.levels": "warm instances or vCPUs",
	"ControlCapacity": "hours", "ControlCapacity.wasted_share": "fraction",
	"Design": "fraction", "Threshold": "fraction", "FigureComparison.p": "fraction", "FigureComparison.p_holm": "fraction",
	"FigureComparison.base": "the metric's unit", "FigureComparison.current": "the metric's unit",
	"FigureComparison.shift": "its scale", "FigureComparison.interval": "its scale", "FigureComparison.points_interval": "fraction",
}

// unitOf is the unit of a number, or nothing of another value.
func unitOf(of, name string, is reflect.Type) string {
	if !isFloat(is) {
		return ""
	}
	if unit := units[of+"."+name]; unit != "" {
		return unit
	}
	if unit := units[of]; unit != "" {
		return unit
	}
	for _, e := range endings {
		if strings.HasSuffix(name, e.ending) {
			return e.unit
		}
	}
	return ""
}
