package demo_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/record"
)

// lagTruth holds every stage of every grade to what was planted, to the second.
func lagTruth(t *testing.T, r *record.Record, who access.Actor, truth demo.Truth) {
	t.Helper()
	l, err := feeds.New(r).Lags(context.Background(), who, feeds.Filter{From: civil.DateOf(2025, 1, 1), To: now.Date()})
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, row := range l.Rows {
		want, ok := truth.PF1.Lags[row.Grade][row.Stage]
		if !ok || row.District != "all" {
			continue
		}
		held++
		equal(t, row.Grade+" "+row.Stage, demo.Took{N: row.N, Median: row.Median, P95: row.P95, Longest: row.Longest}, want)
		if row.Grade == "medium" && row.Stage == "told" {
			equal(t, "PF1 medium", row.N, truth.PF1.Medium)
			equal(t, "PF1 medium after 7 days", row.Over, truth.PF1.MediumOver7Days)
			equal(t, "PF1 longest in days", int(row.Longest/(24*60*60)), truth.PF1.MaxDays)
		}
	}
	equal(t, "stages held to the truth", held, 15)
}

// feedTruth holds PF2 to the weeks, the day of the alarm and the flag on the backlog,
// and the reconciliation to the incidents that were never sent.
func feedTruth(t *testing.T, d *db.DB, r *record.Record, built *demo.Built) {
	t.Helper()
	ctx, truth := context.Background(), built.Truth
	director, officer := persona(t, built, r, access.Director), persona(t, built, r, access.PoliceReferral)
	s, err := feeds.New(r).States(ctx, director, "police")
	if err != nil {
		t.Fatal(err)
	}
	var each []int
	before, sum := 0, 0
	for i, w := range s.Feeds[0].Weeks {
		if w.From.String() == truth.PF2.FirstDay {
			for _, x := range s.Feeds[0].Weeks[i-8 : i] {
				before += x.Received
			}
			for _, x := range s.Feeds[0].Weeks[i : i+4] {
				each, sum = append(each, x.Received), sum+x.Received
				equal(t, "alarm of the week from "+x.From.String(), x.Alarm, "below")
				equal(t, "signal of the week from "+x.From.String(), x.Signal, "limit")
			}
			first, err := civil.ParseDate(truth.PF2.AlarmBy)
			if err != nil || w.AlarmFrom.After(first) || w.AlarmFrom.Before(w.From) {
				t.Errorf("PF2: the alarm came on %s, want %s at the latest (%v)", w.AlarmFrom, truth.PF2.AlarmBy, err)
			}
			equal(t, "PF2 last day", s.Feeds[0].Weeks[i+3].To.String(), truth.PF2.LastDay)
		} else if w.Alarm == "below" && (w.From.String() < truth.PF2.FirstDay || w.From.String() > truth.PF2.LastDay) {
			if day, _ := civil.ParseDate(truth.PF2.LastDay); w.From.After(day.AddDays(7)) {
				t.Errorf("an alarm in the week from %s, which is as usual", w.From)
			}
		}
	}
	if len(each) != len(truth.PF2.EachWeek) {
		t.Fatalf("PF2: weeks %v, want %v", each, truth.PF2.EachWeek)
	}
	for i := range each {
		equal(t, "PF2 week", each[i], truth.PF2.EachWeek[i])
	}
	equal(t, "PF2 received", sum, truth.PF2.Received)
	equal(t, "PF2 the eight weeks before", before, truth.PF2.Before)
	equal(t, "PF2 percent of their mean", 100*sum/4*8/before, truth.PF2.Percent)
	asItWas(t, d, built)

	var theirs, ours bytes.Buffer
	for who, to := range map[string]*bytes.Buffer{director.ID: &ours, officer.ID: &theirs} {
		x, err := feeds.New(r).States(ctx, map[string]access.Actor{director.ID: director, officer.ID: officer}[who], "")
		if err != nil {
			t.Fatal(err)
		}
		if err := x.Sheet().WriteCSV(to); err != nil {
			t.Fatal(err)
		}
		if err := x.WeekSheet().WriteCSV(to); err != nil {
			t.Fatal(err)
		}
	}
	if ours.String() != theirs.String() {
		t.Error("the police and the director get different files of the feed")
	}
	reconcileTruth(t, r, persona(t, built, r, access.FrontDoorManager), built)
}

// asItWas looks at the day after the force declared that nothing waits with it.
func asItWas(t *testing.T, d *db.DB, built *demo.Built) {
	t.Helper()
	day, err := civil.ParseDate(built.Truth.PF2.NoBacklog)
	if err != nil {
		t.Fatal(err)
	}
	then := day.AtTime(23, 59)
	r := recordAt(t, d, then)
	s, err := feeds.New(r).States(context.Background(), persona(t, built, r, access.Director), "police")
	if err != nil {
		t.Fatal(err)
	}
	if alarms := strings.Join(s.Feeds[0].Alarms, "; "); !strings.Contains(alarms, "Below its usual band since") || !strings.Contains(alarms, "Inconsistent: the force declared on") {
		t.Errorf("on %s: %q, want the fall and the inconsistent backlog", day, alarms)
	}
}

// reconcileTruth holds the force's own list against what arrived.
func reconcileTruth(t *testing.T, r *record.Record, who access.Actor, built *demo.Built) {
	t.Helper()
	ctx, desk, truth := context.Background(), feeds.New(r), built.Truth.PF1
	id, _, err := desk.Reconcile(ctx, who, "police", "demo-force-incidents.csv", built.ForceList)
	if err != nil {
		t.Fatal(err)
	}
	x, err := desk.Reconciled(ctx, who, id)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "incidents on the list", x.Incidents, truth.Incidents)
	equal(t, "of them here", x.Found, truth.Received)
	equal(t, "never sent", x.NeverSent, truth.NeverSent)
	equal(t, "everything else", x.NeverHere+x.NotListed+x.Grades, 0)
	var refs []string
	for _, l := range x.Differences {
		refs = append(refs, l.Reference)
		equal(t, "owner of "+l.Reference, l.Owner, "Mercia Vale Police")
	}
	for _, want := range truth.NeverSentRefs {
		if !strings.Contains(strings.Join(refs, " "), want) {
			t.Errorf("%s was never sent and is not listed", want)
		}
	}
	equal(t, "never sent by reference", len(refs), len(truth.NeverSentRefs))
}
