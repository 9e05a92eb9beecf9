// Mockimds serves credentials and metadata the way the ECS agent, the metadata
// service of an EC2 instance or the EKS Pod Identity agent does, its throttling
// included, with credentials that are visibly fake.
package main

import (
	"context"
	"os"
)

func main() { os.Exit(mockimds(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }
