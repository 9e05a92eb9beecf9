package profiles

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenement/internal/form"
	"tenement/internal/startup"
)

// network is the `network` mapping: what the tasks that start have around them.
type network struct {
	startup.Network
	Deadline time.Duration
}

func newNetwork() network { return network{Deadline: startup.DefaultDeadline} }

// maxVPCParts bounds the parts of a network.
const maxVPCParts = 100

func networkForm() form.Form[network] {
	open := func(doc string) (string, form.Form[bool]) {
		return doc, form.Words(form.NewWord[bool]("open", false), form.NewWord[bool]("closed", true))
	}
	groupDoc, groupForm := open("Whether the security group of the tasks, or of the instance, lets requests to port 443 out.")
	aclDoc, aclForm := open("Whether the network ACL of the subnet lets requests to port 443 out, and their answers in.")
	return form.Object(newNetwork(), []form.Key[network]{
		form.Field("launch", "Who starts the tasks, which decides the way of each request and the words of each error: Fargate of platform version 1.4.0 or later, of 1.3.0 or earlier, or an EC2 instance with agent 1.25.1 or later.",
			form.Words(wordsOf(startup.Launches())...), func(v *network) *startup.Launch { return &v.Launch }),
		form.Field("internet", "Where the default route of the subnet leads: to a NAT gateway, to an internet gateway, or nowhere; or a mapping with that and when it is there.",
			internetForm(), func(v *network) *startup.Internet { return &v.Internet }),
		form.Field("public_address", "Whether tasks have a public address, without which an internet gateway is no way.",
			form.Boolean(), func(v *network) *bool { return &v.PublicAddress }),
		form.Field("security_group", groupDoc, groupForm, func(v *network) *bool { return &v.GroupClosed }),
		form.Field("network_acl", aclDoc, aclForm, func(v *network) *bool { return &v.ACLClosed }),
		form.OmitZero(form.Field("vpc_endpoints", "The VPC endpoints.",
			form.NamedList(vpcEndpointForm(), 0, "vpc_endpoint"), func(v *network) *[]startup.Endpoint { return &v.Endpoints })),
		form.OmitZero(form.Field("lost_zones", "Availability zones that are lost for a while.",
			form.List(lostZoneForm(), 0), func(v *network) *[]startup.LostZone { return &v.LostZones })),
		form.OmitZero(form.Field("agent_restarts", "When the agents of EC2 instances are restarted, since the run began: only then do they know of VPC endpoints that have been made since.",
			form.List(form.Duration(0, maxDuration), 0), func(v *network) *[]time.Duration { return &v.AgentStarts })),
		form.OmitZero(form.Field("ecs_order", "Whether the order in which the VPC endpoints of ecs-agent, ecs-telemetry and ecs are made matters to agents of EC2 instances. AWS wants ecs last, and does not say what goes wrong otherwise. free: nothing. strict assumes: if that of ecs is there when an agent starts, and another one is not, the agent reaches the missing one only after its next start, even through a NAT gateway.",
			form.Words(form.NewWord[bool]("free", false), form.NewWord[bool]("strict", true)), func(v *network) *bool { return &v.StrictOrder })),
		form.OmitZero(form.Field("denied", "What the policy of the role does not allow.",
			legsForm(), func(v *network) *[]startup.Leg { return &v.Denied })),
		form.OmitZero(form.Field("missing", "What does not exist.",
			legsForm(), func(v *network) *[]startup.Leg { return &v.Missing })),
		form.Field("deadline", "How long a start waits for a request that gets no answer at all, its tries included. AWS publishes none: 2m is assumed.",
			form.Duration(time.Second, time.Hour), func(v *network) *duration { return &v.Deadline }),
	}, checkNetwork)
}

