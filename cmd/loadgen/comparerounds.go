package main

import (
	"context"
	"time"

	"tenement/cmd/internal/command"
	"tenement/internal/experiment"
	"tenement/internal/words"
	"tenement/reports/compare"
)

// playRounds runs the profiles among the sides in rounds on sockets.
func (p *program) playRounds(ctx context.Context, f *comparing, sides []*compared) error {
	rounds := experiment.Rounds{N: f.rounds, MaxTime: f.maxTime, Progress: p.progress("compare")}
	var played []*compared
	for i, s := range sides {
		if s.profile != nil {
			name := "current"
			if i == 0 {
				name = "base"
			}
			rounds.Sides = append(rounds.Sides, experiment.Side{Name: name, Profile: s.profile, Options: f.running(s.profile, nil)})
			played = append(played, s)
		}
	}
	if len(played) == 0 {
		return nil // two reports
	}
	if err := p.announce(&rounds); err != nil {
		return err
	}
	result, err := rounds.Run(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return errInterrupted
		}
		return err
	}
	for i, s := range played {
		s.report = result.Reports[i]
	}
	f.options.Interleaved, f.options.Repeated = len(played) == 2, result.Repeated
	if result.Rounds < rounds.N {
		p.note("%d of %s a side %s played", result.Rounds, words.Plural(uint64(rounds.N), "round", "rounds"), words.Were(uint64(result.Rounds)))
	}
	if result.Disturbed > 0 {
		p.wrapped("%s counted although the machine was busy: the noise is larger than it need be", words.Plural(uint64(result.Disturbed), "round", "rounds"))
	}
	if len(played) < len(sides) {
		p.wrapped("the rounds of the two sides were not played in turns: a change of the machine counts as one of the profile")
	}
	return nil
}

// announce says how long rounds take before they begin, and refuses those that cannot
// give a result in time.
func (p *program) announce(r *experiment.Rounds) error {
	all, pair, err := r.Length()
	if err != nil {
		return command.Usage(err, hintOf(err))
	}
	least := compare.LeastRounds()
	span := func(d time.Duration) string { return words.Span(d.Round(time.Second).Seconds()) }
	each := pair / time.Duration(len(r.Sides))
	if fit := int(r.MaxTime/pair) - 1; r.MaxTime > 0 && fit < r.N {
		if fit < min(least, r.N) {
			return command.Usagef("", "--max-time %s is too short: %d rounds a side are the fewest that can give a result, and take %s", r.MaxTime, least, span(pair*time.Duration(least+1)))
		}
		p.note("%s into %s", words.Plural(uint64(fit), "round a side fits", "rounds a side fit"), r.MaxTime)
		r.N, all = fit, pair*time.Duration(fit+1)
	}
	p.note("%d rounds × %s ≈ %s, the first of each side a warm-up", (r.N+1)*len(r.Sides), span(each), span(all))
	if r.N != least {
		p.wrapped("%d rounds a side are the fewest that can give a result (--rounds %d, %s)", least, least, span(pair*time.Duration(least+1)))
	}
	return nil
}
