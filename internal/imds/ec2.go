package imds

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// ec2 is the metadata service of an EC2 instance, versions 1 and 2. All tasks
// of a host are on one instance and share its role; a task is known, for what
// tells tasks apart, by its source address. Strangers are answered as well.
//
// The limiter is asked first, whatever the path, because the real service counts
// packets. Its answers to methods other than GET, HEAD and PUT, and the order of
// its checks, are not documented. Here the order is: the service is off; the path
// of tokens; other methods; forwarded requests; the token; the path.
//
// Source: Amazon EC2 User Guide, configuring-instance-metadata-service and
// instancedata-data-retrieval, and the captures cited below.
type ec2 struct {
	roster      *roster
	began       time.Time
	credentials *cycle
	options     Instance
	keys        draw.Key
	place       Place
	mint        *mint
	tree        tree
	fields      []field    // of what has not changed since the start
	self        *knownTask // stands for the instance, whose role it is
}

// newEC2 is the surface of an instance.
func newEC2(c Config, r *roster) surface {
	key := instanceKey(c.Seed, hostOf(c.Tasks))
	s := &ec2{
		roster:      r,
		began:       c.Began,
		credentials: c.cycle,
		options:     c.Instance,
		keys:        key,
		place:       c.Place,
		mint:        newMint(key),
		self:        newKnownTask(Task{Group: c.Instance.Role, Slot: -1, GroupNumber: -1, Issued: c.Instance.Started}),
	}
	s.tree = newMachine(key, c.Place, c.Began).tree(&s.options, c.InstanceTags)
	s.fields = s.dated(0)
	return s
}

// userData is the path of the user data, which has a content type of its own.
const userData = "user-data"

// ahead implements surface: nothing is ahead of the limiter.
func (s *ec2) ahead(*question) (reply, bool) { return reply{}, false }

// asker implements surface.
func (s *ec2) asker(q *question) *knownTask { return s.roster.source(q.source) }

// cacheKey implements surface: an instance passes nothing on.
func (*ec2) cacheKey(*question) uint64 { return 0 }

// refuse implements surface.
// Source: Amazon EC2 User Guide for 503, aws/aws-sdk-go-v2#1995 for 429.
func (s *ec2) refuse(q *question, status int) reply { return s.sent(q, xhtml(status)) }

// fail implements surface.
func (s *ec2) fail(q *question, status int) reply { return s.sent(q, xhtml(status)) }

// pending implements surface.
func (s *ec2) pending(q *question) reply { return s.fail(q, http.StatusServiceUnavailable) }

// sent marks a reply that does not arrive, and gives it the order of its headers. The
// answer to a PUT is sent with the hop limit as its IP TTL, so it never reaches clients
// further away.
func (s *ec2) sent(q *question, p reply) reply {
	if p.head == nil {
		p.head = bodyHead
	}
	p.Lost = q.method == http.MethodPut && !s.options.reaches(q.asker)
	return p
}

// limited implements surface: no answer tells of a limit.
func (s *ec2) limited([]throttle.Limit) {}

// stamp sets the headers that every answer has.
// Source: captures, such as aws/aws-sdk-go#2972.
func (s *ec2) stamp(h http.Header, _ *http.Request) {
	h["Server"] = serverName
}

// find implements surface.
func (s *ec2) find(q *question) reply { return s.sent(q, s.answer(q)) }

// answer finds the reply, wherever the client is.
func (s *ec2) answer(q *question) reply {
	version, rest, below := service.SplitVersion(q.path)
	switch {
	case s.options.Disabled:
		return xhtml(http.StatusForbidden).because("the service is off")
	case rest == service.TokenPath || q.method == http.MethodPut:
		return s.findToken(q, version, rest)
	case q.method != http.MethodGet && q.method != http.MethodHead:
		return notAllowed(q.method, readMethods)
	}
	ttl, status, reason := s.checkToken(q)
	var p reply
	switch {
	case status == http.StatusOK:
		p = s.follow(q, version, rest, below)
	case status == http.StatusUnauthorized && !s.options.UnauthorizedPage:
		p = reply{Answer: Answer{Status: status}, fields: plainValue, head: bodilessHead}.because(reason)
	default:
		p = xhtml(status).because(reason)
	}
	if ttl > 0 {
		p.fields = append(slices.Clip(p.fields), field{service.TokenTTLHeader, []string{strconv.Itoa(ttl)}})
	}
	p.Session = SessionOptional
	if s.options.TokensRequired {
		p.Session = SessionRequired
	}
	return p
}

