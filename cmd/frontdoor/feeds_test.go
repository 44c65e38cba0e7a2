package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFeedCommands runs the three commands over a small demo and its force's own list.
func TestFeedCommands(t *testing.T) {
	folder := t.TempDir()
	if code, _, errs := frontdoor(t, "demo", "--data", folder, "--weeks", "2", "--children", "150", "--build-only", "--log-level", "error"); code != 0 {
		t.Fatal(errs)
	}
	at := []string{"--database", "sqlite:" + filepath.Join(folder, "demo.db")}
	list := filepath.Join(folder, "demo-force-incidents.csv")
	run := func(code int, args ...string) (out, errs string) {
		t.Helper()
		got, out, errs := frontdoor(t, append(args, at...)...)
		if got != code {
			t.Fatalf("%v: exit %d, want %d: %s", args, got, code, errs)
		}
		return out, errs
	}
	if out, _ := run(0, "lag"); !strings.HasPrefix(out, "\uFEFFforce,district,grade,stage,notifications,") || !strings.Contains(out, "police,all,medium,told,") {
		t.Errorf("lag as CSV:\n%s", out)
	}
	var lags struct {
		Rows []struct {
			Stage string `json:"stage"`
			N     int    `json:"notifications"`
		} `json:"rows"`
	}
	if out, _ := run(0, "lag", "--from", "2020-01-01", "--format", "json"); json.Unmarshal([]byte(out), &lags) != nil || len(lags.Rows) == 0 {
		t.Errorf("lag as JSON:\n%s", out)
	}
	if _, errs := run(2, "lag", "--from", "yesterday"); !strings.Contains(errs, "Enter a day such as 2026-01-21") {
		t.Errorf("a wrong day: %s", errs)
	}
	var feeds struct {
		Feeds []struct {
			Name  string `json:"name"`
			State string `json:"state"`
		} `json:"feeds"`
	}
	if out, _ := run(0, "feeds", "--format", "json"); json.Unmarshal([]byte(out), &feeds) != nil || len(feeds.Feeds) != 1 || feeds.Feeds[0].Name != "Mercia Vale Police" {
		t.Errorf("feeds:\n%s", out)
	}
	first, errs := run(0, "reconcile", "Mercia Vale Police", list)
	if !strings.Contains(first, "never_sent,MVP-900001,") || !strings.Contains(errs, "1 never sent, 0 sent and never arrived, 0 here and not on the list, 0 with another grade") {
		t.Errorf("reconcile: %s\n%s", errs, first)
	}
	if again, errs := run(0, "reconcile", "police", list); again != first || !strings.Contains(errs, "held against what arrived before") {
		t.Errorf("the same list again: %s\n%s", errs, again)
	}
	wrong := filepath.Join(folder, "wrong.csv")
	if err := os.WriteFile(wrong, []byte("reference,incident_at\nA-1,never\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs := run(1, "reconcile", "police", wrong); !strings.Contains(errs, "Line 2, incident_at: write date and time") {
		t.Errorf("a wrong list: %s", errs)
	}
	if _, errs := run(1, "reconcile", "nobody", list); !strings.Contains(errs, "There is no force nobody") {
		t.Errorf("another force: %s", errs)
	}
	run(0, "verify")
}
