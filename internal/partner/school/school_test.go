package school_test

import (
	"archive/zip"
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/partner/school"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

func serve(t *testing.T, d *db.DB) (*httptest.Server, *record.Record) {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	r := record.New(d, set, civil.England(), func() civil.Instant { return civil.DateOf(2026, 11, 24).AtTime(9, 0) })
	if err := admin.New(r).AddAuthority(context.Background(), admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	door, err := school.New(r, contacts.New(r))
	if err != nil {
		t.Fatal(err)
	}
	srv := web.NewServer(r, web.Settings{Version: "test"})
	door.Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	return ts, r
}

var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func post(t *testing.T, to string, values url.Values) (int, string, string) {
	t.Helper()
	res, err := client.PostForm(to, values)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(b)
}

func get(t *testing.T, to string) (int, string) {
	t.Helper()
	res, err := client.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// TestAReferralInTwoSittings starts, stops, comes back by code, is told what is
// missing, sends, and sends again by mistake.
func TestAReferralInTwoSittings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ts, r := serve(t, d)
		_, at, _ := post(t, ts.URL+"/report", nil)
		code := strings.TrimPrefix(at, "/report/")
		if len(code) < 10 {
			t.Fatalf("started at %q", at)
		}
		base := ts.URL + at
		post(t, base+"/you", url.Values{"professional": {"yes"}, "name": {"R Patel"}, "agency": {"school"}, "email": {"dsl@school.example"}, "n": {"1"}})
		if status, _, page := post(t, base+"/children", url.Values{"given": {"Ana"}, "born-day": {"31"}, "born-month": {"4"}, "born-year": {"2018"}, "n": {"1"}}); status != 422 || !strings.Contains(page, "Error: ") || !strings.Contains(page, `value="Ana"`) || !strings.Contains(page, "must be a real date") {
			t.Errorf("a wrong date: %d, want it said with the answers kept", status)
		}
		_, again, _ := post(t, ts.URL+"/report/return", url.Values{"code": {code}})
		if again != at {
			t.Errorf("came back at %q, want %q", again, at)
		}
		post(t, base+"/concern", url.Values{"danger": {"no"}, "what": {"Came to school hungry\x00\u202e again"}})
		status, _, page := post(t, base+"/check", nil)
		if status != 422 || !strings.Contains(page, "Select whether a person with parental responsibility agrees") {
			t.Errorf("agreement left open: %d, want it asked for", status)
		}
		if _, page := get(t, base+"/check"); !strings.Contains(page, "of 100") || !strings.Contains(page, "How does it affect the child?") {
			t.Error("the page does not show how complete the form is and what is missing")
		}
		post(t, base+"/agreement", url.Values{"status": {"not_sought"}, "reason": {"harm_child"}, "reason_words": {"He reads her phone"}})
		var refs []string
		for range 2 {
			status, to, _ := post(t, base+"/check", nil)
			if status != http.StatusSeeOther {
				t.Fatalf("send: %d", status)
			}
			_, page := get(t, ts.URL+to)
			refs = append(refs, regexp.MustCompile(`FD-26-\w{6}`).FindString(page))
		}
		if refs[0] == "" || refs[0] != refs[1] {
			t.Errorf("two receipts: %v, want the same reference", refs)
		}
		proofs, err := r.Verify(context.Background())
		if err != nil || !proofs[0].OK() || proofs[0].Children != 1 {
			t.Errorf("verify: %+v %v, want one child", proofs[0], err)
		}
	})
}

func TestCodesAreNotGuessed(t *testing.T) {
	ts, _ := serve(t, dbtest.SQLite(t))
	slowed := false
	for range 60 {
		status, page := get(t, ts.URL+"/report/ZZZZZZZZZZZZ")
		if status == http.StatusTooManyRequests {
			slowed = true
			break
		}
		if status != http.StatusNotFound || !strings.Contains(page, "no unfinished referral") {
			t.Fatalf("a wrong code: %d", status)
		}
	}
	if !slowed {
		t.Error("sixty wrong codes were not slowed")
	}
}

func zipped(names ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err == nil {
			_, _ = w.Write([]byte("x"))
		}
	}
	_ = z.Close()
	return b.Bytes()
}

func bomb() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create("word/document.xml")
	zero := make([]byte, 1<<20)
	for range 64 {
		_, _ = w.Write(zero)
	}
	_ = z.Close()
	return b.Bytes()
}

func picture() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4)))
	return b.Bytes()
}

func TestInspect(t *testing.T) {
	pdf := []byte("%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n")
	tests := []struct {
		name, file string
		body       []byte
		kind, says string
	}{
		{"a PDF", "note.pdf", pdf, "application/pdf", ""},
		{"a picture", "map.PNG", picture(), "image/png", ""},
		{"a Word file", "chronology.docx", zipped("[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ""},
		{"a text", "note.txt", []byte("He said: “stop”"), "text/plain", ""},
		{"an SVG with script", "x.svg", []byte(`<svg onload="alert(1)">`), "", "must be a PDF"},
		{"an SVG called a text", "x.txt", []byte(`<svg onload="alert(1)">`), "", "not what its name says"},
		{"a zip called a PDF", "x.pdf", zipped("a"), "", "not what its name says"},
		{"a PDF called a picture", "x.png", pdf, "", "not what its name says"},
		{"a zip called a Word file", "x.docx", zipped("a", "b"), "", "not what its name says"},
		{"a Word file with macros", "x.docx", zipped("word/document.xml", "word/vbaProject.bin"), "", "macros"},
		{"a file that unpacks to far more", "x.docx", bomb(), "", "far more"},
		{"an empty file", "x.pdf", nil, "", "empty"},
		{"a page called CSV", "x.csv", []byte("<html><script>"), "", "not what its name says"},
		{"NUL bytes called a text", "x.txt", []byte("a\x00b"), "", "not what its name says"},
		{"eleven megabytes", "x.txt", bytes.Repeat([]byte("a"), 11<<20), "", "10 MB"},
		{"a program", "x.exe", []byte("MZ"), "", "must be a PDF"},
		{"no ending", "x", pdf, "", "must be a PDF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kind, err := school.Inspect(tt.file, tt.body)
			if kind != tt.kind || (tt.says == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), tt.says)) {
				t.Fatalf("Inspect: %q, %v; want %q, %q", kind, err, tt.kind, tt.says)
			}
		})
	}
}

func TestARefusedFileNeverLosesTheText(t *testing.T) {
	ts, _ := serve(t, dbtest.SQLite(t))
	_, at, _ := post(t, ts.URL+"/report", nil)
	post(t, ts.URL+at+"/concern", url.Values{"danger": {"no"}, "what": {"worried about Ana"}})
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	w, err := m.CreateFormFile("file", "../../evil.pdf")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(zipped("a"))
	_ = m.Close()
	res, err := client.Post(ts.URL+at+"/files", m.FormDataContentType(), &b)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 422 || !strings.Contains(string(page), "not what its name says") {
		t.Errorf("%d, want the file refused in words", res.StatusCode)
	}
	if _, page := get(t, ts.URL+at+"/check"); !strings.Contains(page, "worried about Ana") {
		t.Error("the text was lost with the file")
	}
}

func FuzzInspect(f *testing.F) {
	f.Add("x.docx", zipped("word/document.xml"))
	f.Add("x.png", picture())
	f.Add("x.pdf", []byte("%PDF-%%EOF"))
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		if kind, err := school.Inspect(name, body); err == nil && (kind == "" || strings.Contains(kind, "html") || strings.Contains(kind, "svg")) {
			t.Fatalf("%q was taken as %q", name, kind)
		}
	})
}
