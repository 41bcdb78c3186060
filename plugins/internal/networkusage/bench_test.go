package networkusage

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	standin "polycom.com/usagedata/test/appliance/networkusage"
)

// eightMillion is the largest number of rows that a product keeps: 2,000 scopes for 4,000 minutes.
// The period is the last hour.
const eightMillion = 2_000 * 4_000

// BenchmarkExport reads them in a process of its own, and runs wc to count the lines of the same
// file. The promise is at most 21 times the time of wc, and less than 32 MB.
func BenchmarkExport(b *testing.B) {
	path := filepath.Join(b.TempDir(), "usage.csv")
	e := standin.Export{Start: hour().Start.Add(-3940 * time.Minute), Minutes: 4_000, Scopes: 2_000}
	writeExport(b, path, e)
	for b.Loop() {
		own, peak := readElsewhere(b, path)
		wc := countLines(b, path)
		b.ReportMetric(float64(own.Nanoseconds())/eightMillion, "ns/row")
		b.ReportMetric(float64(wc.Nanoseconds())/eightMillion, "wc-ns/row")
		b.ReportMetric(float64(own)/float64(wc), "times-wc")
		b.ReportMetric(float64(peak)/1e6, "peak-MB")
	}
}

func countLines(b *testing.B, path string) time.Duration {
	start := time.Now()
	out, err := exec.CommandContext(b.Context(), "wc", "-l", path).Output()
	if err != nil || !strings.HasPrefix(string(out), strconv.Itoa(eightMillion+1)) {
		b.Fatalf("wc: got %q, %v, want %d lines", out, err, eightMillion+1)
	}
	return time.Since(start)
}

// readElsewhere runs this program again with [readOnly], and returns its time and its peak memory
// in bytes.
func readElsewhere(b *testing.B, path string) (time.Duration, int64) {
	command := exec.CommandContext(b.Context(), os.Args[0])
	command.Env = append(os.Environ(), readOnly+"="+path)
	out, err := command.Output()
	if err != nil {
		b.Fatal(err)
	}
	var rows, took, peak int64
	if _, err := fmt.Sscan(string(out), &rows, &took, &peak); err != nil || rows != 2_000*60 {
		b.Fatalf("got %q, %v, want %d rows of the period", out, err, 2_000*60)
	}
	return time.Duration(took), peak << 10
}

// readOnly is the environment variable that makes this program read an export and print rows,
// nanoseconds and kilobytes.
const readOnly = "USAGEDATA_TEST_READ_EXPORT"

func TestMain(m *testing.M) {
	path := os.Getenv(readOnly)
	if path == "" {
		os.Exit(m.Run())
	}
	start := time.Now()
	read, err := exportAt(path).Read(context.Background(), hour())
	took := time.Since(start)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, read.Rows, took.Nanoseconds(), peakKilobytes())
}

func peakKilobytes() string {
	status, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	return strings.Fields(after)[0]
}

// BenchmarkCSV measures how long encoding/csv takes to split the rows, for comparison with
// [BenchmarkExport].
func BenchmarkCSV(b *testing.B) {
	path := filepath.Join(b.TempDir(), "usage.csv")
	writeExport(b, path, standin.Export{Start: hour().Start, Minutes: 60, Scopes: 2_000})
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		reader := csv.NewReader(f)
		reader.ReuseRecord = true
		for err == nil {
			_, err = reader.Read()
		}
		if !errors.Is(err, io.EOF) || f.Close() != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/120_000, "ns/row")
}
