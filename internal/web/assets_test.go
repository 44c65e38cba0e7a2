package web

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"frontdoor/internal/db/dbtest"
)

// TestNoCrownNoBorrowedFont: the look of GOV.UK's components may be used, its
// crest, crown and typeface may not.
func TestNoCrownNoBorrowedFont(t *testing.T) {
	for _, files := range []fs.FS{assetFiles, templateFiles} {
		err := fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(files, path)
			if err != nil {
				return err
			}
			text := strings.ToLower(string(body))
			if strings.HasSuffix(path, ".LICENSE.txt") {
				text = strings.ReplaceAll(text, "crown copyright", "") // whose work it is must stay
			}
			for _, no := range []string{"GDS Transport", "gds-transport", "govuk-crest", "govuk-logotype", "govuk-header", "govuk-footer", "crown"} {
				if strings.Contains(text, strings.ToLower(no)) {
					t.Errorf("%s holds %q", path, no)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// inline is what the content policy blocks: styles, scripts and handlers in a page.
var inline = regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|<style|<script(?:>| [^>]*>[^<])|javascript:|src="(?:data|https?):|href="data:`)

func TestNothingInline(t *testing.T) {
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("templates: %v, %v", names, err)
	}
	for _, n := range names {
		body, err := templateFiles.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		if m := inline.FindString(string(body)); m != "" {
			t.Errorf("%s: %q is blocked by the content policy", n, m)
		}
	}
	for _, bad := range []string{`<p style="x">`, `<a onclick="x">`, `<script>x</script>`, `<link href="data:,">`} {
		if !inline.MatchString(bad) {
			t.Errorf("%s is not noticed", bad)
		}
	}
}

// TestWeight: 20 kB of style and 15 kB of script, compressed, and 120 kB in all for
// the first page with what it asks for.
func TestWeight(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), Settings{})
	handler := h.Handler()
	get := func(path string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		req.Header.Set("Accept-Encoding", "gzip")
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, req)
		if rec.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, rec.Code)
		}
		return rec
	}
	for name, most := range map[string]int{"frontdoor.css": 20_000, "frontdoor.js": 15_000} {
		path, err := AssetPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := get(path).Body.Len(); n > most {
			t.Errorf("%s is %d bytes compressed, at most %d", name, n, most)
		}
	}
	plain := httptest.NewRecorder()
	handler.ServeHTTP(plain, httptest.NewRequest(http.MethodGet, PathSignIn, nil))
	all, asked := get(PathSignIn).Body.Len(), map[string]bool{}
	for _, m := range regexp.MustCompile(`(?:href|src)="(/assets/[^"]+)"`).FindAllStringSubmatch(plain.Body.String(), -1) {
		if asked[m[1]] {
			continue
		}
		asked[m[1]] = true
		rec := get(m[1])
		all += rec.Body.Len()
		if got := rec.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %q", m[1], got)
		}
	}
	if len(asked) < 5 || all > 120_000 {
		t.Errorf("a first page asks for %d files, %d bytes; want style, script, icon and two fonts in at most 120000", len(asked), all)
	}
	t.Logf("first page: %d bytes in %d files", all, len(asked)+1)
}

func TestFontsInTheStyleAreServed(t *testing.T) {
	css := assets()["frontdoor.css"]
	fonts := regexp.MustCompile(`url\("?([^")]+)"?\)`).FindAllStringSubmatch(string(css.body), -1)
	n := 0
	for _, m := range fonts {
		if strings.HasPrefix(m[1], "data:") {
			t.Errorf("the style holds %.40s, which the content policy blocks", m[1])
			continue
		}
		if a, ok := assets()[m[1]]; !ok || a.name != m[1] {
			t.Errorf("the style asks for %s, which is not served", m[1])
		}
		n++
	}
	if n != 4 {
		t.Errorf("the style names %d fonts, want 4", n)
	}
}
