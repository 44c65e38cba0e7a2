package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"
)

// The embedded engine parses each text anew, which was 28 in 100 of the time it takes to
// build the demo. PostgreSQL's driver keeps prepared statements by itself; here each
// connection of the embedded engine does.

// openLite opens a pool of connections that keep their statements.
func openLite(dsn string) *sql.DB { return sql.OpenDB(liteConnector{dsn}) }

type liteConnector struct{ dsn string }

// Connect opens one connection.
func (c liteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.Driver().Open(c.dsn)
	if err != nil {
		return nil, err
	}
	lite, ok := conn.(liteDriverConn)
	if !ok {
		return nil, errors.Join(errors.New("the embedded engine's driver has changed"), conn.Close())
	}
	return &liteConn{liteDriverConn: lite, idle: map[string]driver.Stmt{}}, nil
}

// Driver is the engine's own.
func (liteConnector) Driver() driver.Driver { return &sqlite.Driver{} }

// liteDriverConn is what the engine's connections can do.
type liteDriverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// mostStatements is how many statements a connection keeps; then it begins again.
const mostStatements = 256

// liteConn keeps the statements that nobody is using. One that is in use, as when a query
// is asked again while its rows are read, is out of the list, and another is prepared.
type liteConn struct {
	liteDriverConn
	idle map[string]driver.Stmt
}

func (c *liteConn) take(ctx context.Context, text string) (driver.Stmt, error) {
	if s, ok := c.idle[text]; ok {
		delete(c.idle, text)
		return s, nil
	}
	return c.PrepareContext(ctx, text)
}

// keep puts a statement back, unless it failed: then nobody relies on its state.
func (c *liteConn) keep(text string, s driver.Stmt, failed error) error {
	if _, twice := c.idle[text]; twice || failed != nil {
		return s.Close()
	}
	if len(c.idle) >= mostStatements {
		if err := c.forget(); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	c.idle[text] = s
	return nil
}

func (c *liteConn) forget() error {
	var all error
	for text, s := range c.idle {
		all = errors.Join(all, s.Close())
		delete(c.idle, text)
	}
	return all
}

// Close lets go of the statements, then of the connection.
func (c *liteConn) Close() error { return errors.Join(c.forget(), c.liteDriverConn.Close()) }

// ExecContext runs a statement that was prepared before, or prepares it.
func (c *liteConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	x, ok := s.(driver.StmtExecContext)
	if !ok {
		return nil, errors.Join(driver.ErrSkip, s.Close())
	}
	res, err := x.ExecContext(ctx, args)
	return res, errors.Join(err, c.keep(text, s, err))
}

// QueryContext asks with a statement that was prepared before, or prepares it. The
// statement is in use until the rows are closed.
func (c *liteConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.take(ctx, text)
	if err != nil {
		return nil, err
	}
	x, ok := s.(driver.StmtQueryContext)
	if !ok {
		return nil, errors.Join(driver.ErrSkip, s.Close())
	}
	rows, err := x.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &liteRows{Rows: rows, done: func(failed error) error { return c.keep(text, s, failed) }}, nil
}

// liteRows gives the statement back when they are closed.
type liteRows struct {
	driver.Rows
	done func(error) error
}

// Close ends the reading.
func (r *liteRows) Close() error {
	if r.done == nil {
		return nil
	}
	err := r.Rows.Close()
	err = errors.Join(err, r.done(err))
	r.done = nil
	return err
}
