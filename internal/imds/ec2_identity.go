package imds

import (
	"encoding/base64"
	"strings"

	"tenement/internal/draw"
	"tenement/internal/service"
)

// addIdentity adds the instance identity document and its signatures, which are
// visibly fake.
// Source: Amazon EC2 User Guide, instance-identity-documents and retrieve-iid;
// the order of the fields is that of a capture in cloudpanel-io/cloudpanel-ce#375.
func (m *machine) addIdentity(t tree) {
	const directory = "dynamic/instance-identity/"
	t.add(service.IdentityPath, &entry{json: true, body: object{
		{"accountId", m.place.account()},
		{"architecture", "x86_64"},
		{"availabilityZone", m.place.zone()},
		{"billingProducts", nil},
		{"devpayProductCodes", nil},
		{"marketplaceProductCodes", nil},
		{"imageId", m.image},
		{"instanceId", m.instance},
		{"instanceType", instanceType},
		{"kernelId", nil},
		{"pendingTime", expiration(m.began, 0)},
		{"privateIp", m.address},
		{"ramdiskId", nil},
		{"region", m.place.region()},
		{"version", "2017-09-30"},
	}.encode()})
	for name, bytes := range map[string]int{"signature": 128, "pkcs7": 900, "rsa2048": 1250} {
		t.value(directory+name, signature(m.key.Name(name), bytes))
	}
}

// signature is that many bytes in base64, in lines; the first line says that it is
// not a real one.
func signature(k draw.Key, bytes int) string {
	const width = 64
	text := "not+a+real+signature+//+" + base64.StdEncoding.EncodeToString([]byte(hexDigits(k, bytes)))
	var lines []string
	for ; len(text) > width; text = text[width:] {
		lines = append(lines, text[:width])
	}
	return strings.Join(append(lines, text), "\n")
}
