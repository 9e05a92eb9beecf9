package imds

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"tenement/internal/service"
)

// namespaced is set in the environment of the test that runs in a network namespace of
// its own.
const namespaced = "TENEMENT_TEST_NAMESPACE"

// TestPackets counts the packets of the exchanges in which SDKs ask an instance for its
// credentials, both directions together, on an interface with Ethernet's MTU, in a
// network namespace that nobody else uses. The document of the credentials takes two
// segments. profiles takes its figure of an exchange from here: 32 packets in three.
func TestPackets(t *testing.T) {
	t.Parallel()
	if os.Getenv(namespaced) == "" {
		inNamespace(t)
		return
	}
	raiseLoopback(t)
	h := New(Config{Service: service.IMDS, Instance: Instance{Role: role, TokensRequired: true}, Seed: 1})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := Serve(l, h, log.New(io.Discard, "", 0))
	defer func() { _ = port.Close() }()
	session := token(t, h, "21600")
	for _, test := range []struct {
		name, method, path string
		own, kept          int // on a connection of its own, and on one that is kept
	}{
		{"token", "PUT", "/latest/api/token", 10, 3},
		{"role", "GET", "/latest/meta-data/iam/security-credentials/", 10, 3},
		{"credentials", "GET", "/latest/meta-data/iam/security-credentials/" + role, 12, 5},
	} {
		for _, kept := range []bool{false, true} {
			client := &http.Client{Transport: &http.Transport{}}
			want, header := test.own, http.Header{service.TokenTTLHeader: {"21600"}, service.TokenHeader: {session}}
			if kept {
				want, header["Connection"] = test.kept, []string{"keep-alive"}
			}
			var counts []int
			for range 4 {
				r, err := http.NewRequestWithContext(t.Context(), test.method, "http://"+port.Addr().String()+test.path, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header = header
				counts = append(counts, countPackets(t, client, r))
			}
			client.CloseIdleConnections()
			// The first exchange makes the connection that is kept. A late acknowledgement
			// goes with something else, or alone.
			counts = counts[1:]
			slices.Sort(counts)
			if median := counts[1]; median < want-1 || median > want+1 {
				t.Errorf("%s, on a connection that is kept %v: got %d packets, want %d", test.name, kept, median, want)
			}
		}
	}
}

// countPackets is how many packets an exchange takes, until all is quiet.
func countPackets(t *testing.T, client *http.Client, r *http.Request) int {
	before := packets(t)
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	for last := before; ; {
		time.Sleep(50 * time.Millisecond) // longer than an acknowledgement is put off
		now := packets(t)
		if now == last {
			return now - before
		}
		last = now
	}
}

// packets is how many packets the loopback interface has received.
func packets(t *testing.T) int {
	t.Helper()
	f, err := os.Open("/proc/net/dev")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "lo:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[1])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("there is no loopback interface")
	return 0
}

// inNamespace runs the test again in a network namespace of its own.
func inNamespace(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	c.Env = append(os.Environ(), namespaced+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := c.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		t.Fatalf("%s", out)
	case err != nil:
		t.Skipf("no network namespace can be made here: %v", err)
	}
}

// raiseLoopback brings the loopback interface up with Ethernet's MTU, and has it send
// what Ethernet would.
func raiseLoopback(t *testing.T) {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Close(fd) }()
	type request struct {
		name  [16]byte
		value [24]byte
	}
	set := func(what uintptr, r *request) {
		copy(r.name[:], "lo")
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), what, uintptr(unsafe.Pointer(r))); errno != 0 {
			t.Fatalf("ioctl %#x: %v", what, errno)
		}
	}
	var up, mtu request
	*(*uint16)(unsafe.Pointer(&up.value)) = syscall.IFF_UP | syscall.IFF_RUNNING
	set(syscall.SIOCSIFFLAGS, &up)
	*(*int32)(unsafe.Pointer(&mtu.value)) = 1500
	set(syscall.SIOCSIFMTU, &mtu)
	for _, offload := range []uint32{0x1f, 0x24} { // ETHTOOL_STSO, ETHTOOL_SGSO: off
		value := [2]uint32{offload, 0}
		var r request
		*(*uintptr)(unsafe.Pointer(&r.value)) = uintptr(unsafe.Pointer(&value))
		set(0x8946, &r) // SIOCETHTOOL
	}
}
