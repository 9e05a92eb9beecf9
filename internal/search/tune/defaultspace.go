package tune

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tenement/internal/plan"
	"tenement/internal/sdk"
	"tenement/profiles"
)

// DefaultSpace is all that people could change about a strategy of a profile: every
// setting of its SDK, or what a client of one's own has, what can be done around any SDK,
// what the neighbours could do, and the limit of the endpoint and its scope.
func DefaultSpace(p *profiles.Profile, c plan.Case) *Space {
	b := &builder{profile: p, today: c, doc: documentOf(p), groups: p.Plan(c, p.Seed).Groups}
	b.own(presetOf(p, c))
	b.neighbours()
	b.endpoint()
	s := &Space{Parameters: b.parameters}
	s.fit(p, c)
	return s
}

// builder collects the parameters of a default space.
type builder struct {
	profile    *profiles.Profile
	today      plan.Case
	doc        document
	groups     []plan.Group
	parameters []Parameter
}

// own are what you can change.
func (b *builder) own(preset string) {
	settings := client()
	if p, _, ok := sdk.Named(preset); ok {
		settings = p.Settings()
	}
	for _, s := range settings {
		one := b.parameter(s, You, func(path string) []string { return paths(b.profile, b.today, path) })
		// Keys that need no request leave nothing of the rest, and a provider of one's own
		// nothing of the SDK's retries.
		if s.Name != StaticKeys {
			one.Unless = StaticKeys
		}
		if s.Needs == "" && slices.ContainsFunc(s.Moves, func(m sdk.Move) bool { return strings.HasPrefix(m.Path, "retry.") }) &&
			slices.ContainsFunc(settings, func(o sdk.Setting) bool { return o.Name == sdk.OwnProvider }) {
			one.Unless = sdk.OwnProvider
		}
		b.parameters = append(b.parameters, one)
	}
	// What others replace is set before what replaces it.
	slices.SortStableFunc(b.parameters, func(x, y Parameter) int { return rank(&x) - rank(&y) })
}

// StaticKeys is the name of the setting that puts keys into the environment.
const StaticKeys = "static keys"

// rank is the order in which the parameters of one's own are set.
func rank(p *Parameter) int {
	switch {
	case p.Name == StaticKeys:
		return 2
	case p.Change == sdk.OwnProvider && p.Needs != "":
		return 1
	}
	return 0
}

// parameter is a setting as a parameter. at are the paths of a profile for a path of the
// setting.
func (b *builder) parameter(s sdk.Setting, who string, at func(path string) []string) Parameter {
	one := Parameter{
		Name: s.Name, Who: who, Option: s.Option, Source: s.Source, Effort: s.Effort,
		Change: s.Change, Needs: s.Needs, Ordered: s.Ordered,
	}
	for _, value := range s.Values {
		v := Value{Text: value, Code: sdk.Fill(s.Code, value)}
		for _, m := range s.Moves {
			for _, path := range at(m.Path) {
				v.Sets = append(v.Sets, plan.Setting{Path: path, Value: sdk.Fill(m.To, value)})
			}
		}
		one.Values = append(one.Values, v)
	}
	return one
}

// paths are those of a profile for a path below the strategy under test, or with group. in
// front below the groups under test.
func paths(p *profiles.Profile, c plan.Case, path string) []string {
	groups := p.Plan(c, p.Seed).Groups
	tests := slices.ContainsFunc(groups, func(g plan.Group) bool { return g.UnderTest })
	below, ofGroup := strings.CutPrefix(path, "group.")
	if !ofGroup && len(documentOf(p).Strategies) > 0 {
		return []string{"strategies." + c.Name + "." + path}
	}
	if !ofGroup {
		below = "strategy." + path
	}
	var all []string
	for i := range groups {
		if groups[i].UnderTest || !tests {
			all = append(all, "fleet."+groups[i].Name+"."+below)
		}
	}
	return all
}

