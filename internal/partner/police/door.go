package police

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Door takes notifications.
type Door struct {
	contacts *contacts.Desk
	keys     *admin.Desk
}

// New makes the door.
func New(c *contacts.Desk, keys *admin.Desk) *Door { return &Door{c, keys} }

// Answer is what the force gets back.
type Answer struct {
	Reference   string        `json:"reference" doc:"Our reference of the contact."`
	ReceivedAt  civil.Instant `json:"received_at" doc:"When the decision clock started."`
	DecisionDue civil.Instant `json:"decision_due" doc:"When a decision for each child is due."`
	Repeat      bool          `json:"repeat" doc:"This notification was received before; nothing new was made."`
	Warnings    []Warning     `json:"warnings,omitempty" doc:"What can be read and cannot be right. The notification was kept."`
}

// Warning is one thing to mend.
type Warning struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Problem is an error answer (RFC 9457). It never repeats what was sent.
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	Reference string `json:"reference,omitempty" doc:"Our reference, when what was sent became a contact all the same."`
}

// Receive takes one message for an authority: the bytes are kept, then read. What
// cannot be read becomes a contact with the clock running.
func (d *Door) Receive(ctx context.Context, who access.Actor, sender string, body []byte, size int64) (got contacts.Received, warnings []refusal.Problem, unreadable error, err error) {
	now := d.contacts.Record.Now()
	in := contacts.Intake{Door: "police", Sender: who.ID, ContentType: "application/json", Body: body}
	n, warnings, unreadable := Decode(body, now)
	if size > BodyLimit {
		unreadable = fmt.Errorf("the message is %d bytes, more than %d; its first %d were kept", size, BodyLimit, len(body))
	}
	if unreadable != nil {
		in.Unreadable, in.Reference = unreadable.Error(), n.Reference
		got, err = d.contacts.Receive(ctx, who, contacts.Unreadable("police", "police", sender, who.AgencyID, now, in))
		return got, nil, unreadable, err
	}
	in.Reference = n.Reference
	a := n.Arrival()
	a.SourceName, a.OrganisationID, a.Intake = sender, who.AgencyID, &in
	got, err = d.contacts.Receive(ctx, who, a)
	if errors.Is(err, contacts.ErrChanged) {
		return d.changed(ctx, who, a, n.Reference, warnings)
	}
	return got, warnings, nil, err
}

// changed keeps a known reference with other content: as a contact of its own under
// a reference that names its bytes, so that what changed is not lost. The force is
// told with a conflict.
func (d *Door) changed(ctx context.Context, who access.Actor, a contacts.Arrival, ref string, warnings []refusal.Problem) (contacts.Received, []refusal.Problem, error, error) {
	in := *a.Intake
	in.Reference = ref + " changed " + admin.HashSecret(string(in.Body))[:16]
	a.Intake = &in
	got, err := d.contacts.Receive(ctx, who, a)
	if err != nil {
		return got, warnings, nil, err
	}
	return got, warnings, nil, &changedError{got}
}

type changedError struct{ got contacts.Received }

func (c *changedError) Error() string { return contacts.ErrChanged.Error() }

// Unwrap lets callers see the refusal.
func (c *changedError) Unwrap() error { return contacts.ErrChanged }

// Routes adds the API. The handler reads the bytes itself, before any decoding;
// the description at openapi.json is made from the types.
func (d *Door) Routes(s *web.Server) {
	mux := http.NewServeMux()
	api := humago.New(mux, config(s.Version))
	describe(api)
	describePulse(api)
	s.Mount("POST "+web.PathPoliceAPI, access.ReceiveContact, http.HandlerFunc(d.receive))
	d.mendRoutes(s)
	s.Mount("GET "+web.PathOpenAPI, access.ReadAbout, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
		b, err := json.MarshalIndent(api.OpenAPI(), "", "  ")
		if err != nil {
			problem(w, Problem{Title: "The description cannot be made", Status: http.StatusInternalServerError})
			return
		}
		_, _ = w.Write(b)
	}))
}

