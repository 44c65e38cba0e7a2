package police

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"

	"github.com/danielgtaylor/huma/v2"
)

// Pulse is the force's system speaking of itself: that it is there, and how much waits
// with it. Nothing about a child comes this way.
type Pulse struct {
	feeds *feeds.Desk
	keys  *admin.Desk
}

// NewPulse makes it.
func NewPulse(f *feeds.Desk, keys *admin.Desk) *Pulse { return &Pulse{f, keys} }

// Backlog is how many reports wait for triage with the force, by its own grade.
type Backlog struct {
	Authority string        `json:"authority,omitempty" doc:"Three-digit DfE code of the authority, when the key serves several." maxLength:"10"`
	High      *int          `json:"high" doc:"High risk reports that wait for triage." minimum:"0"`
	Medium    *int          `json:"medium" doc:"Medium risk reports that wait for triage." minimum:"0"`
	Standard  *int          `json:"standard" doc:"Standard risk reports that wait for triage." minimum:"0"`
	AsAt      civil.Instant `json:"as_at,omitempty" doc:"When they were counted; now when left out."`
}

// Heard is the answer to both.
type Heard struct {
	HeardAt civil.Instant `json:"heard_at" doc:"When it was received."`
}

// Routes adds the two addresses.
func (p *Pulse) Routes(s *web.Server) {
	s.Mount("POST "+web.PathHeartbeatAPI, access.SendHeartbeat, http.HandlerFunc(p.heartbeat))
	s.Mount("POST "+web.PathBacklogAPI, access.DeclareBacklog, http.HandlerFunc(p.backlog))
}

// heartbeat notes the key for every authority that it serves.
func (p *Pulse) heartbeat(w http.ResponseWriter, r *http.Request) {
	key, ok := p.key(w, r)
	if !ok {
		return
	}
	_, _ = io.Copy(io.Discard, r.Body) // a body is allowed and says nothing
	for _, at := range key.Authorities {
		if err := p.feeds.Heard(r.Context(), actorOf(key, at)); err != nil {
			p.fail(w, err)
			return
		}
	}
	p.heard(w)
}

func (p *Pulse) backlog(w http.ResponseWriter, r *http.Request) {
	key, ok := p.key(w, r)
	if !ok {
		return
	}
	body, _, err := read(r.Body)
	if err != nil {
		problem(w, Problem{Title: "The message was cut off", Status: http.StatusBadRequest, Detail: "Send it again"})
		return
	}
	b, err := DecodeBacklog(body)
	if err != nil {
		problem(w, Problem{Title: "The backlog could not be read", Status: http.StatusUnprocessableEntity, Detail: err.Error()})
		return
	}
	at, ok := authorityOf(key, b.Authority)
	if !ok {
		problem(w, Problem{Title: "The key does not serve this authority", Status: http.StatusForbidden, Detail: "Send the three-digit DfE code of an authority that agreed this key"})
		return
	}
	if err := p.feeds.Declare(r.Context(), actorOf(key, at), feeds.Declared{High: *b.High, Medium: *b.Medium, Standard: *b.Standard, AsAt: b.AsAt}); err != nil {
		p.fail(w, err)
		return
	}
	p.heard(w)
}

// DecodeBacklog reads a declared backlog. All three numbers must be there: a number
// that was left out is not nothing.
func DecodeBacklog(body []byte) (Backlog, error) {
	var b Backlog
	if err := depth(body); err != nil {
		return b, err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&b); err != nil {
		return b, words(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return b, errors.New("there is more after the end of the JSON object")
	}
	if b.High == nil || b.Medium == nil || b.Standard == nil {
		return b, errors.New("send high, medium and standard: how many reports of each grade wait for triage, 0 when none does")
	}
	return b, nil
}

func (p *Pulse) key(w http.ResponseWriter, r *http.Request) (admin.DoorKey, bool) {
	if r.Header.Get("Cookie") != "" {
		problem(w, Problem{Title: "Send a key and no cookie", Status: http.StatusUnauthorized})
		return admin.DoorKey{}, false
	}
	key, err := p.keys.FindDoorKey(r.Context(), secret(r))
	if err != nil || key.Door != "police" {
		w.Header().Set("WWW-Authenticate", "Bearer")
		problem(w, Problem{Title: "The key is missing or not known", Status: http.StatusUnauthorized, Detail: "Send the force's key as Authorization: Bearer KEY"})
		return admin.DoorKey{}, false
	}
	return key, true
}

func actorOf(key admin.DoorKey, at admin.KeyAuthority) access.Actor {
	return access.Actor{ID: key.ID, Name: key.Name, Authority: at.Authority, AgencyID: at.OrganisationID, AgencyKind: "police", Roles: []access.Role{access.Door}}
}

func (p *Pulse) heard(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(Heard{p.feeds.Record.Now()})
}

func (p *Pulse) fail(w http.ResponseWriter, err error) {
	if f, ok := refusal.As(err); ok && f.Kind == refusal.Invalid {
		problem(w, Problem{Title: "What was sent cannot be right", Status: http.StatusUnprocessableEntity, Detail: f.Error()})
		return
	}
	web.LogFault("police pulse", err)
	problem(w, Problem{Title: "Sorry, there is a problem with the service", Status: http.StatusServiceUnavailable, Detail: "Send it again in a minute"})
}

type toldBacklog struct {
	Body Backlog
}

type toldHeard struct {
	Body Heard
}

// describePulse adds both to the description, made from the types.
func describePulse(api huma.API) {
	fault := api.OpenAPI().Components.Schemas.Schema(reflectProblem, true, "Problem")
	answers := func(codes map[string]string) map[string]*huma.Response {
		out := map[string]*huma.Response{}
		for code, text := range codes {
			out[code] = &huma.Response{Description: text, Content: map[string]*huma.MediaType{"application/problem+json": {Schema: fault}}}
		}
		return out
	}
	security := []map[string][]string{{"key": {}}}
	huma.Register(api, huma.Operation{OperationID: "police-heartbeat", Method: http.MethodPost, Path: web.PathHeartbeatAPI, DefaultStatus: http.StatusOK, Security: security,
		Summary: "Say that the force's system is there", Description: "Send it every 15 minutes. After an hour of silence both sides see it.",
		Responses: answers(map[string]string{"401": "The key is missing or not known"})},
		func(context.Context, *struct{}) (*toldHeard, error) {
			return nil, huma.Error501NotImplemented("described only")
		})
	huma.Register(api, huma.Operation{OperationID: "declare-police-backlog", Method: http.MethodPost, Path: web.PathBacklogAPI, DefaultStatus: http.StatusOK, Security: security,
		Summary: "Say how many reports wait for triage", Description: "By the force's own grade. It is held against what arrives.",
		Responses: answers(map[string]string{"401": "The key is missing or not known", "403": "The key does not serve this authority", "422": "It could not be read, or cannot be right"})},
		func(context.Context, *toldBacklog) (*toldHeard, error) {
			return nil, huma.Error501NotImplemented("described only")
		})
}
