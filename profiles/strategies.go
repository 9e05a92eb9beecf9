package profiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"tenement/internal/form"
	"tenement/internal/sdk"
	"tenement/internal/strategy"
)

// Strategies are strategies with names of their own, from files. They do not change, and
// may be used from several goroutines.
type Strategies struct{ all definitions }

// Named is a strategy with a name of its own.
type Named struct {
	Name string
	File string // that it is from
	From string // the preset or the strategy that it starts from, "" if it is whole
	// Preset is the preset that it starts from in the end, "" if there is none.
	Preset     string
	Title      string // of its row in a report, "" is its name
	SDKSetting string // what to set in which SDK to get it, "" if that is not said
	Strategy   strategy.Strategy
}

// OpenStrategies reads files of strategies: built-in ones by name, others by path. A
// profile will do, too: then these are the strategies that it has names for. A strategy may
// extend one of another file, and no two may have the same name. What is wrong with the
// input is form.Errors.
func OpenStrategies(files ...string) (*Strategies, error) {
	s := new(Strategies)
	var r resolver
	r.outer = new(definitions)
	for i, file := range files {
		if slices.Contains(files[:i], file) {
			continue
		}
		if err := s.readFile(&r.Reader, file); err != nil {
			return nil, err
		}
	}
	r.own = s.all
	r.settle(&s.all)
	if len(r.Errs) > 0 {
		return nil, r.Errs
	}
	return s, nil
}

// settle resolves and reads definitions, so that nothing changes them from then on.
func (s *resolver) settle(all *definitions) {
	form := strategyForm()
	for _, name := range all.order {
		d := all.of[name]
		if d.value.Null() {
			s.Fail(d.key, d.path, noValue)
			d.state, d.whole = settled, emptyMapping(d.key)
			continue
		}
		if s.resolve(d); d.sound {
			before := len(s.Errs)
			form.Read(&s.Reader, d.whole, d.path)
			d.sound, d.read = len(s.Errs) == before, true
		}
	}
}

// readFile adds the definitions of a file. Its error is one of opening the file; others
// go to the reader.
func (s *Strategies) readFile(r *form.Reader, file string) error {
	src, text, err := findStrategies(file)
	if err != nil {
		return err
	}
	tree, errs := form.ParseYAML(src, text)
	r.Errs = append(r.Errs, errs...)
	if tree == nil {
		return nil
	}
	mappings := []string{"strategies"}
	if tree.Get("fleet") != nil || tree.Get(controlKey) != nil {
		mappings = append(mappings, namedKey)
	} else {
		strategiesFileForm().Read(r, tree, "")
	}
	for _, key := range mappings {
		var more definitions
		more.add(tree.Get(key), key)
		for _, name := range more.order {
			d := more.of[name]
			if _, _, preset := sdk.Named(name); preset {
				continue // an error, or a row of a profile that shows a preset
			}
			if other := s.all.of[name]; other != nil {
				r.Fail(d.key, d.path, "there is a strategy %q already, %s", name, other.key.Where())
				continue
			}
			s.all.put(d)
		}
	}
	return nil
}

// strategiesFolder is the folder of the built-in files of strategies.
const strategiesFolder = "strategies"

// findStrategies is the text of a file of strategies: a built-in's name comes before a
// file's.
func findStrategies(nameOrPath string) (*form.Source, []byte, error) {
	if !strings.ContainsAny(nameOrPath, `/\.`) {
		file := strategiesFolder + "/" + nameOrPath + ".yaml"
		if text, err := fs.ReadFile(builtins, file); err == nil {
			return form.NewSource("builtin:"+file, text), text, nil
		}
	}
	text, err := readFile(nameOrPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		known := BuiltinStrategies()
		return nil, nil, fmt.Errorf("opening strategies: no built-in strategies and no file %q%s", nameOrPath, form.Hint(nameOrPath, known))
	case err != nil:
		return nil, nil, fmt.Errorf("opening strategies: %w", err)
	}
	return form.NewSource(nameOrPath, text), text, nil
}

// BuiltinStrategies are the names of the built-in files of strategies.
func BuiltinStrategies() []string {
	files, err := fs.Glob(builtins, strategiesFolder+"/*.yaml")
	if err != nil {
		panic(fmt.Sprintf("profiles: %v", err)) // the pattern is fine
	}
	for i := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(files[i], strategiesFolder+"/"), ".yaml")
	}
	slices.Sort(files)
	return files
}

