package recording

import "slices"

// jsonLog is an access log with a JSON object a line. Without a layout the usual
// fields of several programs are known; a layout maps the fields of any other, with
// a dot before a field of an inner object:
//
//	time=ts,path=req.url,method=req.method,status=res.code,latency_ms=took
//
// Objects without a path are other messages of the same log.
var jsonLog = Format{
	Name:   "json",
	layout: true,
	Doc:    "access log in JSON (nginx, Envoy, Traefik, Caddy, Go's slog), or with --layout any other",
	Sniff:  sniffJSON,
	Lines: func(options Options) (LineDecoder, error) {
		dialects := dialects
		if options.Layout != "" {
			m, err := parseMapping(options.Layout)
			if err != nil {
				return nil, err
			}
			dialects = []dialect{{mapping: m}}
		}
		l, o := newFiller(true), new(flat)
		return func(line []byte, e *Entry) error {
			if err := o.parse(line); err != nil {
				return err
			}
			var f fields
			d := o.dialect(dialects, &f)
			if d == nil {
				return Foreign("json: other messages")
			}
			l.queries = d.mapping.queries()
			return l.fill(&f, e)
		}, nil
	},
}

// dialect is how a program names the fields of its access log. It is recognised by
// one of its marks, fields that hardly another has; none is always.
type dialect struct {
	marks   []string
	mapping mapping
}

// dialects are tried in this order.
//
// Sources: caddyserver/caddy modules/caddyhttp/server.go (the message "handled
// request"; ts is its end, in s, as is duration); traefik/traefik
// pkg/middlewares/accesslog/logdata.go (Duration in ns); Envoy's documentation of
// access logging, names as Istio and Contour write them (duration in ms, start_time
// is the beginning); nginx ngx_http_log_module, whose variables usually name the
// fields; Go log/slog, where a time.Duration is in ns.
var dialects = []dialect{
	{[]string{"request.uri"}, known("end=ts,addr=request.client_ip|request.remote_ip|request.remote_addr,method=request.method,path=request.uri," +
		"agent=request.headers.User-Agent,host=request.host,authorization=request.headers.Authorization,status=status,latency_s=duration")},
	{[]string{"RequestPath"}, known("time=StartUTC|StartLocal,end=time,addr=ClientHost|ClientAddr,method=RequestMethod,path=RequestPath," +
		"agent=request_User-Agent,host=RequestHost|RequestAddr,authorization=request_Authorization,status=DownstreamStatus|OriginStatus,latency_ns=Duration")},
	{[]string{"response_code", "start_time"}, known("time=start_time,forwarded=x_forwarded_for|x-forwarded-for,addr=downstream_remote_address|downstream_direct_remote_address," +
		"method=method|:method,path=x_envoy_original_path|x-envoy-original-path|path|:path,agent=user_agent|user-agent,host=authority|:authority,status=response_code,latency_ms=duration")},
	{[]string{"request_uri", "request_time", "time_iso8601", "time_local", "http_user_agent"}, known("end=msec|time_iso8601|time_local|time|timestamp|@timestamp|ts," +
		"forwarded=http_x_forwarded_for|x_forwarded_for,addr=remote_addr|client_ip,request=request,method=request_method|method,path=request_uri|path,uri=uri|document_uri," +
		"query=args|query_string,agent=http_user_agent|user_agent,host=host|http_host|server_addr,status=status,latency_s=request_time|upstream_response_time")},
	{[]string{"msg"}, known("end=time|ts|timestamp|@timestamp,addr=remote_addr|remote_ip|client_ip|remote|addr|ip,method=method,path=path|uri|url|request_uri,query=query," +
		"agent=user_agent|agent|userAgent,host=host,status=status|status_code|code," +
		"latency_s=latency_s|duration_s,latency_ms=latency_ms|duration_ms|elapsed_ms,latency_us=latency_us|duration_us,latency_ns=latency_ns|duration_ns|duration|latency|elapsed")},
	{nil, known("end=time|timestamp|@timestamp|ts|datetime,addr=remote_addr|remote_ip|client_ip|ip|addr,method=method|http_method,path=path|uri|url|request_uri,query=query," +
		"agent=user_agent|agent|userAgent,host=host,status=status|status_code|code,latency=latency|duration|elapsed," +
		"latency_s=latency_s|duration_s,latency_ms=latency_ms|duration_ms|elapsed_ms,latency_us=latency_us|duration_us,latency_ns=latency_ns|duration_ns")},
}

// known is a mapping of ours.
func known(text string) mapping {
	m, err := parseMapping(text)
	if err != nil {
		panic(err)
	}
	return m
}

// sniffJSON recognises the first line as a request, unless it is one of another format
// that has JSON.
func sniffJSON(head []byte) bool {
	line := firstLine(head)
	var o flat
	if o.parse(line) != nil || sniffVegetaJSON(head) || slices.ContainsFunc(agents, func(f Format) bool { return f.Sniff(line) }) {
		return false
	}
	var f fields
	if o.dialect(dialects, &f) == nil {
		return false
	}
	for _, p := range [...]part{partTime, partEnd} {
		if _, _, ok := instant(f.text[p]); ok {
			return true
		}
	}
	return false
}

// dialect is the first of the dialects that the object speaks; its fields are set. It
// is nil where the object names no path.
func (o *flat) dialect(all []dialect, f *fields) *dialect {
	for i := range all {
		d := &all[i]
		marked := d.marks == nil
		for _, mark := range d.marks {
			marked = marked || o.field(mark) != nil
		}
		if !marked {
			continue
		}
		*f = fields{}
		for _, one := range d.mapping {
			for _, name := range one.fields {
				if text := o.field(name); text != nil {
					f.set(one.part, text, -1)
					break
				}
			}
		}
		if f.text[partPath] != nil || f.text[partURI] != nil || f.text[partRequest] != nil {
			return d
		}
	}
	return nil
}
