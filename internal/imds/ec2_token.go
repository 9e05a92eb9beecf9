package imds

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"tenement/internal/draw"
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

// mint makes session tokens and recognizes its own. It keeps none of them: a token
// holds all there is to know of it, authenticated with HMAC-SHA256. So any number
// can be in use, as with the real service, and requests share no state.
//
// A token belongs to one instance. It stays valid when the server restarts, as a
// real one does.
type mint struct {
	minted atomic.Uint32 // tells tokens of one instant apart
	codes  sync.Pool     // of hash.Hash: to key one takes longer than to use it
}

// newMint is the mint of an instance.
func newMint(instance draw.Key) *mint {
	var key []byte
	for i := range uint64(sha256.Size / 8) {
		key = binary.BigEndian.AppendUint64(key, instance.Name("tokens").With(i).Bits())
	}
	return &mint{codes: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
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
	code := m.code(b[:tokenMAC])
	copy(b[tokenMAC:], code[:])
	return base64.URLEncoding.AppendEncode(nil, b[:])
}

// check returns the life that a token has left at now, in whole seconds rounded up, and
// whether the token is this mint's. From the instant of its expiry on, what is left is
// not above 0.
func (m *mint) check(now time.Time, token string) (left int, known bool) {
	if len(token) != tokenLength {
		return 0, false
	}
	b, err := strictly.DecodeString(token)
	if err != nil || len(b) != tokenBytes {
		return 0, false
	}
	if code := m.code(b[:tokenMAC]); !hmac.Equal(b[tokenMAC:], code[:tokenBytes-tokenMAC]) {
		return 0, false
	}
	lasts := time.Duration(int64(binary.BigEndian.Uint64(b[tokenHead:])) - now.UnixNano())
	return int((lasts + time.Second - 1) / time.Second), true
}

// strictly decodes exactly one text to each sequence of bytes.
var strictly = base64.URLEncoding.Strict()

// code is the authentication code. A token holds as many of its bytes as fit.
func (m *mint) code(b []byte) (code [sha256.Size]byte) {
	h := m.codes.Get().(hash.Hash)
	h.Reset()
	_, _ = h.Write(b) // never fails
	h.Sum(code[:0])
	m.codes.Put(h)
	return code
}

// parseTTL is the life of a token that is asked for, in seconds, and whether
// it is one there can be.
func parseTTL(s string) (ttl int, ok bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return int(n), err == nil && n >= 1 && n <= maxTTL
}
