package imds

import (
	"encoding/base64"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/throttle"
)

// podCluster is what the tokens of pods name as their cluster: an issuer whose
// ID is no real one's.
func (p Place) podCluster() string {
	return "https://oidc.eks." + p.region() + "." + p.domain() + "/id/NOTAREALCLUSTEREXAMPLE"
}

// podAudience is the audience of the tokens.
// Source: Amazon EKS User Guide, pod-id-how-it-works.
const podAudience = "pods.eks.amazonaws.com"

// PodToken is the service account token in a task's pod at now, the time since
// began, and the time at which kubelet renews it. It has the form of a token on an
// EKS cluster; its signature is visibly fake. The Pod Identity agent expects it as
// the whole Authorization header, without a scheme. It depends on the arguments
// and the task's identity only, so that two programs with the same profile agree
// on it. The seed is the profile's.
func (t *Task) PodToken(seed uint64, life throttle.PodTokens, began time.Time, now time.Duration) (token string, until time.Duration) {
	key := throttle.PodTokenKey(seed, t.Host, t.Key)
	life = life.StartingAt(t.Issued)
	n, issued := life.At(key, now)
	from := began.Add(issued).Unix()
	pod := newPod(seed, t)
	body := encode(joseClaims{
		Audience: []string{podAudience},
		Expires:  from + int64(life.Life()/time.Second),
		Issued:   from,
		Issuer:   t.Place.podCluster(),
		ID:       uuid(key.With(uint64(n))),
		Kubernetes: kubernetes{
			Namespace: podNamespace, Node: pod.node, Pod: pod.self, ServiceAccount: pod.account,
		},
		From:    from,
		Subject: "system:serviceaccount:" + podNamespace + ":" + pod.account.Name,
	})
	return podTokenPrefix + base64.RawURLEncoding.EncodeToString(body) + "." + noSignature, life.Until(key, n)
}

// podTokenPrefix is what every token begins with: its first part.
var podTokenPrefix = base64.RawURLEncoding.EncodeToString(encode(joseHeader{Algorithm: "RS256", Key: "not-a-real-key"})) + "."

// noSignature is readable text as long as a signature of 2048 bits.
var noSignature = strings.Repeat("not-a-real-signature-", 17)[:342]

// joseHeader is the first part of a service account token.
type joseHeader struct {
	Algorithm string `json:"alg"`
	Key       string `json:"kid"`
}

// joseClaims is the second part, in the order that Kubernetes has.
// Source: kubernetes/kubernetes pkg/serviceaccount/claims.go.
type joseClaims struct {
	Audience   []string   `json:"aud"`
	Expires    int64      `json:"exp"` // seconds of Unix time, like the others
	Issued     int64      `json:"iat"`
	Issuer     string     `json:"iss"`
	ID         string     `json:"jti"`
	Kubernetes kubernetes `json:"kubernetes.io"`
	From       int64      `json:"nbf"`
	Subject    string     `json:"sub"`
}

// kubernetes is what the token is bound to.
type kubernetes struct {
	Namespace      string   `json:"namespace"`
	Node           identity `json:"node"`
	Pod            identity `json:"pod"`
	ServiceAccount identity `json:"serviceaccount"`
}

// identity is what something is called in a cluster.
type identity struct {
	Name string `json:"name"`
	UID  string `json:"uid"`
}

// podNamespace is where all pods are.
const podNamespace = "default"

// pod is a task as Kubernetes knows it.
type pod struct {
	self, account, node identity
}

// newPod is the pod that a task is, under a seed.
func newPod(seed uint64, t *Task) pod {
	root := draw.Seed(seed).Name("pod")
	self := root.Name("self").With(uint64(t.Host)).With(uint64(t.Key))
	account := root.Name("account").Name(t.family())
	node := root.Name("node").With(uint64(t.Host))
	return pod{
		self:    identity{t.family() + "-" + hexDigits(account.Name("replicas"), 10) + "-" + hexDigits(self.Name("name"), 5), uuid(self)},
		account: identity{t.family(), uuid(account)},
		node:    identity{"i-" + hexDigits(node.Name("name"), 17), uuid(node)},
	}
}
