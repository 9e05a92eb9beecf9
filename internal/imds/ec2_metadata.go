package imds

import (
	"fmt"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// metadataVersions are the versions of the metadata, which is what "/" lists.
// Source: Amazon EC2 User Guide, instancedata-data-retrieval.
var metadataVersions = []string{
	"1.0", "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15", "2008-02-01", "2008-09-01", "2009-04-04",
	"2011-01-01", "2011-05-01", "2012-01-12", "2014-02-25", "2014-11-05", "2015-10-20", "2016-04-19", "2016-06-30", "2016-09-02",
	"2018-03-28", "2018-08-17", "2018-09-24", "2019-10-01", "2020-10-27", "2021-01-03", "2021-03-23", "2021-07-15", "2022-09-24",
	"2024-04-11", service.LatestVersion,
}

// What the instance is: a small one on Nitro, in a private subnet, launched on
// demand.
const (
	instanceType = "m5.large"
	keyName      = "app-key"
)

// machine is an instance's identity: what its metadata consists of.
type machine struct {
	key      draw.Key
	place    Place
	began    time.Time
	image    string
	instance string
	address  string
	hostname string
	mac      string
}

// newMachine draws an instance. Its IDs begin with what reads as "fake".
func newMachine(key draw.Key, place Place, began time.Time) *machine {
	m := &machine{key: key, place: place, began: began}
	m.image, m.instance = m.id("ami"), m.id("i")
	// The last addresses of the subnet: tasks begin with the first.
	m.address = fmt.Sprintf("10.0.255.%d", 4+draw.Below(key.Name("address").Bits(), 250))
	m.hostname = place.privateName(m.address)
	m.mac = pairs("0efa4e" + hexDigits(key.Name("mac"), 6))
	return m
}

// id draws an ID of a kind of resource.
func (m *machine) id(kind string) string {
	return kind + "-0fa4e" + hexDigits(m.key.Name(kind), 12)
}

// tree is the metadata of the instance: what a Nitro instance without a public
// address has that was launched with a key pair. Every version has the whole
// of it.
// Source: Amazon EC2 User Guide, ec2-instance-metadata categories.
func (m *machine) tree(options *Instance, tags map[string]string) tree {
	t := make(tree)
	for _, v := range [...][2]string{
		{"ami-id", m.image},
		{"ami-launch-index", "0"},
		{"ami-manifest-path", "(unknown)"},
		{"block-device-mapping/ami", "/dev/xvda"},
		{"block-device-mapping/root", "/dev/xvda"},
		{"events/maintenance/history", "[]"},
		{"events/maintenance/scheduled", "[]"},
		{"hostname", m.hostname},
		{"instance-action", "none"},
		{"instance-id", m.instance},
		{"instance-life-cycle", "on-demand"},
		{"instance-type", instanceType},
		{"local-hostname", m.hostname},
		{"local-ipv4", m.address},
		{"mac", m.mac},
		{"metrics/vhostmd", `<?xml version="1.0" encoding="UTF-8"?>`},
		{"placement/availability-zone", m.place.zone()},
		{"placement/availability-zone-id", m.place.zoneID()},
		{"placement/region", m.place.region()},
		{"profile", "default-hvm"},
		{"public-keys/", "0=" + keyName},
		{"public-keys/0/openssh-key", "ssh-rsa not-a-real-public-key " + keyName},
		{"reservation-id", m.id("r")},
		{"security-groups", "app"},
		{"services/domain", m.place.domain()},
		{"services/partition", m.place.partition()},
		{"system", "nitro"},
	} {
		t.value("meta-data/"+v[0], v[1])
	}
	m.addInterface(t)
	m.addIdentity(t)
	for k, v := range tags {
		t.value("meta-data/tags/instance/"+k, v)
	}
	t.add("meta-data/identity-credentials/ec2/info", &entry{made: identityInfo, json: true})
	t.add("meta-data/identity-credentials/ec2/security-credentials/ec2-instance", &entry{made: identityCredentials, json: true})
	if options.Role != "" {
		t.add("meta-data/iam/info", &entry{made: profileInfo, json: true})
		t.add(service.RolePath+"/"+options.Role, &entry{document: credentialsDocument, json: true})
		if options.Extended {
			t.add(service.ExtendedPath+"/"+options.Role, &entry{document: extendedDocument, json: true})
		}
	}
	if options.UserData != nil {
		t.add(userData, &entry{body: options.UserData})
	}
	t.list()
	t.value("", "dynamic\nmeta-data\nuser-data") // without slashes, unlike all others
	return t
}

// addInterface adds the network interface.
func (m *machine) addInterface(t tree) {
	for _, v := range [...][2]string{
		{"device-number", "0"},
		{"interface-id", m.id("eni")},
		{"local-hostname", m.hostname},
		{"local-ipv4s", m.address},
		{"mac", m.mac},
		{"owner-id", m.place.account()},
		{"security-group-ids", m.id("sg")},
		{"security-groups", "app"},
		{"subnet-id", m.id("subnet")},
		{"subnet-ipv4-cidr-block", vpcCIDR},
		{"vpc-id", vpcID},
		{"vpc-ipv4-cidr-block", vpcCIDR},
		{"vpc-ipv4-cidr-blocks", vpcCIDR},
	} {
		t.value("meta-data/network/interfaces/macs/"+m.mac+"/"+v[0], v[1])
	}
}
