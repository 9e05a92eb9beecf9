// Package tenement holds no code. Its test keeps the floors of
// docs/architecture.md apart, also where no linter is installed.
package tenement

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors, from the bottom. An import points down, or it is wrong.
var floors = map[string]int{
	"internal/draw": 0, "internal/release": 0, "internal/service": 0, "internal/startup": 0,
	"internal/outfile": 0, "internal/logfile": 0,
	"internal/spool": 0, "internal/words": 0, "internal/stat": 0, "internal/quantity": 0, "internal/redact": 0,
	"internal/form": 1, "internal/gate": 1, "internal/trace": 1, "internal/recording": 1, "internal/timeline": 1, "internal/symptom": 1,
	"internal/strategy": 1, "internal/throttle": 1, "internal/rundir": 1,
	"internal/plan": 2, "internal/imds": 2, "internal/sdk": 2, "internal/evidence": 2, "reports": 2,
	"internal/tracestat":             2,
	"internal/control":               2,
	"internal/throttle/limitertest":  2, // tests of limiters only
	"internal/strategy/strategytest": 2, // tests of clients only
	"profiles":                       3, "internal/hosting": 3, "internal/intake": 3,
	"imdstest":            3, // the mock in Go tests of other projects
	"reports/diagnosis":   3,
	"reports/compare":     3,
	"reports/history":     3,
	"reports/capacity":    3,
	"reports/tuning":      3,
	"reports/reportstest": 3, // reports for tests only
	"reports/render":      4,
	"internal/sim":        4, "internal/live": 4, "internal/admin": 4,
	"internal/experiment": 5, "internal/explain": 5, "internal/process": 5,
	"internal/search":             6,
	"internal/search/tune":        6,
	"internal/conformance":        6, // tests only
	"cmd/internal/command":        6,
	"cmd/internal/command/manual": 6, // manual pages, for tests only
	"cmd/loadgen":                 7, "cmd/mockimds": 7,
}

// homes says where a dependency may be imported: in one place, so that it can
// be replaced in one folder.
var homes = map[string][]string{
	"github.com/tsenart/vegeta": {"internal/live"},
	"github.com/HdrHistogram":   {"reports"},
	"go.yaml.in/yaml":           {"internal/form", "cmd/internal/command/manual"}, // there by way of cobra/doc
	"github.com/spf13":          {"cmd/loadgen", "cmd/mockimds", "cmd/internal/command", "cmd/internal/command/manual"},
	"github.com/prometheus":     {"internal/admin"},
	"golang.org/x/perf":         {"internal/stat"},
	"gonum.org":                 {"internal/stat"},
}

// without says what a package does not depend on, however indirectly: an engine
// runs plans, whatever file they came from and whatever command asked.
var without = map[string][]string{
	"internal/plan":       {yaml, flags, "tenement/internal/trace"},
	"internal/hosting":    {yaml, flags, "tenement/profiles"},
	"internal/sim":        {yaml, flags, "tenement/profiles"},
	"internal/live":       {yaml, flags, "tenement/profiles"},
	"internal/admin":      {yaml, flags, "tenement/profiles"},
	"internal/experiment": {yaml, flags, "tenement/profiles"},
}

const (
	yaml  = "go.yaml.in/yaml"
	flags = "github.com/spf13"
)

// pure packages import the standard library and each other's floor below, and
// nothing that has a clock or a network.
var pure = []string{"internal/draw", "internal/service", "internal/startup", "internal/symptom", "internal/strategy", "internal/sdk", "internal/throttle", "internal/plan", "internal/control"}

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
		case to >= from:
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

// TestDependenciesStayAway looks at what packages depend on by way of others.
func TestDependenciesStayAway(t *testing.T) {
	for pkg, all := range dependencies(t) {
		for _, unwanted := range without[pkg] {
			for _, dependency := range all {
				if under(dependency, unwanted) {
					t.Errorf("%s depends on %s", pkg, dependency)
				}
			}
		}
		// A library comes by way of its home, and not with another library.
		for dependency, home := range homes {
			brought := slices.ContainsFunc(all, func(one string) bool { return under(one, dependency) })
			housed := slices.Contains(home, pkg) || slices.ContainsFunc(home, func(h string) bool { return slices.Contains(all, "tenement/"+h) })
			if brought && !housed {
				t.Errorf("%s depends on %s, but not on its home, %v", pkg, dependency, home)
			}
		}
	}
}

// under reports whether a package is that one, or in a folder of it, or of a
// major version of it.
func under(pkg, path string) bool { return pkg == path || strings.HasPrefix(pkg, path+"/") }

// dependencies are the packages that each package of the module depends on,
// its tests apart.
func dependencies(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}}{{range .Deps}} {{.}}{{end}}", "./...")
	list.Stderr = os.Stderr
	text, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := make(map[string][]string)
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		all[strings.TrimPrefix(words[0], "tenement/")] = words[1:]
	}
	for pkg := range floors {
		if _, built := all[pkg]; !built {
			t.Errorf("%s has a floor, and go list does not know it", pkg)
		}
	}
	return all
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
