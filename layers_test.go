// Package tenement holds no code. Its test keeps the floors of
// docs/architecture.md apart, also where no linter is installed.
package tenement

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors, from the bottom. An import points down, or it is wrong.
var floors = map[string]int{
	"internal/draw":     0,
	"internal/strategy": 1, "internal/throttle": 1,
	"profiles": 2, "internal/imds": 2, "internal/trace": 2, "reports": 2,
	"internal/throttle/limitertest": 2, // tests of limiters only
	"internal/sim":                  3, "internal/live": 3,
	"cmd/loadgen": 4, "cmd/mockimds": 4,
}

// sideways is the one import that stays on its floor.
var sideways = [2]string{"profiles", "internal/trace"}

// homes says where a dependency may be imported: in one place, so that it can
// be replaced in one folder.
var homes = map[string][]string{
	"github.com/tsenart/vegeta":     {"internal/live"},
	"github.com/HdrHistogram":       {"reports"},
	"go.yaml.in/yaml":               {"profiles"},
	"github.com/invopop/jsonschema": {"profiles"},
	"github.com/spf13":              {"cmd/loadgen", "cmd/mockimds"},
}

// pure packages import the standard library and each other's floor below, and
// nothing that has a clock or a network.
var pure = []string{"internal/draw", "internal/strategy", "internal/throttle"}

func TestImportsPointDown(t *testing.T) {
	eachImport(t, func(pkg, file, imported string) {
		target, ours := strings.CutPrefix(imported, "tenement/")
		if !ours {
			return
		}
		from, known := floors[pkg]
		to, knownTarget := floors[target]
		switch {
		case !known || !knownTarget:
			t.Errorf("%s imports %s, and one of them has no floor: add it to docs/architecture.md and here", file, imported)
		case to >= from && [2]string{pkg, target} != sideways:
			t.Errorf("%s (floor %d) imports %s (floor %d): an import points down", file, from, imported, to)
		}
	})
}

func TestDependenciesHaveOneHome(t *testing.T) {
	eachImport(t, func(pkg, file, imported string) {
		for dependency, home := range homes {
			if strings.HasPrefix(imported, dependency) && !slices.Contains(home, pkg) {
				t.Errorf("%s imports %s, whose home is %v", file, imported, home)
			}
		}
		if slices.Contains(pure, pkg) && (strings.Contains(imported, ".") || strings.HasPrefix(imported, "net") || imported == "os") {
			t.Errorf("%s imports %s, and %s is pure", file, imported, pkg)
		}
	})
}

// eachImport calls f for every import of every package of the module. Test
// files are exempt.
func eachImport(t *testing.T, f func(pkg, file, imported string)) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if name := d.Name(); path != "." && (strings.HasPrefix(name, ".") || name == "testdata" || name == "build") {
				return filepath.SkipDir
			}
			return nil
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(fset, path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f(filepath.ToSlash(filepath.Dir(path)), path, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
