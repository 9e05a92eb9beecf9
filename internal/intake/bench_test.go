package intake

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tenement/internal/evidence"
	"tenement/internal/recording"
)

// auditLog is an audit log of so many lines, 40 a second, of 50 tasks.
func auditLog(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		s := i / 40
		task := i * 7 % 50
		fmt.Fprintf(&b, "2026-11-%02dT%02d:%02d:%02dZ ", 1+s/86400, s/3600%24, s/60%60, s%60)
		if i%11 == 0 {
			fmt.Fprintf(&b, "429 10.0.0.%d:%d \"/v4/%032x-24951/task\" \"Go-http-client/1.1\" - \n", task, 1024+i%60000, task)
			continue
		}
		fmt.Fprintf(&b, "200 10.0.0.%d:%d \"/v2/credentials\" \"aws-sdk-go/1.55.8 (go1.26.8; linux; amd64)\" arn:aws:ecs:us-west-2:111122223333:task/default/%032x GetCredentials 2 default arn:aws:ecs:us-west-2:111122223333:container-instance/default/82b1926bc9651c69af0a5fa5e7b5a235\n",
			task, 1024+i%60000, task)
	}
	return b.Bytes()
}

// BenchmarkParse reads the lines of an audit log.
func BenchmarkParse(b *testing.B) {
	text := auditLog(100_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := recording.NewReader(bytes.NewReader(text), "", recording.Options{})
		if err != nil {
			b.Fatal(err)
		}
		var e recording.Entry
		for err == nil {
			_, err = r.Next(&e)
		}
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkImport makes a trace of an audit log, apart from placing, and writes it.
func BenchmarkImport(b *testing.B) {
	name := filepath.Join(b.TempDir(), "audit.log")
	if err := os.WriteFile(name, auditLog(100_000), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		tape, _, err := Import([]string{name}, Options{Evidence: evidence.Options{SpreadEvenly: true, NoInferred: true}})
		if err != nil {
			b.Fatal(err)
		}
		if err := tape.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
		_ = tape.Close()
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}