func internetForm() form.Form[startup.Internet] {
	type internet = startup.Internet
	routes := form.Words(form.NewWord("none", startup.NoInternet), form.NewWord("nat", startup.NAT), form.NewWord("gateway", startup.Gateway))
	word := form.Convert(routes, func(r startup.Route) internet { return internet{Route: r} }, func(v internet) startup.Route { return v.Route })
	mapping := form.Object(internet{}, append([]form.Key[internet]{
		form.Required(form.Field("route", "Where it leads.", routes, func(v *internet) *startup.Route { return &v.Route })),
	}, spanKeys(func(v *internet) *startup.Span { return &v.Span })...),
		func(r *form.Reader, n *form.Node, path string, v *internet) { checkSpanOf(r, n, path, v.Span) })
	return scalarOr(word, mapping, func(v internet) bool { return v.Span == startup.Span{} })
}

// spanKeys are the keys of something that is there from an instant to another.
func spanKeys[T any](of func(*T) *startup.Span) []form.Key[T] {
	return []form.Key[T]{
		form.OmitZero(form.Field("from", "From when on, since the run began. Left out: from before it.",
			form.Duration(0, maxDuration), func(v *T) *duration { return &of(v).From })),
		form.OmitZero(form.Field("until", "Until when. Left out: to the end.",
			form.Duration(1, maxDuration), func(v *T) *duration { return &of(v).Until })),
	}
}

// checkSpanOf is an error if a span ends before it begins.
func checkSpanOf(r *form.Reader, n *form.Node, path string, s startup.Span) {
	if s.Until > 0 && s.Until <= s.From {
		r.Fail(n.At("until"), form.Join(path, "until"), "%s is not after from, %s", form.FormatDuration(s.Until), form.FormatDuration(s.From))
	}
}

// vpcServices are the names of VPC endpoints in paths, which have no dots.
var vpcServices = func() (all []form.Word[string]) {
	for _, leg := range startup.Legs() {
		if of := leg.Spec().Endpoint; of != "" {
			all = append(all, form.NewWord(vpcName(of), of))
		}
	}
	return all
}()

// vpcName is the name of the VPC endpoint of a service in paths.
func vpcName(of string) string { return strings.ReplaceAll(of, ".", "-") }

func vpcEndpointForm() form.Form[startup.Endpoint] {
	type endpoint = startup.Endpoint
	return form.Object(endpoint{PrivateDNS: true}, append(append([]form.Key[endpoint]{
		form.Required(form.Field("vpc_endpoint", "Of which service: com.amazonaws.REGION and this. That of S3 is a gateway endpoint, the others are interface endpoints.",
			form.Words(vpcServices...), func(v *endpoint) *string { return &v.Service })),
	}, spanKeys(func(v *endpoint) *startup.Span { return &v.Span })...), []form.Key[endpoint]{
		form.OmitZero(form.Field("zones", "The availability zones that it has an address in. Left out: in zones that are never lost.",
			form.List(form.Name(), 0), func(v *endpoint) *[]string { return &v.Zones })),
		form.Field("private_dns", "Whether the public name of the service leads to it.",
			form.Boolean(), func(v *endpoint) *bool { return &v.PrivateDNS }),
		form.Field("security_group", "Whether its security group lets port 443 in.",
			form.Words(form.NewWord[bool]("open", false), form.NewWord[bool]("closed", true)), func(v *endpoint) *bool { return &v.GroupClosed }),
		form.Field("policy", "Whether its policy allows what a start asks for.",
			form.Words(form.NewWord[bool]("allow", false), form.NewWord[bool]("deny", true)), func(v *endpoint) *bool { return &v.PolicyDenies }),
	}...), func(r *form.Reader, n *form.Node, path string, v *endpoint) {
		checkSpanOf(r, n, path, v.Span)
		checkZones(r, n, path, v.Zones)
		if v.Service != "s3" {
			return
		}
		for _, of := range []struct {
			key  string
			said bool
		}{{"zones", len(v.Zones) > 0}, {"private_dns", !v.PrivateDNS}, {"security_group", v.GroupClosed}} {
			if of.said {
				r.Fail(n.At(of.key), form.Join(path, of.key), "is for interface endpoints: that of s3 is a gateway, which is a route")
			}
		}
	})
}

func lostZoneForm() form.Form[startup.LostZone] {
	type lost = startup.LostZone
	return form.Object(lost{}, append([]form.Key[lost]{
		form.Required(form.Field("zone", "Which one.", form.Name(), func(v *lost) *string { return &v.Zone })),
	}, spanKeys(func(v *lost) *startup.Span { return &v.Span })...),
		func(r *form.Reader, n *form.Node, path string, v *lost) { checkSpanOf(r, n, path, v.Span) })
}

