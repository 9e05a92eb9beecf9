package main

import (
	"time"

	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/profiles"
)

// searchFlags are what the user asks of every search: `capacity` and `tune`.
type searchFlags struct {
	open    profiles.Options
	seed    uint64
	maxTime time.Duration
	dir     string
	own     strategyFlags
	input   command.Input
	out     outputs
}

// settle checks them once they are parsed.
func (f *searchFlags) settle(flags *pflag.FlagSet) error {
	if flags.Changed("seed") {
		f.open.Seed = &f.seed
	}
	if flags.Changed("max-time") && f.maxTime <= 0 {
		return command.Usagef("", "--max-time %s: want more than 0", f.maxTime)
	}
	return nil
}
