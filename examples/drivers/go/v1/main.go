// Command v1 is a driver for the AWS SDK for Go v1: it resolves credentials as
// an application with the default session does.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"

	"drivers/protocol"
)

func main() {
	if err := protocol.Serve("aws-sdk-go-v1", aws.SDKVersion, build); err != nil {
		fmt.Fprintln(os.Stderr, "v1:", err)
		os.Exit(2)
	}
}

func build() (protocol.Resolve, error) {
	s, err := session.NewSession()
	if err != nil {
		return nil, err
	}
	credentials := s.Config.Credentials
	return func() (protocol.Credentials, error) {
		got, err := credentials.Get()
		if err != nil {
			return protocol.Credentials{}, err
		}
		expires, _ := credentials.ExpiresAt() // the default chain does not tell
		return protocol.Credentials{AccessKeyID: got.AccessKeyID, Expires: expires}, nil
	}, nil
}