// legsForm is a list of legs of a start that go over the network.
func legsForm() form.Form[[]startup.Leg] {
	var legs []startup.Leg
	for _, leg := range startup.Legs() {
		if leg.Spec().Service != "" {
			legs = append(legs, leg)
		}
	}
	return form.List(form.Words(wordsOf(legs)...), 0)
}

// checkZones is an error if a list of zones that is written has none, or one twice.
func checkZones(r *form.Reader, n *form.Node, path string, zones []string) {
	if given := n.Get("zones"); given != nil && len(zones) == 0 {
		r.Fail(given, form.Join(path, "zones"), "is empty: leave it out for zones that are never lost")
	}
	for i, zone := range zones {
		if slices.Contains(zones[:i], zone) {
			r.Fail(n.Item("zones", i), form.Join(path, "zones"), "%s is there twice", zone)
		}
	}
}

// checkNetwork reports what does not fit together in a network.
func checkNetwork(r *form.Reader, n *form.Node, path string, v *network) {
	for _, list := range []struct {
		key  string
		long int
	}{{"vpc_endpoints", len(v.Endpoints)}, {"lost_zones", len(v.LostZones)}, {"agent_restarts", len(v.AgentStarts)}} {
		if list.long > maxVPCParts {
			r.Fail(n.At(list.key), form.Join(path, list.key), "more than %d", maxVPCParts)
		}
	}
	if v.PublicAddress && v.Internet.Route != startup.Gateway {
		r.Fail(n.At("public_address"), form.Join(path, "public_address"), "is for internet: gateway: a NAT gateway has an address of its own")
	}
	for _, key := range []string{"agent_restarts", "ecs_order"} {
		if given := n.Get(key); given != nil && v.Launch != startup.EC2 {
			r.Fail(given, form.Join(path, key), "is for launch: ec2: %s has no agent of yours", v.Launch)
		}
	}
	var zones []string
	for i := range v.Endpoints {
		e, item := &v.Endpoints[i], n.Item("vpc_endpoints", i)
		zones = append(zones, e.Zones...)
		for j := range i {
			o := &v.Endpoints[j]
			if o.Service == e.Service && e.Service != "" && overlap(o.Span, e.Span) {
				r.Fail(item.At("vpc_endpoint"), form.Join(path, "vpc_endpoints."+vpcName(e.Service)), "there is one already at that time")
				break
			}
		}
	}
	for i := range v.LostZones {
		if zone := v.LostZones[i].Zone; zone != "" && !slices.Contains(zones, zone) {
			r.Fail(n.Item("lost_zones", i).At("zone"), form.Join(path, fmt.Sprintf("lost_zones[%d].zone", i)), "no VPC endpoint is in the zone %q%s", zone, hintOf(zone, zones))
		}
	}
	for _, list := range []struct {
		key   string
		legs  []startup.Leg
		cause startup.Cause
		why   string
	}{
		{"denied", v.Denied, startup.RolePolicy, "needs no permission: the address of a layer is signed already"},
		{"missing", v.Missing, startup.Missing, "asks for nothing that could be missing"},
	} {
		for i, leg := range list.legs {
			at, below := n.Item(list.key, i), form.Join(path, list.key)
			switch {
			case !list.cause.Can(v.Launch, leg):
				r.Fail(at, below, "%s %s", leg, list.why)
			case slices.Contains(list.legs[:i], leg):
				r.Fail(at, below, "%s is there twice", leg)
			}
		}
	}
}

// hintOf is what helps against a zone in which nothing is.
func hintOf(zone string, zones []string) string {
	if len(zones) == 0 {
		return ": none of them says its zones"
	}
	slices.Sort(zones)
	return form.Hint(zone, slices.Compact(zones))
}

// overlap reports whether two spans have an instant in common.
func overlap(a, b startup.Span) bool {
	return (a.Until == 0 || b.From < a.Until) && (b.Until == 0 || a.From < b.Until)
}
