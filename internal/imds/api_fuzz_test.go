package imds

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tenement/internal/service"
)

// FuzzAPIs asks AWS APIs for anything: every answer is one that an SDK can read.
func FuzzAPIs(f *testing.F) {
	var all []*Handler
	for _, s := range service.All() {
		if s.Row().Issues() {
			continue
		}
		all = append(all, newAPI(s, APIConfig{}), newAPI(s, APIConfig{
			Secrets: map[string]string{"app": ""}, Parameters: map[string]string{"/a": "b"}, Repositories: []string{"app"}, LogGroups: []string{"/ecs/app"},
		}))
		for _, flow := range s.Row().Flows {
			target, _ := s.Row().Target(flow.Legs[0].Path)
			f.Add(flow.Legs[0].Method, "/", target, flow.Legs[0].Body)
			f.Add(flow.Legs[0].Method, flow.Legs[0].Path, "", "")
		}
	}
	f.Add("POST", "/", "secretsmanager.GetSecretValue", `{"SecretId":"arn:aws:secretsmanager:r:1:secret:-abcdef"}`)
	f.Add("POST", "/", "secretsmanager.GetSecretValue", `{"SecretId":7}`)
	f.Add("POST", "/", "AmazonSSM.GetParameters", `{"Names":["arn:a:b:c:d:parameter/"]}`)
	f.Add("POST", "/", "AmazonSSM.GetParameters", `null`)
	f.Add("POST", "/", "AmazonSSM.GetParameter", `{"Name":"a:b:c"}`)
	f.Add("POST", "/", "AmazonSSM.GetParametersByPath", `{"Path":"/","Recursive":true,"MaxResults":1,"NextToken":"YWZ0ZXI6YQ","ParameterFilters":[{"Key":"Type","Values":["SecureString"]}]}`)
	f.Add("POST", "/", "Logs_20140328.PutLogEvents", `{"logGroupName":"/ecs/app","logStreamName":"a","logEvents":[{"timestamp":9223372036854775807,"message":"a"}]}`)
	f.Add("POST", "/", "Logs_20140328.DescribeLogGroups", `{"limit":1,"nextToken":"x"}`)
	f.Add("POST", "/", "Logs_20140328.DescribeLogStreams", `{"logGroupIdentifier":"arn:a:log-group:/ecs/app","orderBy":"LastEventTime","descending":true}`)
	f.Add("POST", "/", "Logs_20140328.PutRetentionPolicy", `{"logGroupName":"/ecs/app","retentionInDays":-1}`)
	f.Add("POST", "/", ecrPrefix+"BatchGetImage", `{"repositoryName":"app","imageIds":[{},null]}`)
	f.Add("GET", "/v2//manifests/", "", "")
	f.Fuzz(func(t *testing.T, method, path, target, body string) {
		r, err := http.NewRequest(method, "/", strings.NewReader(body))
		if err != nil {
			return
		}
		r.URL.Path, r.RemoteAddr = path, "192.0.2.1:1"
		r.Header.Set(service.TargetHeader, target)
		r.Header.Set("Content-Type", amazonJSON)
		for _, h := range all {
			again := r.Clone(t.Context())
			again.Body = httptest.NewRequest("POST", "/", strings.NewReader(body)).Body
			w := httptest.NewRecorder()
			h.ServeHTTP(w, again)
			switch w.Code {
			case http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed:
			default:
				t.Errorf("%s: got %d, %s", h.service, w.Code, w.Body)
			}
			kind := w.Header().Get("Content-Type")
			if strings.Contains(kind, "json") && w.Body.Len() > 0 && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: got %s as %s", h.service, w.Body, kind)
			}
		}
	})
}