// neighbours are what the groups that are not under test could do.
func (b *builder) neighbours() {
	if !slices.ContainsFunc(b.groups, func(g plan.Group) bool { return g.UnderTest }) {
		return
	}
	for i := range b.groups {
		g := &b.groups[i]
		if g.UnderTest {
			continue
		}
		at := func(path string) []string {
			if below, ofGroup := strings.CutPrefix(path, "group."); ofGroup {
				return []string{"fleet." + g.Name + "." + below}
			}
			return []string{"fleet." + g.Name + ".strategy." + path}
		}
		settings := client()
		if j := slices.IndexFunc(b.doc.Fleet, func(o group) bool { return o.Name == g.Name }); j >= 0 {
			if p, _, ok := sdk.Named(b.doc.Fleet[j].Strategy.Preset); ok {
				settings = p.Settings()
			}
		}
		for _, s := range settings {
			switch s.Name {
			case "one client", "task cache":
			case "tries":
				s.Values = []string{"1"}
			default:
				continue
			}
			s.Effort, s.Change, s.Needs = sdk.SomebodyElses, "", ""
			one := b.parameter(s, Neighbours, at)
			one.Name = g.Name + ": " + one.Name
			b.parameters = append(b.parameters, one)
		}
	}
}

// endpoint are the limit and its scope.
func (b *builder) endpoint() {
	limits := limitsOf(b.profile)
	if len(limits) != 1 {
		return // of several it is not clear which to raise
	}
	for path, limit := range limits {
		rate, burst := limit["rate"], limit["burst"]
		if rate == "" || burst == "" {
			return
		}
		raise := Parameter{
			Name: "limit", Who: Endpoint, Option: "ECS_TASK_METADATA_RPS_LIMIT of the ECS agent; on Fargate nobody can", Effort: sdk.SomebodyElses, Ordered: true,
			Source: "aws/amazon-ecs-agent agent/config/config.go",
		}
		if b.doc.Endpoint.Service != "ecs" {
			raise.Option, raise.Source = "the limit of the endpoint", ""
		}
		for _, by := range []float64{1.25, 1.5, 2, 3} {
			r, ok := scaled(rate, by)
			n, err := strconv.ParseFloat(burst, 64)
			if !ok || err != nil {
				return
			}
			perSecond, _, _ := strings.Cut(r, "/")
			larger := strconv.Itoa(int(n * by))
			v := Value{Text: perSecond + "," + larger, Sets: []plan.Setting{{Path: path + ".rate", Value: r}, {Path: path + ".burst", Value: larger}}}
			if b.doc.Endpoint.Service == "ecs" {
				v.Code = "ECS_TASK_METADATA_RPS_LIMIT=" + v.Text + "  # in /etc/ecs/ecs.config"
			}
			raise.Values = append(raise.Values, v)
		}
		b.parameters = append(b.parameters, raise)
		if limit["scope"] == "host" {
			b.parameters = append(b.parameters, Parameter{
				Name: "scope", Who: Endpoint, Option: "a bucket for each address and path, as the ECS agent on EC2 has it: run there", Effort: sdk.SomebodyElses,
				Source: "aws/amazon-ecs-agent ecs-agent/tmds/server.go",
				Values: []Value{{Text: "ip+path", Sets: []plan.Setting{{Path: path + ".scope", Value: "ip+path"}}}},
			})
		}
	}
}

// fit leaves out of the space the values that change nothing in a profile, or do not go
// together with it.
func (s *Space) fit(p *profiles.Profile, c plan.Case) {
	identity, out := p.Identity(), map[string]string{} // name to reason
	for i := range s.Parameters {
		one := &s.Parameters[i]
		var before []plan.Setting
		was := identity
		if j := s.named(one.Needs); one.Needs != "" && j >= 0 && len(s.Parameters[j].Values) > 0 {
			before = s.Parameters[j].Values[0].Sets
			if needed, err := p.WithAll(before); err == nil {
				was = needed.Identity()
			}
		}
		var kept []Value
		why := "without effect here"
		for _, v := range one.Values {
			changed, err := p.WithAll(slices.Concat(before, v.Sets))
			if err == nil {
				err = changed.Check(c)
			}
			switch {
			case err != nil:
				why = fmt.Sprintf("it does not go together with the profile: %v", err)
			case changed.Identity() != was && !pointless(p, c, slices.Concat(before, v.Sets)):
				kept = append(kept, v)
			}
		}
		if one.Values = kept; len(kept) == 0 {
			out[one.Name] = why
		}
	}
	s.keep(func(one *Parameter) string { return out[one.Name] })
}

