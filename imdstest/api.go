package imdstest

import (
	"fmt"

	"tenement/internal/imds"
)

// Secret says that there is a secret of that name in Secrets Manager, with a value; "" is
// one of the server's own. Without the option any secret is there.
func Secret(name, value string) Option {
	return func(o *settings) error {
		if err := imds.CheckSecret(name); err != nil {
			return fmt.Errorf("secret %q: %w", name, err)
		}
		if o.api.Secrets == nil {
			o.api.Secrets = make(map[string]string)
		}
		o.api.Secrets[name] = value
		return nil
	}
}

// Parameter is Secret for the parameter store of SSM.
func Parameter(name, value string) Option {
	return func(o *settings) error {
		if err := imds.CheckParameter(name); err != nil {
			return fmt.Errorf("parameter %q: %w", name, err)
		}
		if o.api.Parameters == nil {
			o.api.Parameters = make(map[string]string)
		}
		o.api.Parameters[name] = value
		return nil
	}
}

// Repository says that there are repositories of these names in ECR. Without the option
// any is there.
func Repository(names ...string) Option {
	return func(o *settings) error {
		for _, name := range names {
			if err := imds.CheckRepository(name); err != nil {
				return fmt.Errorf("repository %q: %w", name, err)
			}
		}
		o.api.Repositories = append(o.api.Repositories, names...)
		return nil
	}
}

// LogGroup says that there are groups of these names in CloudWatch Logs, and that the
// server knows which groups and streams are made meanwhile. Without the option any group
// is there, and each is made as if for the first time.
func LogGroup(names ...string) Option {
	return func(o *settings) error {
		for _, name := range names {
			if err := imds.CheckLogGroup(name); err != nil {
				return fmt.Errorf("log group %q: %w", name, err)
			}
		}
		o.api.LogGroups = append(o.api.LogGroups, names...)
		return nil
	}
}

// BlackHole makes the port accept nothing: connections neither open nor are refused, as
// where no packet arrives.
func BlackHole() Option {
	return func(o *settings) error { o.blackHole = true; return nil }
}
