package partnership_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/web"
)

var update = flag.Bool("update", false, "write the samples in docs/api again")

const docs = "../../../docs/api"

var hashes = regexp.MustCompile(`[0-9a-f]{64}`)

// TestTheSamplesAreWhatItGives holds the samples and schemas in docs/api to what is given.
func TestTheSamplesAreWhatItGives(t *testing.T) {
	w := world(t, dbtest.SQLite(t), march+"at 2026-04-01 09:00 manager look\n")
	p := packOf(t, w, director, "police")
	for name, sample := range map[string]string{"manifest.json": "pack-manifest.sample.json", "scorecard.csv": "scorecard.sample.csv"} {
		i := slices.IndexFunc(p.All, func(f partnership.PackFile) bool { return f.Name == name })
		path := filepath.Join(docs, sample)
		if *update {
			if err := os.WriteFile(path, p.All[i].Body, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		// References are made from ids, so hashes differ from one version to the next.
		want, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(hashes.ReplaceAll(want, nil), hashes.ReplaceAll(p.All[i].Body, nil)) {
			t.Errorf("%s is not what a pack gives (%v): run with -update and read what changed\n%s", sample, err, p.All[i].Body)
		}
	}
	c, err := partnership.New(w.Record).Scorecard(context.Background(), director, "police", inMarch)
	if err != nil {
		t.Fatal(err)
	}
	var card bytes.Buffer
	if err := web.WriteJSON(&card, c); err != nil {
		t.Fatal(err)
	}
	manifest, err := json.Marshal(p.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	for schema, given := range map[string][]byte{"scorecard.schema.json": card.Bytes(), "pack-manifest.schema.json": manifest} {
		text, err := os.ReadFile(filepath.Join(docs, schema))
		if err != nil {
			t.Fatal(err)
		}
		var s map[string]any
		var doc any
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatalf("%s: %v", schema, err)
		}
		if err := json.Unmarshal(given, &doc); err != nil {
			t.Fatal(err)
		}
		fits(t, schema, s, doc)
	}
}

// TestTheSampleOfAJointPackIsWhatItGives holds the sample and the schema of a joint pack in
// docs/api to what is given.
func TestTheSampleOfAJointPackIsWhatItGives(t *testing.T) {
	w := world(t, dbtest.SQLite(t), march+inside)
	ref := made(t, w, both(t, w))
	own, err := jointOf(t, w, officer, ref).Pack()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(own.All, func(f partnership.PackFile) bool { return f.Name == "events.csv" })
	path := filepath.Join(docs, "joint-pack.sample.csv")
	if *update {
		if err := os.WriteFile(path, own.All[i].Body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(want, own.All[i].Body) {
		t.Errorf("%s is not what a pack gives (%v): run with -update and read what changed\n%s", path, err, own.All[i].Body)
	}
	get := doors(t, w)
	_, body := get("a-director", web.JointPackPath(ref, "rows.json"))
	text, err := os.ReadFile(filepath.Join(docs, "joint-pack.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	var doc any
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	fits(t, "joint-pack.schema.json", s, doc)
	enums(t, s, doc)
}

// enums holds each row's kind and state to those that the schema knows.
func enums(t *testing.T, s map[string]any, doc any) {
	t.Helper()
	items := s["properties"].(map[string]any)["rows"].(map[string]any)["items"].(map[string]any)["properties"].(map[string]any)
	for _, row := range doc.(map[string]any)["rows"].([]any) {
		for _, k := range []string{"kind", "state"} {
			if got := row.(map[string]any)[k]; !slices.Contains(items[k].(map[string]any)["enum"].([]any), got) {
				t.Errorf("the schema does not know the %s %q", k, got)
			}
		}
	}
}

// fits holds a document to the part of JSON Schema that the schemas use: the names of
// what an object has, and of the rows of its lists.
func fits(t *testing.T, at string, schema map[string]any, doc any) {
	t.Helper()
	switch x := doc.(type) {
	case map[string]any:
		known, _ := schema["properties"].(map[string]any)
		var need, got []string
		for _, k := range schema["required"].([]any) {
			need = append(need, k.(string))
		}
		for k, v := range x {
			got = append(got, k)
			part, ok := known[k].(map[string]any)
			if !ok {
				t.Errorf("%s does not describe %s", at, k)
				continue
			}
			fits(t, at+"/"+k, part, v)
		}
		slices.Sort(need)
		slices.Sort(got)
		if !slices.Equal(need, got) {
			t.Errorf("%s asks for %v and %v is given", at, need, got)
		}
	case []any:
		items, ok := schema["items"].(map[string]any)
		if !ok || len(x) == 0 {
			t.Errorf("%s: no rows, or none described", at)
		}
		for _, v := range x {
			fits(t, at+"[]", items, v)
		}
	}
}
