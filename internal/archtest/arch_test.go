// Package archtest holds the code to its own rules: what may import what, where
// time comes from, and how SQL is written.
package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const root = "../.."

// rings says what each place may import from this module, by prefix. A package
// without a place fails.
var rings = []struct {
	place string
	may   []string
}{
	{"internal/civil", nil},
	{"internal/refusal", nil},
	{"internal/timescale", []string{"internal/civil"}},
	{"internal/access", []string{"internal/civil"}},
	{"internal/person", []string{"internal/civil", "internal/refusal"}},
	{"internal/dedupe", []string{"internal/refusal", "internal/person"}},
	{"internal/form", []string{"internal/civil", "internal/refusal"}},
	{"internal/pathway", []string{"internal/civil", "internal/refusal", "internal/timescale"}},
	{"internal/feed", []string{"internal/civil", "internal/refusal"}},
	{"internal/escalation", []string{"internal/civil", "internal/refusal", "internal/timescale"}},
	{"internal/queue", []string{"internal/civil", "internal/feed"}},
	{"internal/schoolfile", []string{"internal/civil", "internal/refusal"}},
	{"internal/db/dbtest", []string{"internal/db"}},
	{"internal/db", nil},
	{"internal/register", []string{"internal/civil", "internal/person"}},
	{"internal/matchfile", []string{"internal/civil", "internal/refusal", "internal/person"}},
	{"internal/record", append(rules(), "internal/db", "internal/register")},
	{"internal/web", append(rules(), "internal/db", "internal/record")},
	{"internal/desk/", append(rules(), "internal/db", "internal/record", "internal/web", "internal/statutory/")},
	{"internal/statutory/", []string{"internal/civil", "internal/refusal"}},
	{"cincensus", []string{"internal/civil", "internal/statutory/cincensus"}},
	{"internal/notice", append(rules(), "internal/db", "internal/record")},
	{"internal/partner/", append(rules(), "internal/db", "internal/record", "internal/web", "internal/desk/")},
	{"internal/service", append(rules(), "internal/record", "internal/web", "internal/notice", "internal/desk/", "internal/partner/")},
	{"internal/demo", append(rules(), "internal/db", "internal/record", "internal/web", "internal/desk/", "internal/partner/")},
	{"internal/story", append(rules(), "internal/db", "internal/record", "internal/desk/", "internal/partner/")},
	{"internal/towntest", append(rules(), "internal/db", "internal/record", "internal/web", "internal/desk/")},
	{"internal/archtest", nil},
	{"cmd/", []string{"internal/"}},
	{"bench", []string{"bench/", "internal/"}},
	{"browsertest", []string{"internal/"}},
}

func rules() []string {
	return []string{"internal/civil", "internal/refusal", "internal/timescale", "internal/access", "internal/person", "internal/form", "internal/pathway", "internal/feed", "internal/escalation", "internal/schoolfile", "internal/queue"}
}

// pure are the packages that can neither fail nor wait.
var pure = append(rules(), "internal/civil")

type source struct {
	path string // from the root, with slashes
	pkg  string
	file *ast.File
	set  *token.FileSet
	test bool
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && path != root {
				return fs.SkipDir
			}
			return err
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		out = append(out, source{rel, filepath.ToSlash(filepath.Dir(rel)), f, set, strings.HasSuffix(rel, "_test.go")})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d source files found: the test looks in the wrong place", len(out))
	}
	return out
}

func placeOf(pkg string) (may []string, ok bool) {
	for _, r := range rings {
		if pkg == strings.TrimSuffix(r.place, "/") || strings.HasPrefix(pkg, strings.TrimSuffix(r.place, "/")+"/") {
			return r.may, true
		}
	}
	return nil, false
}

func TestImportsPointDown(t *testing.T) {
	for _, s := range sources(t) {
		may, ok := placeOf(s.pkg)
		if !ok {
			t.Errorf("%s: package %s has no place in the rings", s.path, s.pkg)
			continue
		}
		for _, imp := range s.file.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			inner, ours := strings.CutPrefix(path, "frontdoor/")
			switch {
			case !ours && slices.Contains(pure, s.pkg) && !s.test:
				if slices.Contains([]string{"context", "os", "net", "net/http", "log", "log/slog", "database/sql"}, path) {
					t.Errorf("%s imports %s: rules can neither fail nor wait", s.path, path)
				}
			case ours && inner != s.pkg && !s.test:
				if strings.HasPrefix(s.pkg, "internal/desk/") && strings.HasPrefix(inner, "internal/desk/") {
					t.Errorf("%s imports %s: a desk never imports a desk", s.path, inner)
				}
				if !slices.ContainsFunc(may, func(m string) bool { return inner == m || strings.HasPrefix(inner, strings.TrimSuffix(m, "/")+"/") }) {
					t.Errorf("%s imports %s, which is not below it", s.path, inner)
				}
			}
		}
	}
}

