package service

import "errors"

// Flavour is whose task metadata the service ECS serves: the agent's on EC2, or
// Fargate's. Fargate has the routes that AWS documents for it: credentials v2,
// metadata and statistics v3 and v4 without tags, and task protection.
// Source: Amazon ECS Developer Guide, task-metadata-endpoint-v4-fargate.
type Flavour uint8

// The flavours.
const (
	EC2 Flavour = iota
	Fargate
)

var flavours = [...]string{EC2: "ec2", Fargate: "fargate"}

// String is the flavour's name.
func (f Flavour) String() string { return flavours[f] }

// Flavours returns the flavours, the default one first.
func Flavours() []Flavour { return []Flavour{EC2, Fargate} }

// ParseFlavour returns the flavour of a name.
func ParseFlavour(name string) (Flavour, error) {
	for f, n := range flavours {
		if n == name {
			return Flavour(f), nil
		}
	}
	return EC2, errors.New("want ec2 or fargate")
}
