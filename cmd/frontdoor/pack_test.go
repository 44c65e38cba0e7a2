package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPackCommand makes packs of a small demo, again and of one agency, checks them and
// finds what was changed.
func TestPackCommand(t *testing.T) {
	folder := t.TempDir()
	if code, _, errs := frontdoor(t, "demo", "--data", folder, "--weeks", "3", "--children", "150", "--build-only", "--log-level", "error"); code != 0 {
		t.Fatal(errs)
	}
	run := func(code int, args ...string) (out, errs string) {
		t.Helper()
		got, out, errs := frontdoor(t, append([]string{"pack", "--database", "sqlite:" + filepath.Join(folder, "demo.db")}, args...)...)
		if got != code {
			t.Fatalf("%v: exit %d, want %d: %s %s", args, got, code, out, errs)
		}
		return out, errs
	}
	late, waited := []map[string]any{}, []map[string]any{}
	for _, x := range []struct {
		args []string
		into *[]map[string]any
	}{{[]string{"--late"}, &late}, {nil, &waited}} {
		args := append([]string{"strategy", "--as-at", time.Now().AddDate(0, 0, -1).UTC().Format(time.RFC3339), "--format", "json", "--data", folder}, x.args...)
		code, out, errs := frontdoor(t, args...)
		if code != 0 || json.Unmarshal([]byte(out), x.into) != nil {
			t.Fatalf("%v: exit %d: %s\n%s", args, code, errs, out)
		}
	}
	if len(waited) == 0 || len(late) > len(waited) || waited[0]["contact"] == "" || waited[0]["agency"] == "" {
		t.Errorf("%d wait for a discussion and %d late: %v", len(waited), len(late), waited)
	}
	if _, err := os.Stat(filepath.Join(folder, "frontdoor.db")); err == nil {
		t.Error("asked about a folder with a demo in it, the command made another database there")
	}
	day := func(ago int) string { return time.Now().AddDate(0, 0, -ago).Format("2006-01-02") }
	from, to := "--from="+day(16), "--to="+day(2)
	whole, own := filepath.Join(folder, "whole"), filepath.Join(folder, "own")
	hash, _ := run(0, from, to, "--out", whole)
	if len(strings.TrimSpace(hash)) != 64 {
		t.Errorf("it printed %q, want a hash", hash)
	}
	if again, _ := run(0, from, to, "--out", filepath.Join(folder, "again")); again != hash {
		t.Errorf("made again: %s, want %s", again, hash)
	}
	ofPolice, _ := run(0, from, to, "--agency", "police", "--out", own)
	if checked, _ := run(0, "--check", whole); checked != hash {
		t.Errorf("checked: %s, want %s", checked, hash)
	}
	if checked, _ := run(0, "--check", filepath.Join(whole, "agency-police")); checked != ofPolice {
		t.Errorf("the police's folder of the whole: %s, want %s", checked, ofPolice)
	}
	messages := filepath.Join(own, "messages.csv")
	body, err := os.ReadFile(messages)
	if err != nil || strings.Count(string(body), "\n") < 5 {
		t.Fatalf("the police's messages: %v\n%s", err, body)
	}
	if err := os.WriteFile(messages, append(body, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _ := run(1, "--check", own); !strings.HasPrefix(out, "messages.csv was changed: ") || strings.Count(out, "\n") != 1 {
		t.Errorf("with a line more in messages.csv:\n%s", out)
	}
	if _, errs := run(1, from, to, "--out", whole); !strings.Contains(errs, "is not empty") {
		t.Errorf("into a folder that is not empty: %s", errs)
	}
	if _, errs := run(1, from, "--to="+day(0), "--out", filepath.Join(folder, "x")); !strings.Contains(errs, "The last day must be over") {
		t.Errorf("up to today: %s", errs)
	}
	var truth struct {
		Joint struct {
			Ref string `json:"reference"`
		} `json:"joint_pack"`
	}
	if body, err = os.ReadFile(filepath.Join(folder, "demo-truth.json")); err != nil || json.Unmarshal(body, &truth) != nil || truth.Joint.Ref == "" {
		t.Fatalf("the demo has no joint pack: %v", err)
	}
	joint := filepath.Join(folder, "joint")
	hash, _ = run(0, "--joint", truth.Joint.Ref, "--out", joint)
	if again, _ := run(0, "--joint", truth.Joint.Ref, "--out", filepath.Join(folder, "joint again")); again != hash || len(strings.TrimSpace(hash)) != 64 {
		t.Errorf("a joint pack made again: %s, want %s", again, hash)
	}
	if checked, _ := run(0, "--check", joint); checked != hash {
		t.Errorf("a joint pack checked: %s, want %s", checked, hash)
	}
	for _, agency := range []string{"police", "health-2", "probation-1", "social-care"} {
		if _, err := os.Stat(filepath.Join(joint, "agency-"+agency, "events.csv")); err != nil {
			t.Errorf("a joint pack lacks what %s did: %v", agency, err)
		}
	}
	if _, errs := run(2, "--joint", truth.Joint.Ref, from, "--out", filepath.Join(folder, "y")); !strings.Contains(errs, "has its own days") {
		t.Errorf("a joint pack with days: %s", errs)
	}
	if _, errs := run(1, "--joint", "JT-26-NOBODY", "--out", filepath.Join(folder, "z")); !strings.Contains(errs, "There is no record with this reference") {
		t.Errorf("a joint pack that is not there: %s", errs)
	}
	if _, errs := run(2, from); !strings.Contains(errs, "--check DIR") {
		t.Errorf("without a folder: %s", errs)
	}
}