// follow follows the path to something in the tree.
func (s *ec2) follow(q *question, version, rest string, below bool) reply {
	if version == "" && !below {
		return reply{Answer: plainAnswer, fields: s.fields, body: versionList}
	}
	if !slices.Contains(metadataVersions, version) {
		return xhtml(http.StatusNotFound)
	}
	if q.request == nil && s.options.Role != "" {
		if list, ok := strings.CutSuffix(rest, "/"+service.Role); ok && (list == service.RolePath || list == service.ExtendedPath) {
			rest = list + "/" + s.options.Role
		}
	}
	if e := s.tree.find(rest); e != nil {
		return s.serve(e, rest, q.now)
	}
	return xhtml(http.StatusNotFound)
}

// serve replies with an entry of the tree, as it is at now.
func (s *ec2) serve(e *entry, path string, now time.Duration) reply {
	p := reply{Answer: plainAnswer, fields: s.fields, body: e.body}
	if e.json {
		p.Body = JSONDocument
	}
	switch {
	case e.document != noDocument:
		p.document, p.owner, p.fields = e.document, s.self, s.dated(s.issuedAt(now))
		p.Body, p.Expires = CredentialsDocument, true
		if s.options.Failure != "" {
			p.Body, p.Expires = ErrorJSON, false
		}
	case e.made != nil:
		p.body, p.fields = e.made(s, now).encode(), s.dated(s.issuedAt(now))
	case strings.HasPrefix(path, service.RolePath): // the list of roles, of either kind
		p.fields = s.dated(s.issuedAt(now))
	case strings.TrimSuffix(path, "/") == userData:
		p.fields = []field{{"Content-Type", []string{"application/octet-stream"}}, {"Accept-Ranges", []string{"bytes"}}, s.fields[2]}
	}
	p.sized = true
	return p
}

// dated is the headers of metadata that has changed at an instant of the run.
func (s *ec2) dated(at time.Duration) []field {
	modified := s.began.Add(at).UTC().Format(http.TimeFormat)
	return []field{plainValue[0], noRanges, {"Last-Modified", []string{modified}}}
}

// render implements surface: both documents are the role's credentials.
func (s *ec2) render(owner *knownTask, d document, v variant, now time.Duration) []byte {
	if v != (variant{}) {
		return without(s.roleCredentials(d, now, v.shift).encode(), v.without)
	}
	epoch := int64(s.credentials.expiresAt(now, s.self.Issued))
	return owner.render(d, epoch, func() []byte { return s.roleCredentials(d, now, 0).encode() })
}

// plainAnswer is the answer that has what was asked for.
var plainAnswer = Answer{Status: http.StatusOK, Body: PlainDocument}

var versionList = []byte(strings.Join(metadataVersions, "\n"))

// The heads of the service's answers: with a body, without one, and the refusal of a
// method, which has a reason of its own.
// Source: captures of 2022-02-13, 2024-06-27, 2025-06-11 and 2026-09-17, which agree
// (with a body, and the 401 without one), and jtblin/aws-mock-metadata (2020-04-07, the
// 405). That error pages have the order of other bodies is by analogy.
var (
	bodyHead = &head{order: []string{
		service.TokenTTLHeader, "Content-Type", "Accept-Ranges", "Last-Modified", "Content-Length", "Date", "Server", "Connection",
	}}
	bodilessHead   = &head{order: bodilessOrder}
	notAllowedHead = &head{reason: "Not Allowed", order: bodilessOrder}
	bodilessOrder  = []string{"Allow", "Content-Length", "Date", "Server", "Connection", "Content-Type"}
)

// The headers of the metadata service that answers share.
var (
	plainValue = []field{{"Content-Type", []string{"text/plain"}}}
	noRanges   = field{"Accept-Ranges", []string{"none"}}
	serverName = []string{"EC2ws"}
	closing    = []string{"close"}
)

// started implements surface: an instance knows no tasks.
func (*ec2) started(*knownTask) {}

// stopped implements surface.
func (*ec2) stopped(*Task) {}
