// Package tenement holds no code. Its test keeps the floors of
// docs/architecture.md apart, also where no linter is installed.
package tenement

import (
	"go/ast"
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
	"internal/draw":    0,
	"internal/release": 0,
	"internal/words":   0, "internal/stat": 0, "internal/quantity": 0,
	"internal/gate":     1,
	"internal/strategy": 1, "internal/throttle": 1,
	"profiles": 2, "internal/imds": 2, "internal/trace": 2, "reports": 2,
	"internal/throttle/limitertest": 2, // tests of limiters only
	"internal/hosting":              3,
	"reports/diagnosis":             3,
	"reports/reportstest":           3, // reports for tests only
	"reports/render":                4,
	"internal/sim":                  4, "internal/live": 4, "internal/admin": 4,
	"cmd/loadgen": 5, "cmd/mockimds": 5,
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
	"github.com/prometheus":         {"internal/admin"},
	"github.com/google/renameio":    {"cmd/loadgen", "cmd/mockimds"},
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

// clockless packages take time as an argument and draw by key. They may use
// package time for durations only.
var clockless = append([]string{"internal/sim"}, pure...)

// clocks are the functions of package time that read or run a clock.
var clocks = []string{"Now", "Sleep", "After", "AfterFunc", "NewTimer", "NewTicker", "Tick", "Since", "Until"}

func TestDecisionsReadNoClock(t *testing.T) {
	eachFile(t, parser.SkipObjectResolution, func(pkg, path string, file *ast.File) {
		if !slices.Contains(clockless, pkg) {
			return
		}
		for _, spec := range file.Imports {
			if strings.HasPrefix(spec.Path.Value, `"math/rand`) {
				t.Errorf("%s imports %s: draws are keyed, see internal/draw", path, spec.Path.Value)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clocks, s.Sel.Name) {
					t.Errorf("%s uses time.%s: time is an argument here", path, s.Sel.Name)
				}
			}
			return true
		})
	})
}

// eachImport calls f for every import of every package of the module.
func eachImport(t *testing.T, f func(pkg, file, imported string)) {
	t.Helper()
	eachFile(t, parser.ImportsOnly, func(pkg, path string, file *ast.File) {
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			f(pkg, path, imported)
		}
	})
}

// eachFile calls f for every file of the module. Test files are exempt.
func eachFile(t *testing.T, mode parser.Mode, f func(pkg, path string, file *ast.File)) {
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
		file, err := parser.ParseFile(fset, path, nil, mode)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(filepath.Dir(path)), path, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
