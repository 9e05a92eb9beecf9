package search

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"tenement/internal/form"
	"tenement/internal/quantity"
	"tenement/internal/words"
	"tenement/profiles"
	"tenement/reports/capacity"
)

// Vary is what a search varies: settings of a profile that follow from one number, x.
type Vary struct {
	Settings []Formula
	Range    capacity.Range
	Name     string // of x in sentences
	Unit     string // of x; empty of a bare number
	whole    bool   // formulas are rounded down
	given    string // the step as it was written; empty if it was not
}

// Formula is a setting that is a multiple of x, plus a constant.
type Formula struct {
	Path           string
	Factor, Offset float64
	Unit           string
	text           string // as written
}

// String is the formula as it was written.
func (f *Formula) String() string { return f.Path + "=" + f.text }

// The grammar of what varies. A step begins with a digit, which tells it from a unit
// such as /s.
var (
	rangePattern = regexp.MustCompile(`^([0-9][^ ]*?)\.\.([0-9].*?)(?:/([0-9][^ ]*))?$`)
	// negativePattern is a range that would be one without its signs.
	negativePattern = regexp.MustCompile(`^-?[0-9][^ ]*\.\.-?[0-9].*$`)
	valuePattern    = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)([^0-9.].*)?$`)
	formulaPattern  = regexp.MustCompile(`^(?:([0-9]+(?:\.[0-9]+)?)\*?)?x([+-][0-9]+(?:\.[0-9]+)?)?([^0-9.x+*-].*)?$`)
)

// mostVaried bounds a number: up to it, every whole number is one of its own.
const mostVaried = 1e15

// shown is what a person wrote, as an error repeats it.
func shown(text string) string { return words.Middle(text, 60) }

// wantVary says what a setting that varies looks like.
const wantVary = "PATH=LO..HI[/STEP], such as fleet.web.tasks=1..40, or PATH=FORMULA of x, such as endpoint.limit.burst=1.5x, and --x LO..HI"

// ParseVary reads the values of --vary, and that of --x, which is empty if it was not
// given.
func ParseVary(vary []string, x string) (*Vary, error) {
	v := &Vary{}
	ranged := ""
	for _, text := range vary {
		path, value, ok := strings.Cut(text, "=")
		path, value = strings.TrimSpace(path), strings.TrimSpace(value)
		if !ok || path == "" || value == "" {
			return nil, fmt.Errorf("--vary %s: want %s", shown(text), wantVary)
		}
		for i := range v.Settings {
			if v.Settings[i].Path == path {
				return nil, fmt.Errorf("--vary %s: %s varies already", shown(text), shown(path))
			}
		}
		if m := formulaPattern.FindStringSubmatch(value); m != nil {
			f := Formula{Path: path, Factor: 1, Unit: m[3], text: value}
			if m[1] != "" {
				f.Factor, _ = quantity.Number(m[1])
			}
			if m[2] != "" {
				f.Offset, _ = strconv.ParseFloat(m[2], 64) // it is a number, and has a sign
			}
			if f.Factor > mostVaried || math.Abs(f.Offset) > mostVaried {
				return nil, fmt.Errorf("--vary %s: a number is above %g", shown(text), mostVaried)
			}
			v.Settings = append(v.Settings, f)
			continue
		}
		if ranged != "" {
			return nil, fmt.Errorf("--vary %s: %s has a range already: let both follow x (--vary %s=x --x LO..HI), or give one to --by", shown(text), shown(ranged), shown(path))
		}
		r, unit, given, err := parseRange(value)
		if err != nil {
			return nil, fmt.Errorf("--vary %s: %w: want %s", shown(text), err, wantVary)
		}
		ranged, v.Range, v.Unit, v.Name, v.given = path, r, unit, lastSegment(path), given
		v.Settings = append(v.Settings, Formula{Path: path, Factor: 1, Unit: unit, text: "x" + unit})
	}
	switch {
	case len(v.Settings) == 0:
		return nil, fmt.Errorf("nothing varies: want --vary %s", wantVary)
	case x != "" && ranged != "":
		return nil, fmt.Errorf("--x %s: %s has a range already", shown(x), shown(ranged))
	case x == "" && ranged == "":
		return nil, fmt.Errorf("--vary %s is a formula of x: give its range with --x LO..HI", shown(vary[0]))
	case x != "":
		r, unit, given, err := parseRange(x)
		if err == nil && unit != "" {
			err = fmt.Errorf("x is a number, and the unit %q belongs to the formulas", shown(unit))
		}
		if err != nil {
			return nil, fmt.Errorf("--x %s: %w", shown(x), err)
		}
		v.Range, v.Name, v.given = r, "x", given
		if !strings.Contains(x, ".") || len(strings.Split(x, ".")) == 3 { // the dots of the range
			v.Range.Step = max(v.Range.Step, 1)
		}
	}
	v.whole = v.Range.Step > 0 && v.Range.Step == math.Trunc(v.Range.Step) && v.Range.Low == math.Trunc(v.Range.Low)
	return v, nil
}

// ParseBy reads the value of --by.
func ParseBy(text string) (*Vary, error) {
	v, err := ParseVary([]string{text}, "")
	if err != nil {
		return nil, errors.New("--by" + strings.ReplaceAll(strings.TrimPrefix(err.Error(), "--vary"), "--vary", "--by"))
	}
	return v, nil
}

// parseRange reads LO..HI[/STEP], of which the high end may leave its unit to the low
// one.
func parseRange(text string) (r capacity.Range, unit, step string, err error) {
	m := rangePattern.FindStringSubmatch(text)
	switch {
	case m == nil && negativePattern.MatchString(text):
		return r, "", "", errors.New("a range and its step are not negative")
	case m == nil:
		return r, "", "", errors.New("there is no range")
	}
	low, high := valuePattern.FindStringSubmatch(m[1]), valuePattern.FindStringSubmatch(m[2])
	if high == nil {
		return r, "", "", fmt.Errorf("%q is no number with a unit", shown(m[2]))
	}
	if low == nil {
		return r, "", "", fmt.Errorf("%q is no number with a unit", shown(m[1]))
	}
	if strings.Contains(m[2], "/-") {
		return r, "", "", errors.New("a range and its step are not negative")
	}
	unit = high[2]
	if low[2] != "" {
		unit = low[2]
	}
	ends := [3]float64{}
	for i, one := range []string{m[1], m[2], m[3]} {
		if one == "" {
			continue
		}
		if ends[i], err = inUnit(one, unit); err != nil {
			return r, "", "", err
		}
	}
	r = capacity.Range{Low: ends[0], High: ends[1], Step: ends[2]}
	switch {
	case !(r.Low < r.High):
		return r, "", "", fmt.Errorf("%s is not above %s", shown(m[2]), shown(m[1]))
	case m[3] != "" && r.Step == 0:
		return r, "", "", errors.New("the step is 0")
	case r.Step > r.High-r.Low:
		return r, "", "", errors.New("the step is larger than the range")
	}
	if r.Step > 0 {
		r.High = snap(r, r.High) // the last value that the steps reach
	}
	return r, unit, m[3], nil
}

// inUnit is a value as a multiple of a unit; a bare number is in that unit.
func inUnit(text, unit string) (float64, error) {
	m := valuePattern.FindStringSubmatch(text)
	if m == nil {
		return 0, fmt.Errorf("%q is no number with a unit", shown(text))
	}
	v, ok := quantity.Number(m[1])
	if !ok || v > mostVaried {
		return 0, fmt.Errorf("%s is above %g", shown(m[1]), mostVaried)
	}
	if m[2] == "" || m[2] == unit {
		return v, nil
	}
	one, problem := quantity.Duration("1" + unit)
	d, problem2 := quantity.Duration(text)
	if problem != quantity.None || problem2 != quantity.None {
		return 0, fmt.Errorf("%s is not in the unit %q of the range", shown(text), shown(unit))
	}
	return float64(d) / float64(one), nil
}

// lastSegment is the last part of a path.
func lastSegment(path string) string {
	return path[strings.LastIndex(path, ".")+1:]
}

// Value is a setting when x is that.
func (v *Vary) Value(f *Formula, x float64) string {
	value := float64(f.Factor*x) + f.Offset
	if v.whole && (f.Factor != 1 || f.Offset != 0) {
		value = math.Floor(value + 1e-9)
	}
	return number(value) + f.Unit
}

// number is a value with at most 6 decimals, as profiles take them.
func number(x float64) string { return form.FormatNumber(math.Round(x*1e6) / 1e6) }

// Text is x with its unit, for people.
func (v *Vary) Text(x float64) string { return number(x) + v.Unit }

// formulas are the settings as they were written.
func (v *Vary) formulas() []string {
	var all []string
	for i := range v.Settings {
		all = append(all, v.Settings[i].String())
	}
	return all
}

// At is the settings of x, as PATH=VALUE.
func (v *Vary) At(x float64) []string {
	var all []string
	for i := range v.Settings {
		f := &v.Settings[i]
		all = append(all, f.Path+"="+v.Value(f, x))
	}
	return all
}

// apply is the profile when x is that. The error is form.Errors.
func (v *Vary) apply(p *profiles.Profile, x float64) (*profiles.Profile, error) {
	for i := range v.Settings {
		f := &v.Settings[i]
		var err error
		if p, err = p.With(f.Path, v.Value(f, x)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// settle finds out whether x is continuous: a whole number that a profile does not take
// with a half steps by 1. flag is where the settings were given. The error is an end of the range that a profile does not take, or
// that the settings decide nothing of a run.
func (v *Vary) settle(flag string, p *profiles.Profile) error {
	var ends [2]string
	for i, x := range []float64{v.Range.Low, v.Range.High} {
		at, err := v.apply(p, x)
		if err != nil {
			return err // it says which setting
		}
		ends[i] = at.Identity()
	}
	if ends[0] == ends[1] {
		return fmt.Errorf("%s %s changes nothing that a run shows: the runs at both ends of the range are the same", flag, words.List(v.formulas(), "and"))
	}
	if v.Range.Step > 0 {
		return nil
	}
	middle := math.Floor((v.Range.Low+v.Range.High)/2) + 0.5
	if _, err := v.apply(p, middle); err == nil || v.Unit != "" {
		return nil
	}
	v.Range.Step = 1
	v.whole = true
	if v.Range.Low != math.Trunc(v.Range.Low) || v.Range.High != math.Trunc(v.Range.High) {
		return fmt.Errorf("%s takes whole numbers: want such a range", v.Settings[0].Path)
	}
	return nil
}

// snap is the nearest value that is in the range and on its steps. A continuous one has
// six digits.
func snap(r capacity.Range, x float64) float64 {
	if r.Step > 0 {
		x = r.Low + math.Round((x-r.Low)/r.Step)*r.Step
		for x > r.High+1e-9 {
			x -= r.Step
		}
		return math.Round(max(x, r.Low)*1e9) / 1e9
	}
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
	return min(max(x, r.Low), r.High)
}

// values are n values across a range, both ends included, each once. They are spread by
// ratio if the range has a ratio above 20.
func values(r capacity.Range, n int) []float64 {
	var all []float64
	for i := range n {
		part := float64(i) / float64(n-1)
		x := r.Low + part*(r.High-r.Low)
		if r.Low > 0 && r.High > 20*r.Low {
			x = float64(r.Low * math.Pow(r.High/r.Low, part))
		}
		switch i {
		case 0:
			x = r.Low
		case n - 1:
			x = r.High
		}
		if x = snap(r, x); len(all) == 0 || x > all[len(all)-1] {
			all = append(all, x)
		}
	}
	return all
}