func TestTimeEntersInOnePlace(t *testing.T) {
	// web measures how long requests take; notice wakes by a ticker. Neither reaches
	// a rule or the record.
	allowed := map[string]bool{"internal/web/server.go": true, "internal/web/measure.go": true, "internal/web/metrics.go": true}
	for _, s := range sources(t) {
		if s.test || strings.HasPrefix(s.path, "cmd/") || strings.HasPrefix(s.path, "bench/") || allowed[s.path] {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("%s uses time.%s: time comes from the transaction", s.set.Position(sel.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

func TestNoHiddenStart(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.path)
			}
		}
		if s.test || strings.HasPrefix(s.path, "cmd/") || strings.HasPrefix(s.path, "bench/") || s.pkg == "internal/db/dbtest" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "os" && (sel.Sel.Name == "Getenv" || sel.Sel.Name == "LookupEnv") {
					t.Errorf("%s reads the environment: only cmd does", s.path)
				}
			}
			return true
		})
	}
}

// onlyOneEngine are words that one of the engines does not know, or that hide time
// or order from us.
var onlyOneEngine = regexp.MustCompile(`(?i)\bnow\(\)|\binterval\b|\bilike\b|::|\bany\(|\bfor update\b|\bgreatest\(|->>|select \*|\bcurrent_timestamp\b`)

var writesOrReads = regexp.MustCompile(`(?i)\b(from|update|into|join)\s+(contact|contact_child|wait|person|decision|consent|episode|involvement|chronology|outbox|draft|attachment|attachment_body|intake|information_request|trail|looked|match_key|match_change|match_model|match_agreement|relationship|household_stay|feed_day|feed_stale|feed_mark|feed_backlog|reconciliation|reconciliation_line|door_seen|school|school_name|school_days|school_notice|school_help|parental_responsibility|pregnancy_end|restriction|restriction_named|user_account|user_role|team|organisation|webhook)\b`)

// acrossAuthorities are the few queries that a door or the installation runs before
// it knows the authority, each with its reason.
var acrossAuthorities = map[string]string{
	"contacts.authority-of-token": "a one-time link says by itself which authority it belongs to",
	"contacts.find-confirm-link":  "a caller's link says by itself which authority it belongs to",
	"record.accounts-by-email":    "sign-in finds the authority by the account",
	"school.find-draft":           "a return code says by itself which authority it belongs to",
	"meetings.seat-of-link":       "an invitation's link says by itself which authority it belongs to",
	"meetings.silent-seats":       "the sweep serves every authority; each row carries its own",
	"notice.due-text":             "delivery serves every authority; each row carries its own",
	"notice.claim":                "delivery serves every authority; each row carries its own",
	"notice.of-receipt":           "a receipt names the message, whose row carries the authority",
	"encompass.to-chase":          "the sweep serves every authority; each row carries its own",
	"notice.waits-to-tell":        "the sweep serves every authority; each row carries its own",
}

func TestSQLIsForBothEnginesAndOneAuthority(t *testing.T) {
	n := 0
	for _, s := range sources(t) {
		if s.test || s.pkg == "internal/db" {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "SQL" {
				return true
			}
			name := text(call.Args[0])
			query := text(call.Args[1])
			n++
			if bad := onlyOneEngine.FindString(query); bad != "" {
				t.Errorf("%s: query %s says %q", s.path, name, bad)
			}
			if writesOrReads.MatchString(query) && !strings.Contains(query, "authority_id") && acrossAuthorities[name] == "" && !hasConst(call.Args[1]) {
				t.Errorf("%s: query %s reads or writes a record table and does not name the authority", s.path, name)
			}
			return true
		})
	}
	if n < 60 {
		t.Errorf("only %d queries found: the test looks in the wrong place", n)
	}
}

// text is the words of an expression made of string literals.
func text(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		if err == nil {
			return s
		}
	case *ast.BinaryExpr:
		return text(x.X) + text(x.Y)
	}
	return ""
}

// hasConst says that a query is put together from named parts, which are checked by
// running it.
func hasConst(e ast.Expr) bool {
	b, ok := e.(*ast.BinaryExpr)
	return ok && (hasConst(b.X) || hasConst(b.Y)) || isIdent(e)
}

func isIdent(e ast.Expr) bool {
	_, ok := e.(*ast.Ident)
	return ok
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		said[s.pkg] = said[s.pkg] || s.file.Doc != nil
	}
	for pkg, ok := range said {
		if !ok {
			t.Errorf("package %s has no comment that says what it is for", pkg)
		}
	}
}

func TestUnfinishedWorkHasANumber(t *testing.T) {
	loose := regexp.MustCompile(`\b(TODO|FIXME|XXX)\b`)
	numbered := regexp.MustCompile(`TODO\(#\d+\):`)
	for _, s := range sources(t) {
		if s.pkg == "internal/archtest" {
			continue
		}
		for _, g := range s.file.Comments {
			for _, c := range g.List {
				if loose.MatchString(c.Text) && !numbered.MatchString(c.Text) {
					t.Errorf("%s: %s", s.set.Position(c.Pos()), c.Text)
				}
			}
		}
	}
}

func TestNothingShipsTheGovernmentsTypeface(t *testing.T) {
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(b), "GDS "+"Transport") && !strings.HasSuffix(path, ".md") {
			t.Errorf("%s names the government's typeface", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
