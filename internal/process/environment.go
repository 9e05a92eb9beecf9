package process

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tenement/internal/imds"
	"tenement/internal/outfile"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// home is the empty home of one process, and what lies beside it.
type home struct{ dir string }

// newHome makes a home. It is removed with remove, or when a signal ends the
// program.
func newHome() (*home, error) {
	dir, err := outfile.TempDir("loadgen")
	if err != nil {
		return nil, fmt.Errorf("making a home for the client: %w", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "home"), 0o700); err != nil {
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("making a home for the client: %w", err)
	}
	return &home{dir}, nil
}

// remove removes it with all that the client has left there.
func (h *home) remove() { _ = os.RemoveAll(h.dir) }

// environment is that of a process whose task finds its endpoint at url. It is the
// environment of this program, without the variables from which an SDK takes
// credentials, an endpoint or settings, and with those that lead it to the mock.
func (h *home) environment(of service.Service, owner *imds.Task, url string) ([]string, error) {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return private(strings.ToUpper(name))
	})
	at := filepath.Join(h.dir, "home")
	nowhere := filepath.Join(h.dir, "no-such-file")
	env = append(env,
		"HOME="+at, "USERPROFILE="+at,
		"AWS_CONFIG_FILE="+nowhere, "AWS_SHARED_CREDENTIALS_FILE="+nowhere,
	)
	for _, v := range imds.Env(of, *owner, url) {
		env = append(env, v[0]+"="+v[1])
	}
	if of != service.IMDS {
		env = append(env, "AWS_EC2_METADATA_DISABLED=true")
	}
	if of == service.PodIdentity {
		began := time.Now()
		token, _ := owner.PodToken(seed, throttle.PodTokens{}, began, 0)
		file := filepath.Join(h.dir, "eks-pod-identity-token")
		if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
			return nil, fmt.Errorf("writing the pod's token: %w", err)
		}
		env = append(env, service.TokenFileVariable+"="+file)
	}
	return env, nil
}

// private reports whether a variable stays away from clients: the settings of SDKs
// and of containers, the home, and proxies.
func private(name string) bool {
	return strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "ECS_") || strings.HasPrefix(name, "BOTO") ||
		name == "HOME" || name == "USERPROFILE" || strings.HasPrefix(name, "XDG_") || strings.HasSuffix(name, "_PROXY")
}
