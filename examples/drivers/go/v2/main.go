// Command v2 is a driver for the AWS SDK for Go v2: it resolves credentials as
// an application with the default configuration does.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"

	"drivers/protocol"
)

func main() {
	version := protocol.Version("github.com/aws/aws-sdk-go-v2")
	if err := protocol.Serve("aws-sdk-go-v2", version, build); err != nil {
		fmt.Fprintln(os.Stderr, "v2:", err)
		os.Exit(2)
	}
}

func build() (protocol.Resolve, error) {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		return nil, err
	}
	return func() (protocol.Credentials, error) {
		got, err := cfg.Credentials.Retrieve(context.Background())
		c := protocol.Credentials{AccessKeyID: got.AccessKeyID}
		if got.CanExpire {
			c.Expires = got.Expires
		}
		return c, err
	}, nil
}
