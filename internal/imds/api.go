package imds

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tenement/internal/draw"
	"tenement/internal/service"
	"tenement/internal/throttle"
)

// APIConfig is what there is behind an AWS API. Where a list is nil, everything that is
// asked for is there. SigV4 signatures are not checked: anybody may ask.
type APIConfig struct {
	Secrets      map[string]string // their values by name; the value "" is one of the server's own
	Parameters   map[string]string // the same of SSM
	Repositories []string          // of ECR
	// LogGroups are those that exist from the beginning. With a list, the server also
	// knows which groups and streams were made since the start or the last reset, up to
	// maxLogStreams; without one, each is made as if for the first time.
	LogGroups []string
}

// jsonAPI is an AWS API of the protocol JSON 1.1, of which it knows the operations that
// starts of tasks, log drivers and readers of secrets and parameters call.
//
// Sources: smithy.io, AWS JSON 1.1 protocol, for headers and the shape of errors; the API
// References of the services for codes and statuses; the models of botocore 1.44.8 for
// members; mhart/kinesalite (2020, index.js and test/connection.js), which has measured Kinesis,
// a service of the same protocol, for the answers to requests of other protocols. The comment of
// each function names the source of its messages.
type jsonAPI struct {
	of      service.Service
	roster  *roster
	place   Place
	began   time.Time
	keys    draw.Key // what values descend from
	asked   atomic.Uint64
	config  APIConfig
	logs    *logGroups // nil if every group is there
	calls   map[string]call
	details details
}

// call answers an operation.
type call func(s *jsonAPI, q *question, in *input) reply

// details are how the errors of a service differ from those of the others.
type details struct {
	upper    []string // the codes whose message is in the member Message, not message
	internal string   // the code of a failure of the server
	invalid  string   // the code of a request that the service's model does not allow
}

// apiCalls are the operations that each service knows, by their targets.
var apiCalls = map[service.Service]map[string]call{
	service.ECR: {
		"AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken":       (*jsonAPI).getAuthorizationToken,
		"AmazonEC2ContainerRegistry_V20150921.BatchGetImage":               (*jsonAPI).batchGetImage,
		"AmazonEC2ContainerRegistry_V20150921.BatchCheckLayerAvailability": (*jsonAPI).batchCheckLayerAvailability,
		"AmazonEC2ContainerRegistry_V20150921.GetDownloadUrlForLayer":      (*jsonAPI).getDownloadURLForLayer,
	},
	service.SecretsManager: {
		"secretsmanager.GetSecretValue": (*jsonAPI).getSecretValue,
		"secretsmanager.DescribeSecret": (*jsonAPI).describeSecret,
	},
	service.SSM: {
		"AmazonSSM.GetParameter":        (*jsonAPI).getParameter,
		"AmazonSSM.GetParameters":       (*jsonAPI).getParameters,
		"AmazonSSM.GetParametersByPath": (*jsonAPI).getParametersByPath,
	},
	service.Logs: {
		"Logs_20140328.CreateLogGroup":     (*jsonAPI).createLogGroup,
		"Logs_20140328.CreateLogStream":    (*jsonAPI).createLogStream,
		"Logs_20140328.DescribeLogGroups":  (*jsonAPI).describeLogGroups,
		"Logs_20140328.DescribeLogStreams": (*jsonAPI).describeLogStreams,
		"Logs_20140328.PutLogEvents":       (*jsonAPI).putLogEvents,
		"Logs_20140328.PutRetentionPolicy": (*jsonAPI).putRetentionPolicy,
	},
}

// apiDetails are from the models of botocore 1.44.8, except the codes of what a model does
// not allow: those are in reports of users (Secrets Manager: aws/aws-sdk-kotlin 1469; SSM:
// remind101/ssm-env 10; ECR: fujiwara/ecrm 3; CloudWatch Logs: j256/cloudwatch-logback-appender
// 34 and crossfeed 374).
var apiDetails = map[service.Service]details{
	service.ECR: {nil, "ServerException", "InvalidParameterException"},
	service.SecretsManager: {[]string{
		"DecryptionFailure", "InternalServiceError", "InvalidParameterException", "InvalidRequestException", "ResourceNotFoundException",
	}, "InternalServiceError", "ValidationException"},
	service.SSM:  {[]string{"InternalServerError", "InvalidFilterValue", "InvalidNextToken"}, "InternalServerError", "ValidationException"},
	service.Logs: {nil, "ServiceUnavailableException", "InvalidParameterException"},
}

