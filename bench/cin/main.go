// Command cin measures what docs/performance.md says of the census validator: seconds,
// megabytes a second, findings and peak memory for generated censuses of growing size.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/statutory/cincensus"
)

func main() {
	sizes := flag.String("children", "300,10000,100000", "how many children each census has")
	errs := flag.Float64("errors", 0.05, "share of children with something wrong")
	one := flag.String("one", "", "check this one file and print its figures")
	flag.Parse()
	var err error
	if *one != "" {
		err = measure(*one)
	} else {
		err = all(*sizes, *errs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cin:", err)
		os.Exit(1)
	}
}

// all measures each size in a process of its own, so that peaks are not shared.
func all(sizes string, errs float64) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "cin-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	fmt.Println("| children | file | read alone | check | MB a second | findings | peak memory |\n|---|---|---|---|---|---|---|")
	for s := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		path := filepath.Join(folder, s+".xml")
		if err := generate(path, n, errs); err != nil {
			return err
		}
		cmd := exec.Command(self, "-one", path)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return err
		}
	}
	return nil
}

func generate(path string, n int, errs float64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := cincensus.Generate(f, cincensus.Invented{Children: n, Number: 1, Errors: errs}); err != nil {
		return err
	}
	return f.Close()
}

func measure(path string) error {
	begun := time.Now()
	size, err := readAlone(path)
	if err != nil {
		return err
	}
	alone := time.Since(begun)
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	begun = time.Now()
	rep, err := cincensus.Validate(f, cincensus.Options{})
	if err != nil {
		return err
	}
	took := time.Since(begun)
	fmt.Printf("| %d | %.1f MB | %.3f s | %.2f s | %.0f | %d | %s |\n", rep.Children, float64(size)/1e6, alone.Seconds(), took.Seconds(),
		float64(size)/1e6/took.Seconds(), len(rep.Findings)+len(rep.Faults), peak())
	return nil
}

func readAlone(path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(io.Discard, struct{ io.Reader }{f})
}

// peak is the most memory that this process has held, as Linux counts it.
func peak() string {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return "not known"
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if v, ok := strings.CutPrefix(s.Text(), "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(v, "kB")))
			if err == nil {
				return fmt.Sprintf("%d MB", kb/1000)
			}
		}
	}
	return "not known"
}
