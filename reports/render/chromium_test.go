//go:build browser

package render

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// chromium is a headless browser that a test drives through its debugging pipe: messages
// of JSON, each ended by a zero byte.
type chromium struct {
	t     *testing.T
	write io.Writer

	mu      sync.Mutex
	next    int
	waiting map[int]chan message
	events  map[string]func(method string, params json.RawMessage) // by session
}

type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// startChromium starts the browser; it ends with the test.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test needs chromium: ", err)
	}
	theirs, ours, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--remote-debugging-pipe",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
		"--user-data-dir="+t.TempDir())
	cmd.ExtraFiles = []*os.File{theirs, to}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	to.Close()
	c := &chromium{t: t, write: ours, waiting: map[int]chan message{}, events: map[string]func(string, json.RawMessage){}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.receive(from)
	}()
	t.Cleanup(func() {
		c.call("", "Browser.close", nil, nil)
		_ = cmd.Wait()
		ours.Close()
		<-done
	})
	return c
}

// receive hands out what the browser says, until it ends.
func (c *chromium) receive(from io.Reader) {
	r := bufio.NewReader(from)
	for {
		text, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		c.mu.Lock()
		answer, event := c.waiting[m.ID], c.events[m.SessionID]
		delete(c.waiting, m.ID)
		c.mu.Unlock()
		switch {
		case m.ID != 0 && answer != nil:
			answer <- m
		case m.Method != "" && event != nil:
			event(m.Method, m.Params)
		}
	}
}

// call asks the browser for something and waits for the answer.
func (c *chromium) call(session, method string, params any, result any) {
	c.t.Helper()
	p, err := json.Marshal(params)
	if err != nil {
		c.t.Fatal(err)
	}
	answer := make(chan message, 1)
	c.mu.Lock()
	c.next++
	text, err := json.Marshal(message{ID: c.next, SessionID: session, Method: method, Params: p})
	c.waiting[c.next] = answer
	if err == nil {
		_, err = c.write.Write(append(text, 0))
	}
	c.mu.Unlock()
	if err != nil {
		c.t.Fatalf("chromium: %s: %v", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			c.t.Fatalf("chromium: %s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				c.t.Fatalf("chromium: %s: %v", method, err)
			}
		}
	case <-time.After(time.Minute):
		c.t.Fatalf("chromium: %s: no answer", method)
	}
}

// tab is an open page.
type tab struct {
	*chromium
	session string

	mu       sync.Mutex
	problems []string // what the console says, and errors of the script
	loaded   chan struct{}
}

type object = map[string]any

// open opens a page in a window of this width. Before it loads, each of before is called.
func (c *chromium) open(t *testing.T, page string, width int, before ...func(*tab)) *tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	var target struct{ TargetID string }
	c.call("", "Target.createTarget", object{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	c.call("", "Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &attached)
	b := &tab{chromium: c, session: attached.SessionID, loaded: make(chan struct{}, 1)}
	c.mu.Lock()
	c.events[b.session] = b.event
	c.mu.Unlock()
	t.Cleanup(func() { c.call("", "Target.closeTarget", object{"targetId": target.TargetID}, nil) })
	for _, domain := range []string{"Page", "Runtime", "Log"} {
		b.do(domain+".enable", object{})
	}
	b.do("Emulation.setDeviceMetricsOverride", object{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
	for _, f := range before {
		f(b)
	}
	b.do("Page.navigate", object{"url": "file://" + file})
	select {
	case <-b.loaded:
	case <-time.After(time.Minute):
		t.Fatal("the page does not load")
	}
	return b
}

func (b *tab) do(method string, params object) { b.call(b.session, method, params, nil) }

// event notes what a reader should not have to see.
func (b *tab) event(method string, params json.RawMessage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch method {
	case "Page.loadEventFired":
		select {
		case b.loaded <- struct{}{}:
		default:
		}
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
		b.problems = append(b.problems, method+": "+string(params))
	}
}

// said is what went wrong on the page so far.
func (b *tab) said() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.problems
}

// ask evaluates an expression on the page.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call(b.session, "Runtime.evaluate", object{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, answer.ExceptionDetails)
	}
	var out T
	if len(answer.Result.Value) > 0 {
		if err := json.Unmarshal(answer.Result.Value, &out); err != nil {
			b.t.Fatalf("%s: %v: %s", expression, err, answer.Result.Value)
		}
	}
	return out
}

// mouse does something with the mouse at a place of the window.
func (b *tab) mouse(kind string, x, y float64, more object) {
	params := object{"type": kind, "x": x, "y": y}
	for k, v := range more {
		params[k] = v
	}
	b.do("Input.dispatchMouseEvent", params)
}

// drag marks a stretch.
func (b *tab) drag(x1, x2, y float64) {
	held := object{"button": "left", "buttons": 1, "clickCount": 1}
	b.mouse("mouseMoved", x1, y, nil)
	b.mouse("mousePressed", x1, y, held)
	for i := range 5 {
		b.mouse("mouseMoved", x1+(x2-x1)*float64(i+1)/5, y, held)
	}
	b.settle()
	b.mouse("mouseReleased", x2, y, object{"button": "left", "clickCount": 1})
	b.settle()
}

// key presses a key.
func (b *tab) key(name string) {
	params := object{"type": "keyDown", "key": name}
	if len(name) == 1 {
		params["text"] = name
	}
	b.do("Input.dispatchKeyEvent", params)
	b.do("Input.dispatchKeyEvent", object{"type": "keyUp", "key": name})
	b.settle()
}

// settle waits until what was done has been drawn.
func (b *tab) settle() {
	ask[bool](b, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
}

// picture leaves a picture of the whole page in build/, for people.
func (b *tab) picture(name string) {
	b.t.Helper()
	var size struct {
		CSSContentSize struct{ Width, Height float64 }
	}
	b.call(b.session, "Page.getLayoutMetrics", object{}, &size)
	var shot struct{ Data string }
	b.call(b.session, "Page.captureScreenshot", object{"captureBeyondViewport": true, "clip": object{
		"x": 0, "y": 0, "width": size.CSSContentSize.Width, "height": min(size.CSSContentSize.Height, 12_000), "scale": 1}}, &shot)
	b.save(name+".png", shot.Data)
}

func (b *tab) save(name, data string) {
	b.t.Helper()
	raw, err := base64.StdEncoding.DecodeString(data)
	if err == nil {
		err = os.MkdirAll("../../build", 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join("../../build", strings.ReplaceAll(name, " ", "-")), raw, 0o644)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// box is where an element is in the window.
type box struct{ X, Y, Width, Height float64 }

// boxOf scrolls an element into the window.
func (b *tab) boxOf(selector string) box {
	b.t.Helper()
	return ask[box](b, fmt.Sprintf(`(() => {
  const e = document.querySelector(%q);
  e.scrollIntoView({block: "center", behavior: "instant"});
  const r = e.getBoundingClientRect();
  return {X: r.x, Y: r.y, Width: r.width, Height: r.height};
})()`, selector))
}

// textOf is the text of an element.
func (b *tab) textOf(selector string) string {
	return ask[string](b, fmt.Sprintf(`document.querySelector(%q).textContent`, selector))
}
