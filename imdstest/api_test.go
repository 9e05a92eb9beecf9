package imdstest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tenement/imdstest"
)

// post calls an operation of an AWS API.
func post(t *testing.T, srv *imdstest.Server, target, request string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(request))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	answer, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// An AWS API is found by a variable of its own, and has what the options say.
func TestAPIs(t *testing.T) {
	everywhere(t, func(t *testing.T) {
		secrets := imdstest.New(t, imdstest.Service("secretsmanager"), imdstest.Secret("app", "hunter2"))
		if got := variable(secrets.Env(), "AWS_ENDPOINT_URL_SECRETS_MANAGER"); got != secrets.URL {
			t.Errorf("got the variable %q, want %q", got, secrets.URL)
		}
		if status, body := post(t, secrets, "secretsmanager.GetSecretValue", `{"SecretId":"app"}`); status != 200 || !strings.Contains(body, `"SecretString":"hunter2"`) {
			t.Errorf("got %d, %s", status, body)
		}
		secrets.FailWith(400, "AccessDeniedException", 1, "secret")
		if status, body := post(t, secrets, "secretsmanager.GetSecretValue", `{"SecretId":"app"}`); status != 400 || !strings.Contains(body, `"__type":"AccessDeniedException"`) {
			t.Errorf("got %d, %s", status, body)
		}
		want(t, secrets.Requests("secret"), 200, 400)

		parameters := imdstest.New(t, imdstest.Service("ssm"), imdstest.Parameter("other", ""))
		if _, body := post(t, parameters, "AmazonSSM.GetParameters", `{"Names":["app"]}`); body != `{"InvalidParameters":["app"],"Parameters":[]}` {
			t.Errorf("got %s", body)
		}
		images := imdstest.New(t, imdstest.Service("ecr"), imdstest.Repository("other"))
		if _, body := post(t, images, "AmazonEC2ContainerRegistry_V20150921.BatchGetImage", `{"repositoryName":"app","imageIds":[{"imageTag":"latest"}]}`); !strings.Contains(body, "RepositoryNotFoundException") {
			t.Errorf("got %s", body)
		}
		logs := imdstest.New(t, imdstest.Service("logs"), imdstest.LogGroup("/ecs/app"))
		post(t, logs, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"app/1"}`)
		if _, body := post(t, logs, "Logs_20140328.CreateLogStream", `{"logGroupName":"/ecs/app","logStreamName":"app/1"}`); !strings.Contains(body, "ResourceAlreadyExistsException") {
			t.Errorf("got %s", body)
		}
	})
}

// The variables of an API leave those of credentials alone.
func TestAPIBesideCredentials(t *testing.T) {
	credentials := imdstest.New(t)
	credentials.Setenv()
	imdstest.New(t, imdstest.Service("logs")).Setenv()
	if status, _ := ask(t, credentials, credentials.Client(), credentials.Env()); status != http.StatusOK {
		t.Errorf("got %d", status)
	}
}

// Nothing but its deadline ends a request to a black hole.
func TestBlackHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imdstest.New(t, imdstest.Service("ssm"), imdstest.BlackHole())
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		began := time.Now()
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := srv.Client().Do(r)
		if answer != nil {
			_ = answer.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
	srv := imdstest.New(t, imdstest.BlackHole())
	client := srv.Client()
	client.Timeout = 50 * time.Millisecond
	answer, err := client.Get(srv.URL)
	if err == nil {
		_ = answer.Body.Close()
		t.Errorf("got %v", answer.Status)
	}
}