// config keeps the library from serving pages or echoing values.
func config(version string) huma.Config {
	c := huma.DefaultConfig("frontdoor police notifications", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Info.Description = "Send a notification of an incident with every child in the household. What is sent is kept byte for byte; nothing is turned away for being wrong. Version " + version + "."
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", Description: "The force's key."}}
	return c
}

type described struct {
	Body Notification
}

type answered struct {
	Body Answer
}

// describe registers the operation so that its description is made from the types.
// The door's own handler answers; this one is never mounted.
func describe(api huma.API) {
	reg := api.OpenAPI().Components.Schemas
	fault := reg.Schema(reflectProblem, true, "Problem")
	op := huma.Operation{OperationID: "receive-police-notification", Method: http.MethodPost, Path: web.PathPoliceAPI,
		Summary: "Send a police notification", DefaultStatus: http.StatusCreated, Security: []map[string][]string{{"key": {}}},
		Responses: map[string]*huma.Response{}}
	for code, text := range map[string]string{
		"200": "Received before: the first answer again", "202": "Could not be read; kept, and a contact was made", "401": "The key is missing or not known",
		"403": "The key does not serve this authority", "409": "The reference is known with other content; kept as a further contact", "413": "Larger than 1 MB; its beginning was kept and a contact made",
	} {
		op.Responses[code] = &huma.Response{Description: text, Content: map[string]*huma.MediaType{"application/problem+json": {Schema: fault}}}
	}
	op.Responses["200"].Content = nil
	huma.Register(api, op, func(context.Context, *described) (*answered, error) {
		return nil, huma.Error501NotImplemented("described only")
	})
}

func (d *Door) receive(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Cookie") != "" {
		problem(w, Problem{Title: "Send a key and no cookie", Status: http.StatusUnauthorized})
		return
	}
	key, err := d.keys.FindDoorKey(r.Context(), secret(r))
	if err != nil || key.Door != "police" {
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem(w, Problem{Title: "The key is missing or not known", Status: http.StatusUnauthorized, Detail: "Send the force's key as Authorization: Bearer KEY"})
		return
	}
	body, size, err := read(r.Body)
	if err != nil {
		problem(w, Problem{Title: "The message was cut off", Status: http.StatusBadRequest, Detail: "Send it again; the same reference is never taken twice"})
		return
	}
	n, _, _ := Decode(body, d.contacts.Record.Now())
	at, ok := authorityOf(key, n.Authority)
	if !ok {
		problem(w, Problem{Title: "The key does not serve this authority", Status: http.StatusForbidden, Detail: "Send the three-digit DfE code of an authority that agreed this key"})
		return
	}
	who := access.Actor{ID: key.ID, Name: key.Name, Authority: at.Authority, AgencyID: at.OrganisationID, AgencyKind: "police", Roles: []access.Role{access.Door}}
	got, warnings, unreadable, err := d.Receive(r.Context(), who, key.Name, body, size)
	answer(w, got, warnings, unreadable, err, size)
}

