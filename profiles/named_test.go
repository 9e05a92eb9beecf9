package profiles

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tenement/internal/form"
)

// written is a file of a test's own.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// mine are the strategies of a file that has these entries.
func mine(t *testing.T, entries string) *Strategies {
	t.Helper()
	s, err := OpenStrategies(written(t, "mine.yaml", "version: 1\nstrategies:\n"+entries))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What a strategy is that extends another: as it would be written in full.
func TestExtends(t *testing.T) {
	const base = `  base:
    title: Base
    sdk_setting: "botocore: none"
    cache: {refresh: {window: 15m, mandatory: 10m, jitter: 20%}, stale_on_error: 1h}
    retry: {exponential: {base: 100ms, cap: 5s, jitter: full, attempts: 5}, retry_on: [429, 5xx], retry_after: honour}
    quota: {tokens: 500, cost: 5}
    timeouts: {connect: 1s, attempt: 2s}
`
	for _, row := range []struct{ name, entry, want string }{
		{"nothing", "extends: base", `{cache: {refresh: {window: 15m, mandatory: 10m, jitter: 20%}, stale_on_error: 1h},
			retry: {exponential: {base: 100ms, cap: 5s, jitter: full, attempts: 5}, retry_on: [429, 5xx], retry_after: honour},
			quota: {tokens: 500, cost: 5}, timeouts: {connect: 1s, attempt: 2s}}`},
		{"a key of a part", "{extends: base, timeouts: {attempt: 3s}, cache: none, retry: {exponential: {attempts: 2}}}",
			`{retry: {exponential: {base: 100ms, cap: 5s, jitter: full, attempts: 2}, retry_on: [429, 5xx], retry_after: honour},
			quota: {tokens: 500, cost: 5}, timeouts: {connect: 1s, attempt: 3s}}`},
		{"another kind of wait", "{extends: base, cache: null, quota: none, timeouts: null, retry: {fixed: {wait: 1s, attempts: 2}}}",
			`{retry: {fixed: {wait: 1s, attempts: 2}, retry_on: [429, 5xx], retry_after: honour}}`},
		{"a list", "{extends: base, cache: null, quota: none, timeouts: ~, retry: {retry_on: [timeout], retry_after: null}}",
			`{retry: {exponential: {base: 100ms, cap: 5s, jitter: full, attempts: 5}, retry_on: [timeout]}}`},
		{"another kind of cache", "{extends: base, cache: {ttl: 5m}, quota: null, timeouts: null, retry: null}",
			`{cache: {ttl: 5m, stale_on_error: 1h}}`},
		{"another jitter", "{extends: base, cache: {refresh: {jitter_to: 1m}}, quota: null, timeouts: null, retry: null}",
			`{cache: {refresh: {window: 15m, mandatory: 10m, jitter_to: 1m}, stale_on_error: 1h}}`},
		{"a preset", "{extends: botocore, timeouts: {connect: 3s}}",
			`{preset: botocore, timeouts: {connect: 3s, response: 2s}}`},
		{"a preset without a part", "{extends: aws-sdk-php, retry: null}", `{preset: aws-sdk-php, retry: none}`},
		{"one that extends", "{extends: between, quota: {cost: 7}}", `{preset: botocore, quota: {tokens: 10, cost: 7}}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := mine(t, base+"  between: {extends: botocore, quota: {tokens: 10, cost: 1}}\n  mine:\n    "+row.entry+"\n")
			got, ok := s.Find("mine")
			if want := parseStrategy(t, []byte(row.want)); !ok || !reflect.DeepEqual(got.Strategy, want) {
				t.Errorf("got  %+v\nwant %+v", got.Strategy, want)
			}
			if got.Title != "" || got.SDKSetting != "" {
				t.Errorf("it has taken over %q and %q", got.Title, got.SDKSetting)
			}
		})
	}
	whole := mine(t, base+"  mine: base\n")
	if got, _ := whole.Find("mine"); got.Title != "Base" || got.SDKSetting != "botocore: none" || got.From != "base" {
		t.Errorf("a name stands for %+v", got)
	}
}

// What is wrong with names, and where.
func TestNameErrors(t *testing.T) {
	const fleet = "version: 1\nname: n\nduration: 1s\nfleet: [{group: a, arrivals: {constant: 1/s}, under_test: true}, {group: b, arrivals: {constant: 1/s}}]\n"
	for _, row := range []struct{ name, entries, profile, want string }{
		{"unknown", "  a: {extends: botocor}\n", "", `mine.yaml:3:16: strategies.a.extends: there is no strategy or preset "botocor"; did you mean "botocore"?`},
		{"itself", "  a: {extends: a}\n", "", `mine.yaml:3:16: strategies.a.extends: "a" extends itself`},
		{"a circle", "  a: {extends: b}\n  b: {extends: c}\n  c: a\n", "", `mine.yaml:5:6: strategies.c: "a" extends itself, by way of b and c`},
		{"a preset's name", "  boto3: {}\n", "", `mine.yaml:3:3: strategies: "boto3" is a name of the preset botocore: want another one`},
		{"two starts", "  a: {extends: botocore, preset: botocore}\n", "", `mine.yaml:3:34: strategies.a.preset: want one of preset and extends`},
		{"a name that is none", "  a: {extends: [b]}\n", "", `mine.yaml:3:16: strategies.a.extends: want the name of a strategy or a preset, got a list`},
		{"a broken one", "  a: {retry: {fixed: {wait: 1, attempts: 2}}}\n  b: {extends: a}\n", "", `mine.yaml:3:29: strategies.a.retry.fixed.wait: `},
		{"a key that extends has made wrong", "  a: {extends: botocore, retry: {fixed: {waits: 1s}}}\n", "",
			`mine.yaml:3:42: strategies.a.retry.fixed: unknown key "waits"`},
		{"nothing", "  a:\n", "", `mine.yaml:3:3: strategies.a: has no value: {} is a strategy without cache or retry`},
		{"a long line", "  a: {sdk_setting: " + strings.Repeat("x", 201) + "}\n", "", `mine.yaml:3:20: strategies.a.sdk_setting: has 201 characters: want at most 200`},
		{"unknown to a group", "", "strategies: {mine: {}}\n" + strings.Replace(fleet, "{group: b, ", "{group: b, strategy: min, ", 1),
			`p.yaml:5:87: fleet.b.strategy: there is no strategy or preset "min"; did you mean "mine"?`},
		{"unknown to a what-if", "", fleet + "what_if: [{name: w, set: {fleet.b.strategy: {extends: nobody}}}]\n",
			`p.yaml:5:55: what_if "w": fleet.b.strategy.extends: there is no strategy or preset "nobody"`},
		{"a preset that is none", "", fleet + "strategies: {botocore: {preset: botocore, quota: none}, b: {extends: botocore}}\n",
			`p.yaml:5:70: strategies.b.extends: "botocore" is a preset, and here also a strategy that differs from it, p.yaml:5:14: give that another name`},
		{"two of a name", "  a: {cache: static}\n", fleet + "strategies: {a: {}, b: a}\n",
			`p.yaml:5:24: strategies.b: there are two strategies "a", p.yaml:5:14 and mine.yaml:3:3: give one of them another name`},
		{"two of a name in a profile", "", fleet + "strategies: {a: {}}\nnamed_strategies: {a: {}}\n",
			`p.yaml:6:20: named_strategies.a: there is a strategy "a" already, p.yaml:5:14`},
		{"one that nobody uses", "", fleet + "named_strategies: {a: {retry: 5}}\n", `p.yaml:5:31: named_strategies.a.retry: want `},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			var o Options
			var err error
			if row.entries != "" {
				if err := os.WriteFile("mine.yaml", []byte("version: 1\nstrategies:\n"+row.entries), 0o644); err != nil {
					t.Fatal(err)
				}
				o.Strategies, err = OpenStrategies("mine.yaml")
			}
			if err == nil {
				_, err = load(form.NewSource("p.yaml", []byte(row.profile)), nil, []byte(row.profile), o)
			}
			var all form.Errors
			if !errors.As(err, &all) {
				t.Fatalf("got %v", err)
			}
			first, _, _ := strings.Cut(all.Error(), "\n")
			if !strings.HasPrefix(first, row.want) {
				t.Errorf("got  %s\nwant %s", first, row.want)
			}
			if len(all) > 1 {
				t.Errorf("one mistake is told more than once:\n%v", all)
			}
		})
	}
}

// A profile that names strategies is, shown or kept, the same as one that has them in
// full.
func TestNamesAreWhole(t *testing.T) {
	const fleet = `version: 1
name: n
duration: 1s
fleet:
  - {group: a, arrivals: {constant: 1/s}, under_test: true}
  - group: b
    strategy: STRATEGY
    activities: [{activity: x, arrivals: {constant: 1/s}, strategy: {extends: EXTENDS, cache: static}}]
strategies: {default: BOTO, mine: EXTENDED}
what_if:
  - {name: w, set: {fleet.b.strategy: EXTENDED}}
  - {name: whole, set: {fleet.b: {group: b, arrivals: {constant: 2/s}, strategy: STRATEGY}}}
`
	s := mine(t, "  mine: {extends: slow, title: Mine, sdk_setting: 'none'}\n  slow: {retry: {fixed: {wait: 1s, attempts: 3}}}\n  unused: {cache: static}\n")
	replaced := func(pairs ...string) []byte { return []byte(strings.NewReplacer(pairs...).Replace(fleet)) }
	short := replaced("STRATEGY", "slow", "EXTENDS", "slow", "BOTO", "boto3", "EXTENDED", "mine")
	long := replaced("STRATEGY", "{retry: {fixed: {wait: 1s, attempts: 3}}}", "{extends: EXTENDS, cache: static}", "{retry: {fixed: {wait: 1s, attempts: 3}}, cache: static}",
		"BOTO", "{preset: botocore}", "EXTENDED", "{retry: {fixed: {wait: 1s, attempts: 3}}, title: Mine, sdk_setting: 'none'}")
	a, err := load(form.NewSource("p.yaml", short), nil, short, Options{Strategies: s, Sets: []string{"strategies.default={extends: slow, cache: static}"}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := load(form.NewSource("p.yaml", long), nil, long, Options{Sets: []string{"strategies.default={retry: {fixed: {wait: 1s, attempts: 3}}, cache: static}"}})
	if err != nil {
		t.Fatal(err)
	}
	var shownA, shownB bytes.Buffer
	if err := errors.Join(a.Show(&shownA), b.Show(&shownB)); err != nil {
		t.Fatal(err)
	}
	if shownA.String() != shownB.String() {
		t.Errorf("got\n%s\nwant\n%s", &shownA, &shownB)
	}
	if a.Digest() != b.Digest() || a.Identity() != b.Identity() {
		t.Error("the digests differ")
	}
	again, err := OpenKept("report.json", a.Kept(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest() != a.Digest() {
		t.Error("the profile that a report keeps is another one")
	}
	if _, err := OpenKept("report.json", a.Kept(), Options{Strategies: s}); err != nil {
		t.Errorf("with the file that it was made with: %v", err)
	}
	with, err := a.With("fleet.b.strategy", "unused")
	if err != nil {
		t.Fatal(err)
	}
	if c := with.Cases()[0]; !strings.Contains(parseShown(t, with), "strategy:\n      cache: static") {
		t.Errorf("%s: got\n%s", c.Name, parseShown(t, with))
	}
	if _, err := a.With("strategies.mine.extends", "unused"); err == nil || !strings.Contains(err.Error(), "extends is not set by a path") {
		t.Errorf("got %v", err)
	}
}

// parseShown is how a profile is shown.
func parseShown(t *testing.T, p *Profile) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.Show(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Names that are tried are cases; the one without any strategy stays.
func TestTry(t *testing.T) {
	const fleet = "version: 1\nname: n\nduration: 1s\nfleet: [{group: a, arrivals: {constant: 1/s}, under_test: true}]\n"
	s := mine(t, "  mine: {extends: botocore, title: Mine}\n  other: {}\n")
	for _, row := range []struct {
		name, more string
		o          Options
		want       string
	}{
		{"strategies", "strategies: {first: {}}\n", Options{Try: []string{"mine", "first"}}, "first=first mine=Mine"},
		{"a profile without any", "", Options{Try: []string{"mine"}, Sets: []string{"strategies.mine.quota=none"}}, "none=none mine=Mine"},
		{"presets", "", Options{Try: []string{"aws-sdk-go-v2@1.47", "boto3"}}, "none=none aws-sdk-go-v2@1-47=aws-sdk-go-v2@1.47 botocore=botocore"},
		{"what is compared", "what_if: [{name: w, set: {duration: 2s}}]\n", Options{Compared: []string{"w", "mine", "nobody"}}, "none=none mine=Mine w=w"},
	} {
		row.o.Strategies = s
		text := []byte(fleet + row.more)
		p, err := load(form.NewSource("p.yaml", text), nil, text, row.o)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		var got []string
		for _, c := range p.Cases() {
			got = append(got, c.Name+"="+c.Title)
		}
		if got := strings.Join(got, " "); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
	two := []byte(fleet + "strategies: {mine: {cache: static}, other: {}}\n")
	_, err := load(form.NewSource("p.yaml", two), nil, two, Options{Strategies: s, Try: []string{"mine", "other"}})
	if err == nil || !strings.HasPrefix(err.Error(), `--try "mine": there are two strategies "mine", p.yaml:5:14 and `) || strings.Contains(err.Error(), `"other"`) {
		t.Errorf("got %v", err)
	}
	_, err = load(form.NewSource("p.yaml", []byte(fleet)), nil, []byte(fleet), Options{Strategies: s, Try: []string{"min"}})
	if err == nil || !strings.Contains(err.Error(), `--try "min": strategies.min: there is no strategy or preset "min"; did you mean "mine"?`) {
		t.Errorf("got %v", err)
	}
}
