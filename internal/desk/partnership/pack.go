package partnership

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// PackFormat names what a pack's files are. It changes when they do, so that a hash is
// never held against one of another kind.
const PackFormat = "frontdoor evidence pack 1"

// The names of a pack's own files.
const (
	ManifestName = "manifest.json"
	HashName     = "manifest.sha256"
)

// Manifest says what a pack holds. Its hash is the pack's hash.
type Manifest struct {
	Format    string        `json:"format"`
	Authority string        `json:"authority"` // DfE code
	Agency    string        `json:"agency"`    // id; "" for a pack of packs
	From      civil.Date    `json:"from"`
	To        civil.Date    `json:"to"`
	AsAt      civil.Instant `json:"as_at"` // what was recorded later is not in it
	Files     []Listed      `json:"files"`
}

// Listed is one file of a pack.
type Listed struct {
	Name   string `json:"name"`
	Rows   int    `json:"rows"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// PackFile is a file with what is in it.
type PackFile struct {
	Name string
	Body []byte
}

// Pack is the evidence of a period: counts, moments and references; no narrative and no
// name. It is counted as the record stood at a moment, from rows that are added and
// ended but never overwritten, so that it can be made again later, byte for byte.
type Pack struct {
	Manifest
	Hash  string
	All   []PackFile // with the manifest and its hash, by name
	empty bool
}

// packDays is the longest period of one pack.
const packDays = 400

// PackAsked is which pack is made. AsAt is zero for the end of the period.
type PackAsked struct {
	Agency string // "" a pack of each agency's pack
	Period Period
	AsAt   civil.Instant
}

// check refuses a moment that is not over: what is still to be recorded would change it.
func (a *PackAsked) check(now civil.Instant) error {
	if a.AsAt.IsZero() {
		a.AsAt = a.Period.end()
	}
	switch {
	case a.Period.From.DaysUntil(a.Period.To) >= packDays:
		return refusal.Field("to", "The period must be a year or less. Make several packs for a longer one")
	case !a.AsAt.Before(now):
		return refusal.Field("to", "The last day must be over: a pack holds what was recorded by its end, and more may still be")
	}
	return nil
}

var authorityCode = db.SQL("partnership.authority-code", `SELECT code FROM authority WHERE authority_id = $1`)

// Pack makes the pack of an agency, or of all. A partner's is its own, and the same
// bytes whoever asks for it.
func (d *Desk) Pack(ctx context.Context, who access.Actor, a PackAsked) (*Pack, error) {
	var out *Pack
	err := d.look(ctx, who, access.MakePack, func(v *record.View, all []Agency) error {
		if own := access.ScopeOf(who, access.MakePack).AgencyID; own != "" && a.Agency == "" {
			a.Agency = own
		}
		if a.Agency != "" {
			g, err := agencyOf(all, a.Agency)
			if err != nil {
				return err
			}
			all = []Agency{g}
		}
		if err := a.check(v.Now); err != nil {
			return err
		}
		v.Saw("evidence pack")
		m := Manifest{Format: PackFormat, From: a.Period.From, To: a.Period.To, AsAt: a.AsAt}
		if err := v.QueryRowContext(ctx, authorityCode, v.Authority).Scan(&m.Authority); err != nil {
			return err
		}
		var parts []*Pack
		for _, g := range all {
			p, err := d.cut(ctx, v, g, counting{a.Period, a.AsAt}, m)
			if err != nil {
				return fmt.Errorf("make the pack of %s: %w", g.ID, err)
			}
			parts = append(parts, p)
		}
		if a.Agency != "" {
			out = parts[0]
			return nil
		}
		out = together(m, parts)
		return nil
	})
	return out, err
}

// cut makes one agency's pack.
func (d *Desk) cut(ctx context.Context, v *record.View, g Agency, n counting, m Manifest) (*Pack, error) {
	var card Card
	if err := card.make(ctx, v, g, n, true); err != nil {
		return nil, err
	}
	a := asked{agency: g.ID, period: n.Period, at: n.at, refs: true}
	all, err := lines(ctx, v, v.Authority, a)
	if err != nil {
		return nil, err
	}
	sent, err := messages(ctx, v, a, g.Police(), "", after{at: n.end()}, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(sent, compareMessages)
	p := &Pack{Manifest: m, empty: len(all) == 0 && len(sent) == 0}
	p.Agency = g.ID
	sheets := []struct {
		name  string
		sheet web.Sheet
	}{{"scorecard.csv", card.Sheet()}, {"messages.csv", messageSheet(sent)}}
	for _, kind := range []string{kindActions, kindInvitations, kindMeetings, kindQuestions, kindSignatures} {
		of := slices.DeleteFunc(slices.Clone(all), func(l Line) bool { return l.Kind != kind || !n.has(l.Due) && !n.has(l.From) })
		sheets = append(sheets, struct {
			name  string
			sheet web.Sheet
		}{kind + "s.csv", lineSheet(sorted(of))})
	}
	if g.Police() {
		s := web.Sheet{Head: []string{"grade", "from", "limit", "rule"}}
		for _, l := range record.AgreedLimits(d.Record.Timescales, n.From, n.To) {
			s.Rows = append(s.Rows, []string{l.Grade, l.From.String(), l.Limit, l.Rule})
		}
		sheets = append(sheets, struct {
			name  string
			sheet web.Sheet
		}{"agreed-limits.csv", s})
	}
	for _, s := range sheets {
		if err := p.add(s.name, s.sheet); err != nil {
			return nil, err
		}
	}
	return p, p.seal()
}

func compareMessages(a, b Message) int {
	if c := a.Received.Compare(b.Received); c != 0 {
		return c
	}
	return strings.Compare(strings.Join(messageSheet([]Message{a}).Rows[0], "\x00"), strings.Join(messageSheet([]Message{b}).Rows[0], "\x00"))
}

func (p *Pack) add(name string, s web.Sheet) error {
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil {
		return err
	}
	p.All = append(p.All, PackFile{name, b.Bytes()})
	p.Files = append(p.Files, Listed{Name: name, Rows: len(s.Rows), Bytes: b.Len(), SHA256: sum(b.Bytes())})
	return nil
}

// seal writes the manifest, and the hash over it.
func (p *Pack) seal() error {
	slices.SortFunc(p.Files, func(a, b Listed) int { return strings.Compare(a.Name, b.Name) })
	body, err := json.MarshalIndent(p.Manifest, "", "  ")
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	body = append(body, '\n')
	p.Hash = sum(body)
	p.All = append(p.All, PackFile{ManifestName, body}, PackFile{HashName, []byte(p.Hash + "  " + ManifestName + "\n")})
	slices.SortFunc(p.All, func(a, b PackFile) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// together makes a pack of each agency's pack: in a folder of its own, the very bytes that
// the agency gets. Agencies with nothing in the period are left out, so that one that
// joins later changes nothing.
func together(m Manifest, parts []*Pack) *Pack {
	out := &Pack{Manifest: m}
	out.Files = []Listed{}
	out.gather(parts)
	if err := out.seal(); err != nil {
		panic(fmt.Sprintf("partnership: a manifest cannot be written: %v", err)) // it holds only strings and numbers
	}
	return out
}

// gather puts parts into a pack, each in a folder of its own.
func (out *Pack) gather(parts []*Pack) {
	for _, p := range parts {
		if p.empty {
			continue
		}
		folder := "agency-" + url.PathEscape(p.Agency) + "/"
		for _, f := range p.All {
			out.All = append(out.All, PackFile{folder + f.Name, f.Body})
			if f.Name == ManifestName {
				out.Files = append(out.Files, Listed{Name: folder + f.Name, Rows: len(p.Files), Bytes: len(f.Body), SHA256: p.Hash})
			}
		}
	}
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Zip is the pack as one file, the same bytes each time: in order, without times and not
// compressed.
func (p *Pack) Zip() ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range p.All {
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(f.Body)
		}
		if err != nil {
			return nil, fmt.Errorf("write %s into the pack: %w", f.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("end the pack: %w", err)
	}
	return b.Bytes(), nil
}

// ZipName is what the file is called.
func (p *Pack) ZipName() string {
	agency := p.Agency
	if agency == "" {
		agency = "all"
	}
	return "pack-" + p.Authority + "-" + url.PathEscape(agency) + "-" + p.From.String() + "-" + p.To.String() + ".zip"
}

// CheckPack holds files against their manifests, and says in words what was changed,
// taken away or added. read gives a file's bytes, and names are all files that are
// there, with slashes between folders. The hash is the manifest's.
func CheckPack(names []string, read func(name string) ([]byte, error)) (hash string, faults []string, err error) {
	known := map[string]bool{}
	hash, err = checkFolder("", names, read, known, &faults)
	if err != nil {
		return "", nil, err
	}
	for _, name := range names {
		if !known[name] {
			faults = append(faults, name+" was added: no manifest names it")
		}
	}
	return hash, faults, nil
}

func checkFolder(folder string, names []string, read func(string) ([]byte, error), known map[string]bool, faults *[]string) (string, error) {
	if !slices.Contains(names, folder+ManifestName) {
		return "", refusal.New(refusal.NotFound, "There is no "+folder+ManifestName+" here. Name the folder that a pack was written to")
	}
	body, err := read(folder + ManifestName)
	if err != nil {
		return "", err
	}
	known[folder+ManifestName], known[folder+HashName] = true, true
	hash := sum(body)
	switch said, err := read(folder + HashName); {
	case err != nil:
		*faults = append(*faults, folder+HashName+" is missing")
	case string(said) != hash+"  "+ManifestName+"\n":
		*faults = append(*faults, folder+ManifestName+" was changed, or "+folder+HashName+" was: they do not belong together")
	}
	var m Manifest
	if err := json.Unmarshal(body, &m); err != nil || m.Format != PackFormat && m.Format != JointFormat {
		return hash, refusal.New(refusal.Invalid, folder+ManifestName+" is not the manifest of a pack that this version reads: it must say “"+PackFormat+"” or “"+JointFormat+"”")
	}
	for _, f := range m.Files {
		name := folder + f.Name
		known[name] = true
		if !slices.Contains(names, name) {
			*faults = append(*faults, name+" is missing")
			continue
		}
		got, err := read(name)
		if err != nil {
			return hash, err
		}
		if sum(got) != f.SHA256 {
			*faults = append(*faults, name+" was changed: its hash is "+sum(got)+" and the manifest says "+f.SHA256)
		}
		if inner, ok := strings.CutSuffix(f.Name, ManifestName); ok && m.Agency == "" {
			if _, err := checkFolder(folder+inner, names, read, known, faults); err != nil {
				*faults = append(*faults, err.Error())
			}
		}
	}
	return hash, nil
}

// rowsOf is how many rows a pack's files have in all.
func (p *Pack) rowsOf() string {
	n := 0
	for _, f := range p.Files {
		n += f.Rows
	}
	return strconv.Itoa(n)
}