// newJSONAPI is the surface of an AWS API.
func newJSONAPI(c Config, r *roster) surface {
	s := &jsonAPI{
		of: c.Service, roster: r, place: c.Place, began: c.Began, keys: documentKeys(c.Seed), config: c.API,
		calls: apiCalls[c.Service], details: apiDetails[c.Service],
	}
	if c.Service == service.Logs && c.API.LogGroups != nil {
		s.logs = newLogGroups(c.API.LogGroups)
	}
	return s
}

// ahead answers what never reaches the limiter: what is not of the protocol, so that it names
// no operation.
// Sources: mhart/kinesalite, index.js, for the three answers; AllanZhengYP/cors-test, output.md
// (2020-10), for the headers of the page (29 bytes, no content type) and its status at
// CloudSearch; aws/aws-sdk-go 3689, for the document (AppSync, 2020-12). At Kinesis some requests
// for the page get 403 AccessDeniedException, because it looks at signatures first. A program
// that knows paths alone asks for the path of an operation with any content type.
func (s *jsonAPI) ahead(q *question) (reply, bool) {
	kind := ""
	if q.request != nil {
		kind, _, _ = strings.Cut(q.request.Header.Get("Content-Type"), ";")
		kind = strings.TrimSpace(kind)
	}
	p := reply{Answer: Answer{Status: http.StatusNotFound, Body: Text}, fields: []field{s.requestID(), {"Content-Type", nil}}, sized: true} // nil, or the server would guess a type
	switch {
	case q.method == http.MethodPost && (kind == amazonJSON || !q.byTarget() && q.path != "/"):
		return reply{}, false
	case q.method == http.MethodPost && kind == "application/json":
		p.fields[1].value = []string{kind}
		p.Body, p.body = ErrorJSON, []byte(`{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}`)
	default:
		p.body = []byte("<UnknownOperationException/>\n")
	}
	return p, true
}

// byTarget reports whether a header names the operation, and not the path that stands for it.
func (q *question) byTarget() bool {
	return q.request != nil && q.request.URL.Path == "/" && q.path != "/"
}

// asker implements surface: a task is known by its address.
func (s *jsonAPI) asker(q *question) *knownTask { return s.roster.source(q.source) }

// cacheKey implements surface: nothing is behind the API.
func (*jsonAPI) cacheKey(*question) uint64 { return 0 }

// started implements surface.
func (*jsonAPI) started(*knownTask) {}

// stopped implements surface.
func (*jsonAPI) stopped(*Task) {}

// limited implements surface: no header names a limit.
func (*jsonAPI) limited([]throttle.Limit) {}

// stamp sets the header that every answer has.
func (s *jsonAPI) stamp(h http.Header, _ *http.Request) {
	id := s.requestID()
	h[id.name] = id.value
}

// requestID is the header with the ID of the next request.
func (s *jsonAPI) requestID() field {
	return field{"X-Amzn-Requestid", []string{uuid(s.keys.Name("request").With(s.asked.Add(1)))}}
}

// render implements surface: there are no documents that it keeps.
func (*jsonAPI) render(*knownTask, document, variant, time.Duration) []byte { return nil }

// find implements surface. A request is read before its operation is looked for.
// Source: mhart/kinesalite, index.js: its order, and that both errors have no message, as in
// aws/aws-sdk-net 1536 (CloudWatch Logs, 2020-02) and pplu/aws-sdk-perl 237 (Firehose, 2018-05).
// AWS adds a Message to what has a member of a wrong type, in words of its parser, which are
// left out.
func (s *jsonAPI) find(q *question) reply {
	target, _ := s.of.Row().Target(q.path)
	do := s.calls[target]
	text, whole := s.read(q)
	in := new(input)
	switch {
	case whole && len(text) == 0 && do == nil:
		return s.wrong("UnknownOperationException", "").because("unknown operation")
	case !whole || json.Unmarshal(text, &in.members) != nil || in.members == nil:
		return s.wrong("SerializationException", "").because("body")
	case do == nil:
		return s.wrong("UnknownOperationException", "").because("unknown operation")
	}
	p := do(s, q, in)
	if in.malformed {
		return s.wrong("SerializationException", "").because("body")
	}
	return p
}

// maxInput bounds a request, as a whole, and maxLogInput one with log events. Those are
// bounded by their messages: 1 MiB of them can be 6 MiB of JSON, where each byte of a
// message is escaped, as in the colours of a terminal. Both bound what is sent and what comes
// out of it.
const (
	maxInput    = 1 << 20
	maxLogInput = 8 << 20
)

// input is a request as JSON.
type input struct {
	members   map[string]json.RawMessage
	malformed bool // a member that was read has a value of another type
}

// read reads the text of a request; whole is false if that fails or is too long. Where a path
// stands for the operation, no text is the one of the flow with that path.
//
// CloudWatch Logs takes compressed requests: its agent compresses those with log events
// (aws/amazon-cloudwatch-agent, handlers.NewRequestCompressionHandler), as does the exporter of
// OpenTelemetry. No SDK does so by itself: in botocore 1.44.8 no operation here has the trait
// requestcompression.
func (s *jsonAPI) read(q *question) (text []byte, whole bool) {
	if q.request != nil && q.request.Body != nil {
		q.awaitBody(patience[s.of])
		most := int64(maxInput)
		if q.route == service.LogEventsRoute {
			most = maxLogInput
		}
		text, whole = readAll(q.request.Body, most)
		if whole && s.of == service.Logs && q.request.Header.Get("Content-Encoding") == "gzip" {
			text, whole = unzip(text, most)
		}
		if !whole {
			return nil, false
		}
	}
	if len(text) == 0 && !q.byTarget() {
		text = []byte(s.usual(q.path))
	}
	return text, true
}

// readAll reads up to most bytes; whole is false if there are more, or if reading fails.
func readAll(r io.Reader, most int64) (text []byte, whole bool) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	return text, err == nil && int64(len(text)) <= most
}

// unzip is readAll of a text that is compressed.
func unzip(text []byte, most int64) ([]byte, bool) {
	r, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	return readAll(r, most)
}

// usual is the body of the requests of the flow with a path.
func (s *jsonAPI) usual(path string) string {
	for _, f := range s.of.Row().Flows {
		if leg := &f.Legs[0]; leg.Path == path {
			return leg.Body
		}
	}
	return "{}"
}

// decode reads a member, if it is there.
func (in *input) decode(name string, to any) {
	if raw := in.members[name]; raw != nil && json.Unmarshal(raw, to) != nil {
		in.malformed = true
	}
}

// text is a member that is a text, "" if it is not there.
func (in *input) text(name string) (text string) {
	in.decode(name, &text)
	return text
}

// texts is a member that is a list of texts.
func (in *input) texts(name string) (all []string) {
	in.decode(name, &all)
	return all
}

// give is an answer with a document; nil is one without.
func (s *jsonAPI) give(document any) reply {
	p := reply{Answer: Answer{Status: http.StatusOK, Body: PlainDocument}, fields: amazonFields, sized: true}
	if document != nil {
		p.Body, p.body = JSONDocument, encode(document)
	}
	return p
}

// reset implements forgetful.
func (s *jsonAPI) reset() {
	if s.logs != nil {
		s.logs.reset()
	}
}

// pending implements surface: there is nothing that comes later.
func (s *jsonAPI) pending(q *question) reply { return s.find(q) }

// amazonJSON is the content type of the protocol, of requests and of answers.
const amazonJSON = "application/x-amz-json-1.1"

var amazonFields = []field{{"Content-Type", []string{amazonJSON}}}

// epoch is an instant as the protocol writes it: seconds, with milliseconds.
func epoch(t time.Time) json.Number {
	return json.Number(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64))
}
