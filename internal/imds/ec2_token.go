package imds

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"sync/atomic"
	"time"

	"tenement/internal/draw"
)

// The headers of version 2, in their canonical form.
const (
	tokenHeader = "X-Aws-Ec2-Metadata-Token"
	ttlHeader   = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
)

// maxTTL is the longest life of a token, six hours in seconds; the shortest
// is one.
// Source: Amazon EC2 User Guide, configuring-instance-metadata-service.
const maxTTL = 21600

// A token has the form of a real one: 40 bytes, in base64 for URLs, which
// begin with 1, 0, 0, 0. The text that it begins with gives it away.
const (
	tokenPrefix = "AQAAAFAKE-token-"
	tokenBytes  = 40
	tokenLength = 56 // characters
	tokenHead   = 12 // bytes that the prefix stands for
	tokenMAC    = 24 // where the authentication code begins
)

// mint makes session tokens and tells its own from others. It keeps none of
// them: what there is to know of a token is in it, authenticated with
// HMAC-SHA256. So there is no limit on how many are in use, as with the real
// service, and nothing that requests at the same time could get wrong.
//
// A token is of one instance. It outlives the server, as it would a restart of
// the real one.
type mint struct {
	key    [sha256.Size]byte
	minted atomic.Uint32 // tells tokens of one instant apart
}

// newMint is the mint of an instance.
func newMint(instance draw.Key) *mint {
	m := new(mint)
	for i := range len(m.key) / 8 {
		binary.BigEndian.PutUint64(m.key[8*i:], instance.Name("tokens").With(uint64(i)).Bits())
	}
	return m
}

// issue is a token that is good for ttl seconds from now on.
func (m *mint) issue(now time.Time, ttl int) []byte {
	var b [tokenBytes]byte
	head, _ := base64.URLEncoding.DecodeString(tokenPrefix) // is base64
	copy(b[:], head)
	expires := now.Add(time.Duration(ttl) * time.Second)
	binary.BigEndian.PutUint64(b[tokenHead:], uint64(expires.UnixNano()))
	binary.BigEndian.PutUint16(b[tokenHead+8:], uint16(ttl))
	binary.BigEndian.PutUint16(b[tokenHead+10:], uint16(m.minted.Add(1)))
	copy(b[tokenMAC:], m.mac(b[:tokenMAC]))
	return base64.URLEncoding.AppendEncode(nil, b[:])
}

// check returns the life that a token was issued with, in seconds, and whether
// the token is this mint's and good at now. The instant of its expiry is the
// first at which it is not.
func (m *mint) check(now time.Time, token string) (ttl int, good bool) {
	if len(token) != tokenLength {
		return 0, false
	}
	b, err := base64.URLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != tokenBytes || !hmac.Equal(b[tokenMAC:], m.mac(b[:tokenMAC])) {
		return 0, false
	}
	expires := int64(binary.BigEndian.Uint64(b[tokenHead:]))
	return int(binary.BigEndian.Uint16(b[tokenHead+8:])), now.UnixNano() < expires
}

// mac is the authentication code, cut to what there is room for.
func (m *mint) mac(b []byte) []byte {
	h := hmac.New(sha256.New, m.key[:])
	_, _ = h.Write(b) // never fails
	return h.Sum(nil)[:tokenBytes-tokenMAC]
}

// parseTTL is the life of a token that is asked for, in seconds, and whether
// it is one there can be.
func parseTTL(s string) (ttl int, ok bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return int(n), err == nil && n >= 1 && n <= maxTTL
}
