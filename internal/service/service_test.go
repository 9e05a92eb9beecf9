package service

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// Every row says all there is to say, and agrees with itself.
func TestRows(t *testing.T) {
	seen := make(map[string]bool)
	for _, s := range All() {
		row := s.Row()
		if row.Name == "" || row.Title == "" || seen[row.Name] {
			t.Errorf("service %d: want a name that no other has, and a title, got %q and %q", s, row.Name, row.Title)
		}
		seen[row.Name] = true
		if again, err := Parse(row.Name); err != nil || again != s {
			t.Errorf("%s: its name is read as %v, %v", s, again, err)
		}
		if a, err := netip.ParseAddr(row.IPv4); row.Host == "" && (err != nil || !a.Is4() || !a.IsLinkLocalUnicast()) {
			t.Errorf("%s: %q is no link-local address of IPv4", s, row.IPv4)
		}
		if row.Host != "" && (row.IPv4 != "" || row.IPv6 != "" || row.Issues()) {
			t.Errorf("%s: it is at %s, and has link-local addresses or credentials too", s, row.Host)
		}
		if at := row.Authority("111122223333", "us-west-2"); at == "" || strings.ContainsAny(at, "{}") {
			t.Errorf("%s: clients find it at %q", s, at)
		}
		if a, err := netip.ParseAddr(row.IPv6); row.IPv6 != "" && (err != nil || !a.Is6() || !a.IsPrivate()) {
			t.Errorf("%s: %q is no private address of IPv6", s, row.IPv6)
		}
		if row.Issues() && len(row.Environment) == 0 {
			t.Errorf("%s: no variable says where it is", s)
		}
		for _, v := range row.Environment {
			if v.Name == "" || row.Issues() && !strings.HasPrefix(v.Path, "/") {
				t.Errorf("%s: got the variable %+v", s, v)
			}
		}
		for _, field := range []string{AccessKeyID, SecretAccessKey, SessionToken, Expiration} {
			if row.Issues() && !slices.Contains(row.Fields, field) {
				t.Errorf("%s: its credentials have no %s", s, field)
			}
		}
		if l := row.Limit; l.Scope == "" || l.Status < 400 || (l.PerSecond == 0) != (l.Burst == 0) {
			t.Errorf("%s: got the limit %+v", s, l)
		}
	}
	if _, err := ParseIssuer("ssm"); err == nil || !strings.HasSuffix(err.Error(), "known: ecs, imds, eks-pod-identity") {
		t.Errorf("got %v, want an error that lists the services that hand out credentials", err)
	}
	if _, err := Parse("ec2"); err == nil || !strings.Contains(err.Error(), "ecs, imds, eks-pod-identity") {
		t.Errorf("got %v, want an error that lists the services", err)
	}
}

// Every leg of every flow asks for a route that the service has.
func TestFlows(t *testing.T) {
	for _, s := range All() {
		row := s.Row()
		if first := row.Flows[0].Name; (first == CredentialsFlow) != row.Issues() {
			t.Errorf("%s: the first flow is %s, and it hands out credentials: %v", s, first, row.Issues())
		}
		for _, f := range row.Flows {
			if again, ok := row.Flow(f.Name); !ok || len(again.Legs) != len(f.Legs) || f.Title == "" || FlowTitle(f.Name) != f.Title {
				t.Errorf("%s: the flow %q is not found by its name, or its title is not: %q", s, f.Name, FlowTitle(f.Name))
			}
			for i, leg := range f.Legs {
				route := s.Route(leg.Path)
				if leg.Method == "" || len(route.Names()) != 1 || route&row.Routes == 0 {
					t.Errorf("%s %s: %s %s is the route %v, want one of %v", s, f.Name, leg.Method, leg.Path, route.Names(), row.Routes.Names())
				}
				if leg.Token != (route == TokenRoute) || leg.Token && i > 0 {
					t.Errorf("%s %s: leg %d, %s, brings a token: %v", s, f.Name, i, leg.Path, leg.Token)
				}
			}
		}
		last := row.Flows[0].Legs[len(row.Flows[0].Legs)-1]
		if row.Issues() && s.Route(last.Path) != CredentialsRoute {
			t.Errorf("%s: its credentials are at %s, which is another route", s, last.Path)
		}
	}
	if FlowTitle("none") != "none" {
		t.Errorf("got %q for a flow that no service has", FlowTitle("none"))
	}
}

// Only the paths of the ECS agent name the task that asks.
func TestNamesTasks(t *testing.T) {
	for _, s := range All() {
		if got := s.Row().NamesTasks(); got != (s == ECS) {
			t.Errorf("%s: got %v", s, got)
		}
	}
}

// Every route has a name, and every service's routes are among them.
func TestRouteNames(t *testing.T) {
	names := RouteNames()
	if all := AllRoutes.Names(); !slices.Equal(all, names) || Routes(1)<<len(names) != endOfRoutes {
		t.Errorf("got the names %v for all routes, and %v for each", all, names)
	}
	var some Routes
	for _, name := range names {
		route := RouteNamed(name)
		if !slices.Equal(route.Names(), []string{name}) {
			t.Errorf("%s: is the route %v", name, route.Names())
		}
	}
	for _, s := range All() {
		some |= s.Row().Routes
	}
	if some != AllRoutes {
		t.Errorf("no service has the routes %v", (AllRoutes &^ some).Names())
	}
	if RouteNamed("stat") != 0 {
		t.Error("got a route for a name that none has")
	}
}

func TestFlavours(t *testing.T) {
	for _, f := range Flavours() {
		if again, err := ParseFlavour(f.String()); err != nil || again != f {
			t.Errorf("%s: is read as %v, %v", f, again, err)
		}
	}
	if _, err := ParseFlavour("ecs"); err == nil {
		t.Error("got no error for a flavour that there is not")
	}
	if len(Flavours()) != len(flavours) {
		t.Errorf("got %d flavours, want %d", len(Flavours()), len(flavours))
	}
}