// HoldsStrategies reports whether a file that can be read is one of strategies, and no
// profile.
func HoldsStrategies(nameOrPath string) bool {
	src, text, err := findStrategies(nameOrPath)
	if err != nil {
		return false
	}
	tree, _ := form.ParseYAML(src, text)
	return tree != nil && tree.Get("strategies") != nil && tree.Get("fleet") == nil && tree.Get(controlKey) == nil
}

// Names are the names of the strategies, file by file, in their order.
func (s *Strategies) Names() []string { return slices.Clone(s.all.order) }

// All are the strategies, file by file, in their order.
func (s *Strategies) All() []Named {
	var all []Named
	for _, name := range s.all.order {
		one, _ := s.Find(name)
		all = append(all, one)
	}
	return all
}

// Find is the strategy of a name.
func (s *Strategies) Find(name string) (Named, bool) {
	d := s.all.of[name]
	if d == nil {
		return Named{}, false
	}
	var r form.Reader
	keys := strategyForm().Read(&r, d.whole, d.path)
	return Named{
		Name: name, File: d.key.Source().Name, From: d.from(), Preset: keys.Preset,
		Title: keys.Title, SDKSetting: keys.SDKSetting, Strategy: keys.Strategy,
	}, true
}

// Nearest is the name that was meant by one that no strategy has, if one is near.
func (s *Strategies) Nearest(name string) (string, bool) { return form.Nearest(name, s.all.order) }

// Write writes the strategy as a profile or a file has it below its name, defaults
// omitted. Read back, it is the same.
func (n *Named) Write(w io.Writer) error {
	return strategyForm().Write(strategyKeys{Title: n.Title, SDKSetting: n.SDKSetting, Strategy: n.Strategy}, false).WriteYAML(w)
}

// from is the name that a definition begins with.
func (d *definition) from() string {
	ref := d.value
	if ref.Kind == form.Mapping {
		for _, key := range []string{extendsKey, "preset"} {
			if given := d.value.Get(key); given != nil {
				return given.Text
			}
		}
		return ""
	}
	return ref.Text
}

// strategiesFile is the content of a file of strategies. What it defines is read from its
// tree.
type strategiesFile struct {
	Version     int
	Description string
	Strategies  struct{}
}

// strategiesFileForm is built once.
var strategiesFileForm = sync.OnceValue(func() form.Form[strategiesFile] {
	return form.Object(strategiesFile{}, []form.Key[strategiesFile]{
		form.Required(form.Field("version", "Of this format.",
			versionForm(), func(v *strategiesFile) *int { return &v.Version })),
		form.Field("description", "What they are for.",
			form.Text(), func(v *strategiesFile) *string { return &v.Description }),
		form.Required(form.Field("strategies", "The strategies, by their names.",
			namesForm(), func(v *strategiesFile) *struct{} { return &v.Strategies })),
	}, nil)
})

// namesForm checks a mapping from names to strategies, which are read when all names are
// known.
func namesForm() form.Form[struct{}] {
	return form.Form[struct{}]{
		Read: func(r *form.Reader, n *form.Node, path string) (none struct{}) {
			switch {
			case n.Kind != form.Mapping:
				r.Fail(n, path, "want a mapping from names to strategies, got %s", n.What())
				return
			case len(n.Pairs) == 0:
				r.Fail(n, path, "is empty: want at least one name and its strategy")
			case len(n.Pairs) > maxNamed:
				r.Fail(n, path, "has %d strategies: want at most %d", len(n.Pairs), maxNamed)
				return
			}
			for _, p := range n.Pairs {
				form.CheckName(r, p.Key, path, p.Key.Text)
				if preset, _, ok := sdk.Named(p.Key.Text); ok {
					r.Fail(p.Key, path, "%s is a name of the preset %s: want another one", p.Key.What(), preset.Name)
				}
			}
			return
		},
		Write: func(struct{}, bool) *form.Node { return nil },
		Schema: func() *form.Schema {
			return &form.Schema{
				Type: "object", MinProperties: 1, MaxProperties: maxNamed, Additional: namedStrategyForm().Schema(),
				Names: &form.Schema{Pattern: form.NamePattern.String()},
			}
		},
	}
}

// StrategyParts are the keys of a strategy.
func StrategyParts() []string {
	return slices.Sorted(maps.Keys(strategyForm().Schema().Properties))
}

// StrategiesSchema is the JSON Schema of a file of strategies, for editors.
func StrategiesSchema() []byte {
	s := strategiesFileForm().Schema()
	s.Dialect = schemaDialect
	s.Title = "Strategies"
	s.Description = "Strategies with names of one's own: version 1."
	return s.JSON()
}
