package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"tenement/cmd/internal/command"
	"tenement/profiles"
)

// replayFlags say how a --trace is replayed. Each but --map is a text that the profile
// format reads, so that a flag and a key of that name mean the same.
type replayFlags struct {
	texts map[string]*string
	loop  bool
	maps  []string
}

// replayKeys are the flags with a text, in the order in which help lists them.
var replayKeys = []struct{ name, usage string }{
	{"speed", "play a --trace this many `times` as fast, such as 0.1 or 10"},
	{"fit", "play it in this `time`, such as 10m, in place of a --speed"},
	{"from", "begin at this `time` of the recording"},
	{"for", "play so much `time` of the recording"},
	{"copies", "play every task this `number` of times, each copy with IDs of its own and out of step"},
	{"jitter", "delay each request by a random `time` below this"},
	{"thin", "keep this `share` of the requests, such as 10%"},
	{"max-gap", "cut a longer `time` between two requests to this"},
}

func (f *replayFlags) flags(c *cobra.Command) {
	f.texts = make(map[string]*string)
	for _, k := range replayKeys {
		f.texts[k.name] = c.Flags().String(k.name, "", k.usage)
	}
	c.Flags().BoolVar(&f.loop, "loop", false, "begin a --trace again at its end, until the run ends (--set duration=1h)")
	c.Flags().StringArrayVar(&f.maps, "map", nil, "send another path or ID than recorded, as `FROM=TO`")
}

// settings are the flags that were given.
func (f *replayFlags) settings(flags *pflag.FlagSet) (all []profiles.Setting, err error) {
	for _, k := range replayKeys {
		if flags.Changed(k.name) {
			all = append(all, profiles.Setting{Key: strings.ReplaceAll(k.name, "-", "_"), Value: *f.texts[k.name]})
		}
	}
	if flags.Changed("loop") {
		all = append(all, profiles.Setting{Key: "loop", Value: strconv.FormatBool(f.loop)})
	}
	for _, m := range f.maps {
		if !strings.Contains(m, "=") {
			return nil, command.Usagef("such as --map /v2/credentials/abc=/v2/credentials/{credentials_id}", "--map %q: want FROM=TO", m)
		}
		all = append(all, profiles.Setting{Key: "map", Value: m})
	}
	return all, nil
}
