// Package dbtest gives tests a fresh, migrated database of each engine.
package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/db"

	"github.com/google/uuid"
)

// PostgresVar names the environment variable with the URL of a PostgreSQL server
// on which tests may create databases.
const PostgresVar = "FRONTDOOR_TEST_POSTGRES"

// Each runs the test on a fresh SQLite database and on a fresh PostgreSQL one.
// Without a server the PostgreSQL half is skipped at home and fails in CI.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, Postgres(t, db.Options{})) })
}

// SQLite opens a fresh, migrated SQLite database that goes with the test.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "frontdoor.db"), db.Options{})
}

// Postgres opens a fresh, migrated PostgreSQL database that goes with the test.
func Postgres(t testing.TB, opts db.Options) *db.DB {
	t.Helper()
	server := os.Getenv(PostgresVar)
	if server == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not set: in CI the PostgreSQL half must run", PostgresVar)
		}
		t.Skipf("%s is not set", PostgresVar)
	}
	return open(t, URL(t, server), opts)
}

// URL creates an empty database on the server and says where it is.
func URL(t testing.TB, server string) string {
	t.Helper()
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := "fd_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
		if err := admin.Close(); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

func open(t testing.TB, target string, opts db.Options) *db.DB {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, target, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(fmt.Errorf("migrate: %w", err))
	}
	return d
}