func answer(w http.ResponseWriter, got contacts.Received, warnings []refusal.Problem, unreadable, err error, size int64) {
	var changed *changedError
	switch {
	case errors.As(err, &changed):
		problem(w, Problem{Title: "This reference was received before with other content", Status: http.StatusConflict,
			Detail: "What you sent was kept as a further contact. Send changes with a reference of their own", Reference: changed.got.Ref})
	case err != nil:
		web.LogFault("police notification", err)
		problem(w, Problem{Title: "Sorry, there is a problem with the service", Status: http.StatusServiceUnavailable, Detail: "Send it again in a minute. The same reference is never taken twice"})
	case size > BodyLimit:
		problem(w, Problem{Title: "The notification is larger than 1 MB", Status: http.StatusRequestEntityTooLarge,
			Detail: "Its beginning was kept and a contact was made: " + unreadable.Error(), Reference: got.Ref})
	case unreadable != nil:
		problem(w, Problem{Title: "The notification could not be read", Status: http.StatusAccepted,
			Detail: "It was kept and a contact was made, with the clock running. To mend it: " + unreadable.Error(), Reference: got.Ref})
	default:
		out := Answer{Reference: got.Ref, ReceivedAt: got.At, DecisionDue: got.Due, Repeat: got.Repeat}
		for _, p := range warnings {
			out.Warnings = append(out.Warnings, Warning{p.Field, p.Message})
		}
		code := http.StatusCreated
		if got.Repeat {
			code = http.StatusOK
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(out)
	}
}

func problem(w http.ResponseWriter, p Problem) {
	p.Type = "about:blank"
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// secret is the key that came with a request.
func secret(r *http.Request) string {
	if s, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return strings.TrimSpace(s)
	}
	return r.Header.Get("X-API-Key")
}

// read takes a body to its limit, and counts what lies beyond without keeping it.
func read(r io.Reader) (body []byte, size int64, err error) {
	var large *http.MaxBytesError
	body, err = io.ReadAll(io.LimitReader(r, BodyLimit+1))
	if err != nil && !errors.As(err, &large) || err == nil && len(body) <= BodyLimit {
		return body, int64(len(body)), err
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(r, 64<<20))
	if errors.As(err, &large) {
		err = nil // the server stopped reading: how much more there was is not known
	}
	return body[:min(len(body), keptBytes)], max(int64(len(body))+rest, BodyLimit+1), err
}

func authorityOf(k admin.DoorKey, code string) (admin.KeyAuthority, bool) {
	if code == "" {
		return k.Authorities[0], true // the first is the one it was agreed with
	}
	i := slices.IndexFunc(k.Authorities, func(a admin.KeyAuthority) bool { return a.Code == code })
	if i < 0 {
		return admin.KeyAuthority{}, false
	}
	return k.Authorities[i], true
}

// Summary is what a folder of files gave.
type Summary struct {
	Received, Repeated, Unreadable int
	Files                          []string // a line for each file that was not simply received
}

// ReceivePath takes a file, or every file of a folder, each one notification. It is
// safe to run again: what was received is recognised.
func (d *Door) ReceivePath(ctx context.Context, authority, sender, path string, progress func(done, total int)) (Summary, error) {
	var sum Summary
	files, err := filesOf(path)
	if err != nil {
		return sum, err
	}
	who := access.Actor{ID: "file drop " + sender, Name: sender, Authority: authority, AgencyKind: "police", Roles: []access.Role{access.Door}}
	for i, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return sum, fmt.Errorf("open %s: %w", name, err)
		}
		body, size, err := read(f)
		_ = f.Close()
		if err != nil {
			return sum, fmt.Errorf("read %s: %w", name, err)
		}
		got, warnings, unreadable, err := d.Receive(ctx, who, sender, body, size)
		base := filepath.Base(name)
		switch {
		case errors.Is(err, contacts.ErrChanged):
			sum.Received++
			sum.Files = append(sum.Files, base+": its reference was received before with other content; kept as a further contact")
		case err != nil:
			return sum, fmt.Errorf("receive %s: %w", base, err)
		case got.Repeat:
			sum.Repeated++
		case unreadable != nil:
			sum.Unreadable++
			sum.Files = append(sum.Files, fmt.Sprintf("%s: %s. Became contact %s", base, unreadable, got.Ref))
		default:
			sum.Received++
		}
		for _, x := range warnings {
			sum.Files = append(sum.Files, fmt.Sprintf("%s: %s: %s", base, x.Field, x.Message))
		}
		progress(i+1, len(files))
	}
	return sum, nil
}

func filesOf(path string) ([]string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, refusal.New(refusal.NotFound, "There is no file or folder "+path)
	}
	if !st.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("read folder %s: %w", path, err)
	}
	var files []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	return files, nil
}
