package imds

import (
	"time"

	"tenement/internal/service"
)

// made is a document of the instance that depends on the time.
type made func(s *ec2, now time.Duration) object

// object is a JSON object with its members in order.
type object []member

// member is a name and what encode takes for a value.
type member struct {
	name  string
	value any
}

// encode is the object as the metadata service prints it: one member a line, with
// spaces around the colon, and no line feed at the end.
// Source: Amazon EC2 User Guide, instance-metadata-security-credentials.
func (o object) encode() []byte {
	b := []byte("{")
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, "\n  "...)
		b = append(b, encode(m.name)...)
		b = append(b, " : "...)
		b = append(b, encode(m.value)...)
	}
	return append(b, "\n}"...)
}

// success is the beginning of every document about credentials but the failures.
func (s *ec2) success(now time.Duration) object {
	return object{{"Code", "Success"}, {"LastUpdated", expiration(s.began, s.issuedAt(now))}}
}

// issuedAt is when the credentials that are served at now came.
func (s *ec2) issuedAt(now time.Duration) time.Duration {
	return s.credentials.expiresAt(now, s.self.Issued) - s.credentials.Lifetime
}

// roleCredentials is the document of the credentials of the instance's role,
// which are the same whoever asks, or of what is wrong with it.
// Source: Amazon EC2 User Guide, instance-metadata-security-credentials; IAM
// User Guide, troubleshoot_iam-ec2; for the extended document, which no instance
// was seen to serve, the test cases of aws-sdk-go-v2 credentials/ec2rolecreds.
func (s *ec2) roleCredentials(d document, now, shift time.Duration) object {
	if s.options.Failure == "" {
		keys := s.keyPair("role/"+s.options.Role, now, shift)
		if d == extendedDocument {
			keys = append(keys, member{"AccountId", s.place.account()})
		}
		return keys
	}
	failure := object{{"Code", s.options.Failure}}
	if s.options.Failure == unauthorized {
		failure = append(failure, member{"Message", "EC2 cannot assume the role " + s.options.Role + unauthorizedSee})
	}
	return append(failure, member{"LastUpdated", expiration(s.began, s.issuedAt(now))})
}

// profileNotFound is the code for an instance profile that no longer exists.
const profileNotFound = "InstanceProfileNotFound"

// The code and the text in place of credentials if the role does not trust EC2.
const (
	unauthorized    = "AssumeRoleUnauthorizedAccess"
	unauthorizedSee = ".  Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc."
)

// keyPair is the document of the credentials of an ID, whose expiration is
// moved by shift.
func (s *ec2) keyPair(id string, now, shift time.Duration) object {
	expires := s.credentials.expiresAt(now, s.self.Issued)
	c := newCredentials(s.keys, s.place.roleARN("role", s.options.Role), id, expires)
	return append(s.success(now), object{
		{"Type", "AWS-HMAC"},
		{service.AccessKeyID, c.AccessKeyID},
		{service.SecretAccessKey, c.SecretAccessKey},
		{service.SessionToken, c.Token},
		{service.Expiration, expiration(s.began, expires+shift)},
	}...)
}

// profileInfo describes the instance profile. It shows that the profile does not
// exist, but not that its role cannot be assumed. What else the real answer
// contains if the profile does not exist is not documented.
// Source: IAM User Guide, troubleshoot_iam-ec2.
func profileInfo(s *ec2, now time.Duration) object {
	about := s.success(now)
	if s.options.Failure == profileNotFound {
		about[0].value = profileNotFound
	}
	return append(about, object{
		{"InstanceProfileArn", s.place.roleARN("instance-profile", s.options.Role)},
		{"InstanceProfileId", "AIPAFAKE" + base32Digits(s.keys.Name("profile"), 6) + "EXAMPLE"},
	}...)
}

// identityInfo describes the identity that the instance has without a role.
func identityInfo(s *ec2, now time.Duration) object {
	return append(s.success(now), member{"AccountId", s.place.account()})
}

// identityCredentials are the instance's own, which only AWS uses.
func identityCredentials(s *ec2, now time.Duration) object {
	return s.keyPair("identity", now, 0)
}
