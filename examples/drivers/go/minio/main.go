// Command minio is a driver for the MinIO SDK for Go: it resolves the credentials
// of its IAM provider. That provider knows no variable for the address of
// EC2 IMDS, so the driver passes it on.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/minio/minio-go/v7/pkg/credentials"

	"drivers/protocol"
)

func main() {
	version := protocol.Version("github.com/minio/minio-go/v7")
	if err := protocol.Serve("minio-go", version, build); err != nil {
		fmt.Fprintln(os.Stderr, "minio:", err)
		os.Exit(2)
	}
}

func build() (protocol.Resolve, error) {
	endpoint := ""
	if os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI") == "" {
		endpoint = strings.TrimSuffix(os.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"), "/")
	}
	client := credentials.NewIAM(endpoint)
	return func() (protocol.Credentials, error) {
		got, err := client.GetWithContext(nil)
		return protocol.Credentials{AccessKeyID: got.AccessKeyID, Expires: got.Expiration}, err
	}, nil
}
