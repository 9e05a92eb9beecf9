package main

import (
	"github.com/spf13/cobra"

	"tenement/cmd/internal/command"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// completion offers the words that flags of c take.
func (o *options) completion(c *cobra.Command) {
	command.CompleteFlag(c, "service", service.Names()...)
	command.CompleteFlag(c, "flavour", service.EC2.String(), service.Fargate.String())
	command.CompleteFlag(c, "print-env", string(shellForm), string(jsonForm))
	command.CompleteFlag(c, "tokens", "optional", "required")
	command.CompleteFlag(c, "scope", "host", "tenant", "task", "path", "ip+path")
	command.CompleteFlag(c, "on-exceed", "429", "503", throttle.Drop.String(), throttle.Delay.String())
	command.CompleteFlagFunc(c, "profile", command.Profiles)
}
