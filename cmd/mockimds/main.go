// Mockimds serves task credentials and task metadata the way the ECS agent
// does, its rate limit included, with credentials that are visibly fake.
package main

import (
	"context"
	"os"
)

func main() { os.Exit(mockimds(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }
