package imds

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
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
// References of the services for codes and statuses; the models of botocore 1.43.11 for
// members. Where a message is not from there, its comment says so.
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
	message  string // the name of the member that holds the message
	internal string // the code of a failure of the server
	invalid  string // the code of a request that the service's model does not allow
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
		"Logs_20140328.CreateLogGroup":    (*jsonAPI).createLogGroup,
		"Logs_20140328.CreateLogStream":   (*jsonAPI).createLogStream,
		"Logs_20140328.DescribeLogGroups": (*jsonAPI).describeLogGroups,
		"Logs_20140328.PutLogEvents":      (*jsonAPI).putLogEvents,
	},
}

// apiDetails are from the models of botocore 1.43.11.
var apiDetails = map[service.Service]details{
	service.ECR:            {"message", "ServerException", "InvalidParameterException"},
	service.SecretsManager: {"Message", "InternalServiceError", "InvalidParameterException"},
	service.SSM:            {"message", "InternalServerError", "ValidationException"},
	service.Logs:           {"message", "ServiceUnavailableException", "InvalidParameterException"},
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

// ahead answers what never reaches the limiter: what names no operation.
func (s *jsonAPI) ahead(q *question) (reply, bool) {
	if q.path != "/" && q.method == http.MethodPost {
		return reply{}, false
	}
	return reply{
		Answer: Answer{Status: http.StatusNotFound, Body: Text}, body: []byte("<UnknownOperationException/>\n"),
	}, true
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
	h["X-Amzn-Requestid"] = []string{uuid(s.keys.Name("request").With(s.asked.Add(1)))}
}

// render implements surface: there are no documents that it keeps.
func (*jsonAPI) render(*knownTask, document, variant, time.Duration) []byte { return nil }

// find implements surface.
func (s *jsonAPI) find(q *question) reply {
	target, _ := s.of.Row().Target(q.path)
	do := s.calls[target]
	if do == nil {
		return s.wrong("UnknownOperationException", "").because("unknown operation")
	}
	in, p := s.read(q)
	if in == nil {
		return p
	}
	if p = do(s, q, in); in.malformed {
		return s.wrong("SerializationException", "").because("body")
	}
	return p
}

// maxInput bounds a request, as a whole, and maxLogInput one with log events. Those are
// bounded by their messages: 1 MiB of them can be 6 MiB of JSON, where each byte of a
// message is escaped, as in the colours of a terminal.
const (
	maxInput    = 1 << 20
	maxLogInput = 8 << 20
)

// input is a request as JSON.
type input struct {
	members   map[string]json.RawMessage
	malformed bool // a member that was read has a value of another type
}

// read reads a request. Without an exchange, or without a body, it is the one of the flow
// with its path. If it cannot be read, in is nil and p the answer.
func (s *jsonAPI) read(q *question) (in *input, p reply) {
	var text []byte
	if q.request != nil && q.request.Body != nil {
		q.awaitBody(patience[s.of])
		most := maxInput
		if q.route == service.LogEventsRoute {
			most = maxLogInput
		}
		var err error
		if text, err = io.ReadAll(io.LimitReader(q.request.Body, int64(most)+1)); err != nil || len(text) > most {
			return nil, s.wrong("SerializationException", "").because("body")
		}
	}
	if len(text) == 0 {
		text = []byte(s.usual(q.path))
	}
	in = new(input)
	if err := json.Unmarshal(text, &in.members); err != nil {
		return nil, s.wrong("SerializationException", "").because("body")
	}
	return in, p
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
	p := reply{Answer: Answer{Status: http.StatusOK, Body: PlainDocument}, fields: amazonJSON, sized: true}
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

// amazonJSON is the content type of the protocol.
var amazonJSON = []field{{"Content-Type", []string{"application/x-amz-json-1.1"}}}

// epoch is an instant as the protocol writes it: seconds, with milliseconds.
func epoch(t time.Time) json.Number {
	return json.Number(strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', 3, 64))
}
