package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed assets/*.css assets/*.js assets/*.svg assets/*.woff2 assets/*.txt
var assetFiles embed.FS

// asset is a file as it is served: named by its content, so that browsers keep it
// for good, and compressed once.
type asset struct {
	name, mime string
	body, gz   []byte
}

// assets are read and compressed on first use.
var assets = sync.OnceValue(func() map[string]asset {
	out := map[string]asset{}
	names, err := fs.Glob(assetFiles, "assets/*")
	if err != nil {
		panic("web: " + err.Error())
	}
	add := func(name string, body []byte) string {
		sum := sha256.Sum256(body)
		ext := path.Ext(name)
		served := strings.TrimSuffix(name, ext) + "-" + hex.EncodeToString(sum[:5]) + ext
		a := asset{name: served, mime: mime.TypeByExtension(ext), body: body}
		if ext == ".woff2" {
			a.mime = "font/woff2"
		} else {
			a.gz = compress(body)
		}
		out[served], out[name] = a, a
		return served
	}
	var css []byte
	renamed := []string{}
	for _, n := range names {
		body, err := assetFiles.ReadFile(n)
		if err != nil {
			panic("web: " + err.Error())
		}
		base := path.Base(n)
		if base == "frontdoor.css" {
			css = body
			continue
		}
		renamed = append(renamed, base, add(base, body))
	}
	add("frontdoor.css", []byte(strings.NewReplacer(renamed...).Replace(string(css))))
	return out
})

func compress(b []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		panic("web: " + err.Error())
	}
	if _, err := w.Write(b); err != nil {
		panic("web: " + err.Error())
	}
	if err := w.Close(); err != nil {
		panic("web: " + err.Error())
	}
	return buf.Bytes()
}

// AssetPath is where a file is served.
func AssetPath(name string) (string, error) {
	a, ok := assets()[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return "/assets/" + a.name, nil
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	a, ok := assets()[name]
	if !ok || a.name != name {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.body
	if a.gz != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = a.gz
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