// pointless reports whether settings do no more than share a cache, and the fetches for it,
// among the processes of tasks that have one process each.
func pointless(p *profiles.Profile, c plan.Case, sets []plan.Setting) bool {
	rest := slices.Clone(sets)
	for _, s := range sets {
		if below, ok := strings.CutSuffix(s.Path, "cache.scope"); ok && s.Value == "task" {
			rest = slices.DeleteFunc(rest, func(o plan.Setting) bool { return o == s || o.Path == below+"flight" })
		}
	}
	if len(rest) == len(sets) || slices.ContainsFunc(p.Plan(c, p.Seed).Groups, func(g plan.Group) bool { return g.Processes > 1 }) {
		return false
	}
	changed, err := p.WithAll(rest)
	return err == nil && changed.Identity() == p.Identity()
}

// client are the settings of a client of one's own.
func client() []sdk.Setting {
	move := func(path string) []sdk.Move { return []sdk.Move{{Path: path, To: "{value}"}} }
	const retries = `{exponential: {base: 200ms, cap: 10s, jitter: full, attempts: 4}, retry_on: [429, 5xx, timeout, connection]}`
	part := func(name, path string, ordered bool, values ...string) sdk.Setting {
		return sdk.Setting{
			Name: name, Option: "in your client: " + name, Moves: move(path), Values: values, Ordered: ordered,
			Effort: sdk.CodeChange, Change: "retries", Needs: "retries", Source: "your client",
		}
	}
	return []sdk.Setting{
		{
			Name: "one client", Option: "one client for the process", Moves: move("group.client"), Values: []string{"per-process"},
			Effort: sdk.CodeChange, Source: "your client",
		},
		{
			Name: "cache", Option: "in your client: keep what was fetched", Moves: []sdk.Move{{Path: "cache", To: "{value}"}},
			Values: []string{"{refresh: {window: 5m, mode: behind}}", "{ttl: 1m}", "{ttl: 5m}", "{ttl: 1h}"}, Effort: sdk.CodeChange, Source: "your client",
		},
		{
			Name: "task cache", Option: "one cache for the processes of a task", Moves: move("cache.scope"), Values: []string{"task"},
			Effort: sdk.CodeChange, Source: "your client",
		},
		{
			Name: "flight", Option: "in your client: calls join a fetch that is under way", Moves: move("flight"), Values: []string{"join"},
			Effort: sdk.CodeChange, Source: "your client",
		},
		{
			Name: "retries", Option: "in your client: exponential backoff", Moves: []sdk.Move{{Path: "retry", To: retries}}, Values: []string{"4 tries, 200ms to 10s, full jitter"},
			Effort: sdk.CodeChange, Change: "retries", Source: "your client",
		},
		part("tries", "retry.exponential.attempts", true, "1", "2", "3", "5", "6", "8", "10", "12", "16", "20"),
		part("first wait", "retry.exponential.base", true, "50ms", "100ms", "400ms", "800ms", "1500ms", "3s"),
		part("longest wait", "retry.exponential.cap", true, "4s", "6s", "15s", "20s", "30s"),
		part("jitter", "retry.exponential.jitter", false, "none", "equal", "decorrelated"),
		part("retry budget", "budget", false, "finagle", "{ratio: 10%, floor: 3}"),
		part("breaker", "breaker", false, "polly", "{failures: 5, open: 5s}"),
		{
			Name: StaticKeys, Option: "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY", Code: "AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…  # keys that nothing renews",
			Moves: move("cache"), Values: []string{"static"}, Effort: sdk.ConfigLine, Source: "your client",
		},
	}
}
