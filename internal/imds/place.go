package imds

import (
	"cmp"
	"strings"

	"tenement/internal/service"
)

// defaultRegion is where all tasks live unless their Place says otherwise.
const defaultRegion = "us-west-2"

// defaultAccount is the account of all tasks unless their Place says otherwise: the one
// that AWS uses in examples.
const defaultAccount = "111122223333"

// Place is the account and the region that documents name. Where one is "", it is
// 111122223333 or us-west-2.
type Place struct{ Account, Region string }

// Settle puts the server and its tasks in a place, and gives them roles, by their ARNs:
// each task has the next one, an instance the first. The IDs of the tasks stay; their
// ARNs name the place. Without an account it is that of the first role.
func (c *Config) Settle(p Place, roles ...string) {
	if p.Account == "" && len(roles) > 0 {
		p.Account = strings.Split(roles[0], ":")[4]
	}
	c.Place = p
	for i := range c.Tasks {
		t := &c.Tasks[i]
		t.Place = p
		t.ARN = p.taskARN(afterSlash(t.ARN))
		if len(roles) > 0 {
			t.RoleARN = roles[i%len(roles)]
		}
	}
	if len(roles) > 0 {
		c.Instance.Role = afterSlash(roles[0])
	}
}

// afterSlash is what follows the last slash of an ARN: a name or an ID.
func afterSlash(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// Authority is what a client in the place names as the host of a service in its URLs.
func (p Place) Authority(of service.Service) string {
	return of.Row().Authority(p.account(), p.region())
}

func (p Place) account() string { return cmp.Or(p.Account, defaultAccount) }
func (p Place) region() string  { return cmp.Or(p.Region, defaultRegion) }

// partition is the part of AWS that the region is in.
// Source: AWS General Reference, Amazon Resource Names.
func (p Place) partition() string {
	switch r := p.region(); {
	case strings.HasPrefix(r, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(r, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// domain is where the services of the partition are.
func (p Place) domain() string {
	if p.partition() == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// network is the end of the names of instances. The oldest region has one of its own.
// Source: Amazon VPC User Guide, vpc-dns.
func (p Place) network() string {
	if p.region() == "us-east-1" {
		return "ec2.internal"
	}
	return p.region() + ".compute.internal"
}

// privateName is the name of what has an address, such as ip-10-0-0-4.ec2.internal.
func (p Place) privateName(address string) string {
	return "ip-" + strings.ReplaceAll(address, ".", "-") + "." + p.network()
}

// zone is the availability zone.
func (p Place) zone() string { return p.region() + "a" }

// directions are how the IDs of zones shorten what a region is named after.
// Source: AWS RAM User Guide, working-with-az-ids.
var directions = strings.NewReplacer(
	"northeast", "ne", "northwest", "nw", "southeast", "se", "southwest", "sw",
	"north", "n", "south", "s", "east", "e", "west", "w", "central", "c", "gov", "g", "-", "",
)

// zoneID is the ID of the zone, such as usw2-az1.
func (p Place) zoneID() string { return directions.Replace(p.region()) + "-az1" }

// arn is the name of a resource of a service in the place.
func (p Place) arn(service, resource string) string {
	return "arn:" + p.partition() + ":" + service + ":" + p.region() + ":" + p.account() + ":" + resource
}

// roleARN is the name of a role, or with another kind that of an instance profile.
func (p Place) roleARN(kind, name string) string {
	return "arn:" + p.partition() + ":iam::" + p.account() + ":" + kind + "/" + name
}

// clusterARN is the name of the cluster of all tasks.
func (p Place) clusterARN() string { return p.arn("ecs", "cluster/"+cluster) }

// taskARN is the name of the task with an ID.
func (p Place) taskARN(id string) string { return p.arn("ecs", "task/"+cluster+"/"+id) }

// roleARN is the name of the task's role: its own, or that of its family.
func (t *Task) roleARN() string {
	return cmp.Or(t.RoleARN, t.Place.roleARN("role", t.family()))
}

// roleAccount is the account of the task's role.
func (t *Task) roleAccount() string {
	if parts := strings.SplitN(t.RoleARN, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return t.Place.account()
}
