package process

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"tenement/internal/service"
)

// The test binary is also the client: with this as its first argument it is one of
// the kind that the second names.
const clientArgument = "be-a-client"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == clientArgument {
		os.Exit(testClient(os.Args[2], os.Args[3:]))
	}
	// Processes wait most of their time, so more tests run at once than there are
	// processors.
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// client is the command of a test client of a kind.
func client(t *testing.T, kind string, args ...string) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{self, clientArgument, kind}, args...)
}

// testClient is a client with known habits. Its exit code is the result.
func testClient(kind string, args []string) int {
	fail := func(err error) int {
		fmt.Fprintf(os.Stderr, "some noise\n%v\n\n", err)
		return 3
	}
	fetcher := newFetcher()
	switch kind {
	case "plain": // three tries of everything but 404
		fmt.Println("hello, I am no protocol")
		if _, err := fetcher.load(); err != nil {
			return fail(err)
		}
		return 0
	case "environment":
		for _, v := range os.Environ() {
			fmt.Fprintln(os.Stderr, v)
		}
		if len(args) > 0 {
			if err := os.WriteFile(args[0], []byte(strings.Join(os.Environ(), "\n")), 0o600); err != nil {
				return fail(err)
			}
		}
		return 0
	case "pipelines": // three requests in one go
		return pipeline(http.MethodGet, 3)
	case "heads":
		return pipeline(http.MethodHead, 1)
	case "hangs":
		_, _ = fetcher.load()
		select {}
	case "dies":
		speak(`{"protocol":1,"sdk":"test","version":"1"}`)
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		return fail(errors.New("out of memory"))
	case "babbles":
		speak(`{"protocol":1,"sdk":"test","version":"1"}`)
		speak(`Exception in thread main`)
		select {}
	case "deaf":
		_ = os.Stdin.Close()
		speak(`{"protocol":1,"sdk":"test","version":"1"}`)
		select {}
	case "mute":
		speak(`{"protocol":1,"sdk":"test","version":"1"}`)
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		_ = os.Stdout.Close()
		select {}
	case "vague":
		speak(`{"protocol":"1","sdk":"test","version":1}`)
		select {}
	case "future":
		speak(`{"protocol":7,"sdk":"test","version":"1"}`)
		select {}
	case "parent": // a child stays behind, and holds on to stdout and stderr
		child := exec.Command(os.Args[0], clientArgument, "hangs")
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			return fail(err)
		}
		if err := os.WriteFile(args[0], fmt.Append(nil, child.Process.Pid), 0o600); err != nil {
			return fail(err)
		}
		if _, err := fetcher.load(); err != nil {
			return fail(err)
		}
		return 0
	case "driver":
		return driver(fetcher)
	}
	return fail(fmt.Errorf("no client of kind %q", kind))
}

func speak(line string) { fmt.Println(line) }

// pipeline sends so many requests before it reads an answer, the last of which ends
// the connection.
func pipeline(method string, times int) int {
	u, err := url.Parse(os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
	if err != nil {
		return 3
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		return 4
	}
	one := method + " " + u.Path + " HTTP/1.1\r\nHost: " + u.Host + "\r\n"
	fmt.Fprint(c, strings.Repeat(one+"\r\n", times-1)+one+"Connection: close\r\n\r\n")
	_, _ = io.Copy(io.Discard, c)
	return 0
}

// driver speaks the protocol: a client with a cache and a window of 5 minutes.
func driver(f *fetcher) int {
	speak(`{"protocol":1,"sdk":"test","version":"1"}`)
	var out, one sync.Mutex
	var all sync.WaitGroup
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var q request
		if json.Unmarshal(in.Bytes(), &q) != nil {
			return 4
		}
		all.Go(func() {
			one.Lock() // one fetch at a time; the next caller looks first
			defer one.Unlock()
			if q.Client == "new" {
				f.held = document{}
			}
			d, err := f.get()
			out.Lock()
			defer out.Unlock()
			answer := map[string]any{"result": q.Resolve, "ok": err == nil}
			if err != nil {
				answer["error"] = err.Error()
			} else {
				answer["access_key_id"], answer["expires"] = d.AccessKeyID, d.Expiration
			}
			line, _ := json.Marshal(answer)
			speak(string(line))
		})
	}
	all.Wait()
	return 0
}

// document is credentials.
type document struct {
	AccessKeyID string `json:"AccessKeyId"`
	Secret      string `json:"SecretAccessKey"`
	Expiration  time.Time
}

// fetcher fetches credentials: three tries, 30 ms apart, of everything but a
// status of 404 and a document that lacks a field.
type fetcher struct {
	client *http.Client
	held   document
}

const (
	testTries   = 3
	testWait    = 30 * time.Millisecond
	testTimeout = time.Second
	testWindow  = 5 * time.Minute
)

func newFetcher() *fetcher { return &fetcher{client: &http.Client{Timeout: testTimeout}} }

func (f *fetcher) get() (document, error) {
	if time.Until(f.held.Expiration) > testWindow {
		return f.held, nil
	}
	return f.load()
}

func (f *fetcher) load() (d document, err error) {
	for try := range testTries {
		if try > 0 {
			time.Sleep(testWait)
		}
		var final bool
		if d, final, err = f.fetch(); err == nil || final {
			break
		}
	}
	if err == nil {
		f.held = d
	}
	return d, err
}

var errFinal = errors.New("404")

func (f *fetcher) fetch() (d document, final bool, err error) {
	token := ""
	url := os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI")
	if base := os.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT"); base != "" {
		base = strings.TrimSuffix(base, "/")
		body, err := f.ask(http.MethodPut, base+"/latest/api/token", service.TokenTTLHeader, "60")
		if err != nil {
			return d, errors.Is(err, errFinal), err
		}
		token = string(body)
		roles := base + "/latest/meta-data/iam/security-credentials/"
		role, err := f.ask(http.MethodGet, roles, service.TokenHeader, token)
		if err != nil {
			return d, errors.Is(err, errFinal), err
		}
		url = roles + string(role)
	}
	header, value := service.TokenHeader, token
	if name := os.Getenv(service.TokenFileVariable); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return d, true, err
		}
		header, value = "Authorization", string(text)
	}
	body, err := f.ask(http.MethodGet, url, header, value)
	if err != nil {
		return d, errors.Is(err, errFinal), err
	}
	if err := json.Unmarshal(body, &d); err != nil {
		return d, false, fmt.Errorf("parsing: %w", err)
	}
	if d.AccessKeyID == "" || d.Secret == "" {
		return d, true, errors.New("a field is missing")
	}
	return d, false, nil
}

func (f *fetcher) ask(method, url, header, value string) ([]byte, error) {
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		return nil, err
	}
	if value != "" {
		r.Header.Set(header, value)
	}
	a, err := f.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	switch {
	case err != nil:
		return nil, err
	case a.StatusCode == http.StatusNotFound:
		return nil, errFinal
	case a.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("status %d: %s", a.StatusCode, strings.TrimSpace(string(body)))
	}
	return body, nil
}
