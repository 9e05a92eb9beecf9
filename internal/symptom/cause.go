package symptom

import (
	"strings"

	"tenement/internal/startup"
)

// Cause is what can have led to a text.
type Cause struct {
	Name  string
	Title string // a sentence without its full stop
	Test  string // what tells it from the others
	Set   string // what to set
	// Run is a command that reproduces it: `loadgen run PROFILE`, with --set where the
	// profile shows it only then, or `loadgen strategy explain PRESET`. "" if there is none.
	Run string

	covers []startup.Cause // of package startup
}

// causesOf are the causes of a record, filled in.
func causesOf(row *row, r *record) []Cause {
	all := row.causes
	if all == nil {
		all = likely(r.leg, r.how, r.private)
	}
	preset, parameters := row.preset, ""
	if preset == "" {
		preset = "aws-sdk-go-v2"
		if r.leg == Instance {
			preset += "@imds"
		}
	}
	spec, leg := legs[r.leg], r.leg.inProfiles()
	missing := leg
	if leg.Spec().NotFound == 0 { // it asks for nothing that could be missing
		missing = startup.Manifest
	}
	if leg == startup.Parameter {
		parameters = " --set fleet.service.startup.parameters=1"
	}
	fill := strings.NewReplacer("{endpoint}", spec.endpoint, "{action}", spec.action, "{preset}", preset, "{leg}", leg.String(), "{missing}", missing.String(), "{parameters}", parameters)
	filled := make([]Cause, len(all))
	for i, c := range all {
		c.Test, c.Set, c.Run = fill.Replace(c.Test), fill.Replace(c.Set), fill.Replace(c.Run)
		filled[i] = c
	}
	return filled
}

// likely are the causes of a failure of a leg, the likeliest first.
func likely(l Leg, h How, private bool) []Cause {
	switch {
	case l.start():
		return startCauses(l, h, private)
	case l == TaskCredentials || l == Container || l == PodCredentials || l == EKSAuth:
		return containerCauses(l, h)
	case l == Program:
		return programCauses(h)
	case l == TaskMetadata:
		return metadataCauses(h)
	case l == Instance:
		return instanceCauses(h)
	case l == WebIdentity:
		return webIdentityCauses(h)
	case l == AWS:
		return awsCauses(h)
	}
	return chainCauses(h)
}
