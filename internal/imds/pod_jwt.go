package imds

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// claims is what is read of a JSON Web Token: when it becomes valid and when it
// expires, in seconds of Unix time, which the agent checks; and its pod, which EKS
// Auth reads.
type claims struct {
	from, until int64 // at the ends of the range where the token does not say
	pod         string
}

// The errors of a token that is not one. The texts, which clients see, are
// those of the library that the agent parses tokens with.
// Source: golang-jwt/jwt v5.3.0 errors.go and parser.go (ParseUnverified).
var (
	errMalformed    = errors.New("token is malformed")
	errUnverifiable = errors.New("token is unverifiable")
)

// parseToken reads a token without checking its signature. The texts and the order
// of the checks are the library's: number of segments, header, claims, algorithm
// in the header.
func parseToken(token string) (claims, error) {
	header, rest, _ := strings.Cut(token, ".")
	body, signature, ok := strings.Cut(rest, ".")
	if !ok || strings.Contains(signature, ".") {
		return claims{}, fmt.Errorf("%w: token contains an invalid number of segments", errMalformed)
	}
	var head map[string]any
	if err := parseSegment("header", header, &head); err != nil {
		return claims{}, err
	}
	registered, err := parseClaims(body)
	if err != nil {
		return claims{}, err
	}
	switch algorithm, ok := head["alg"].(string); {
	case !ok:
		return claims{}, fmt.Errorf("%w: signing method (alg) is unspecified", errUnverifiable)
	case !slices.Contains(algorithms, algorithm):
		return claims{}, fmt.Errorf("%w: signing method (alg) is unavailable", errUnverifiable)
	}
	return registered, nil
}

// algorithms are those that the library knows.
var algorithms = []string{
	"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
	"ES256", "ES384", "ES512", "EdDSA", "none",
}

// parseSegment decodes one of the first two parts of a token. What says which.
func parseSegment(what, segment string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		return fmt.Errorf("%w: could not base64 decode %s: %w", errMalformed, what, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%w: could not JSON decode %s: %w", errMalformed, what, named(err))
	}
	return nil
}

// parseClaims reads the second part of a token.
func parseClaims(segment string) (claims, error) {
	// The type has the name of the library's, which stands in the errors of
	// package json.
	type RegisteredClaims struct {
		Issuer    string       `json:"iss"`
		Subject   string       `json:"sub"`
		Audience  audience     `json:"aud"`
		ExpiresAt *numericDate `json:"exp"`
		NotBefore *numericDate `json:"nbf"`
		IssuedAt  *numericDate `json:"iat"`
		ID        string       `json:"jti"`
	}
	var registered RegisteredClaims
	if err := parseSegment("claim", segment, &registered); err != nil {
		return claims{}, err
	}
	c := claims{from: math.MinInt64, until: math.MaxInt64}
	if registered.NotBefore != nil {
		c.from = int64(*registered.NotBefore)
	}
	if registered.ExpiresAt != nil {
		c.until = int64(*registered.ExpiresAt)
	}
	// The agent ignores claims that are not registered ones. So a mistake in
	// them is no error, and there is no pod.
	var private struct {
		Kubernetes struct {
			Pod struct {
				UID string `json:"uid"`
			} `json:"pod"`
		} `json:"kubernetes.io"`
	}
	if parseSegment("claim", segment, &private) == nil {
		c.pod = private.Kubernetes.Pod.UID
	}
	return c, nil
}

// named is an error of package json that names a type of the library instead
// of one of this package.
func named(err error) error {
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Type.Name() == "RegisteredClaims" {
		return fmt.Errorf("json: cannot unmarshal %s into Go value of type jwt.RegisteredClaims", wrong.Value)
	}
	return err
}

// numericDate is seconds of Unix time, rounded down. A date beyond the range
// is one of its ends; the library's overflows there.
// Source: golang-jwt/jwt v5.3.0 types.go.
type numericDate int64

// UnmarshalJSON implements json.Unmarshaler.
func (d *numericDate) UnmarshalJSON(text []byte) error {
	var number json.Number
	if err := json.Unmarshal(text, &number); err != nil {
		return fmt.Errorf("could not parse NumericData: %w", err)
	}
	seconds, err := number.Float64()
	if err != nil {
		return fmt.Errorf("could not convert json number value to float: %w", err)
	}
	const end = 1 << 53 // what a float64 counts to exactly
	*d = numericDate(math.Floor(max(-end, min(seconds, end))))
	return nil
}

// audience is one text or a list of them. Nothing uses it.
type audience struct{}

var errClaimType = errors.New("invalid type for claim")

// UnmarshalJSON implements json.Unmarshaler.
func (*audience) UnmarshalJSON(text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return err
	}
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
		if value == nil {
			return nil
		}
	}
	for _, one := range list {
		if _, ok := one.(string); !ok {
			return errClaimType
		}
	}
	return nil
}
