package police_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/web"
)

// TestTheForceSpeaksOfItself: with its key it says that it is there and what waits; what
// is wrong is said and changes nothing.
func TestTheForceSpeaksOfItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newForce(t, d)
		desk := feeds.New(f.record)
		srv := web.NewServer(f.record, web.Settings{Version: "test"})
		police.NewPulse(desk, admin.New(f.record)).Routes(srv)
		ts := httptest.NewServer(srv.Handler())
		defer ts.Close()
		post := func(path, key, body string) (int, string) {
			t.Helper()
			req, err := http.NewRequest(http.MethodPost, ts.URL+path, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if key != "" {
				req.Header.Set("Authorization", "Bearer "+key)
			}
			res, err := http.DefaultClient.Do(req)
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
		tests := []struct {
			name, path, key, body string
			code                  int
			says                  string
		}{
			{"a heartbeat", web.PathHeartbeatAPI, f.key, "", 200, "heard_at"},
			{"a heartbeat with a body that says nothing", web.PathHeartbeatAPI, f.key, `{"x": 1}`, 200, "heard_at"},
			{"a heartbeat without a key", web.PathHeartbeatAPI, "", "", 401, "key"},
			{"a heartbeat with another key", web.PathHeartbeatAPI, "wrong", "", 401, "key"},
			{"a backlog", web.PathBacklogAPI, f.key, `{"high": 0, "medium": 12, "standard": 3, "as_at": "2026-11-24T08:00:00Z"}`, 200, "heard_at"},
			{"a number left out is not nothing", web.PathBacklogAPI, f.key, `{"high": 0, "medium": 12}`, 422, "send high, medium and standard"},
			{"a number below nothing", web.PathBacklogAPI, f.key, `{"high": -1, "medium": 12, "standard": 3}`, 422, "high"},
			{"counted in the future", web.PathBacklogAPI, f.key, `{"high": 0, "medium": 1, "standard": 3, "as_at": "2027-01-01T08:00:00Z"}`, 422, "past"},
			{"no JSON", web.PathBacklogAPI, f.key, `high: 3`, 422, "not JSON"},
			{"for an authority that the key does not serve", web.PathBacklogAPI, f.key, `{"authority": "991", "high": 0, "medium": 1, "standard": 3}`, 403, "does not serve"},
			{"a backlog without a key", web.PathBacklogAPI, "", `{"high": 0, "medium": 1, "standard": 3}`, 401, "key"},
		}
		for _, tt := range tests {
			if code, body := post(tt.path, tt.key, tt.body); code != tt.code || !strings.Contains(body, tt.says) {
				t.Errorf("%s: %d %s; want %d that says %q", tt.name, code, body, tt.code, tt.says)
			}
		}
		officer := access.Actor{ID: "o", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.PoliceReferral}}
		s, err := desk.States(context.Background(), officer, "")
		if err != nil || len(s.Feeds) != 1 {
			t.Fatal(s, err)
		}
		if got := s.Feeds[0]; !got.Seen.Equal(now) || got.Connection != "heard" || len(got.Backlog) != 3 || got.Backlog[1].Waiting != 12 {
			t.Errorf("the feed afterwards: %+v", got)
		}
	})
}

func FuzzDecodeBacklog(f *testing.F) {
	f.Add([]byte(`{"high": 0, "medium": 12, "standard": 3}`))
	f.Add([]byte(`{"high": null}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := police.DecodeBacklog(b)
		if err == nil && (got.High == nil || got.Medium == nil || got.Standard == nil) {
			t.Errorf("read a backlog with a number left out: %+v", got)
		}
	})
}
