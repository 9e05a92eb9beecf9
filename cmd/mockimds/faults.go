package main

import (
	"fmt"
	"slices"

	"tenement/cmd/internal/command"
	"tenement/internal/service"
	"tenement/internal/throttle"
	"tenement/profiles"
)

// allFaults are the faults of a profile and those of --fault and --answers, for a
// service. The admin API ends faults by their names, so each has another.
func (o *options) allFaults(of service.Service, profile []throttle.Fault) ([]throttle.Fault, error) {
	all := slices.Clone(profile)
	for _, text := range o.faults {
		f, err := profiles.ReadFault(of, []byte(text))
		if f.Name == "" {
			f.Name = freeName(f.Kind.String(), all)
		}
		if err == nil && slices.ContainsFunc(all, func(one throttle.Fault) bool { return one.Name == f.Name }) {
			err = fmt.Errorf("fault %q: there is one of that name", f.Name)
		}
		if err != nil {
			return nil, command.Usagef(seeHelp, "--fault '%s': %v", text, err)
		}
		all = append(all, f)
	}
	if len(o.answers) > 0 {
		all = append(all, throttle.Fault{Name: freeName("answers", all), Kind: throttle.AnswersFault, Answers: o.answers})
	}
	return all, nil
}

// freeName is a name that no fault has yet: it, or it with a number.
func freeName(name string, taken []throttle.Fault) string {
	free := name
	for n := 2; slices.ContainsFunc(taken, func(f throttle.Fault) bool { return f.Name == free }); n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}
