package school

import (
	"archive/zip"
	"bytes"
	"image"
	_ "image/jpeg" // to measure pictures before anything opens them
	_ "image/png"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"frontdoor/internal/form"
	"frontdoor/internal/refusal"
)

// Limits on files. An archive is measured before it is trusted; a picture's size
// is read before its pixels.
const (
	fileLimit    = 10 << 20
	zipEntries   = 1000
	zipUnpacked  = 100 << 20
	zipRatio     = 100
	mostPixels   = 40_000_000
	nameLimit    = 120
	sniffedBytes = 4096
)

// fileTypes are what we take, by extension, with the type we serve it as.
var fileTypes = map[string]string{
	".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".heic": "image/heic",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".csv":  "text/csv", ".txt": "text/plain", ".eml": "message/rfc822",
}

// Inspect decides what a file is by its bytes, and refuses it in words when its
// name says something else, when it is too large, or when we do not take such
// files. It runs nothing and trusts no name inside an archive.
func Inspect(name string, body []byte) (kind string, err error) {
	no := func(words string) (string, error) { return "", refusal.Field("file", words) }
	ext := strings.ToLower(filepath.Ext(name))
	want, known := fileTypes[ext]
	switch {
	case len(body) == 0:
		return no("The file is empty. Select it again")
	case len(body) > fileLimit:
		return no("The file must be 10 MB or smaller")
	case !known:
		return no("The file must be a PDF, JPEG, PNG, HEIC, Word, Excel, CSV, text or e-mail file")
	}
	is := false
	switch ext {
	case ".pdf":
		is = bytes.HasPrefix(body, []byte("%PDF-")) && bytes.Contains(body[max(0, len(body)-2048):], []byte("%%EOF"))
	case ".jpg", ".jpeg", ".png":
		format, words := picture(body)
		if words != "" {
			return no(words)
		}
		is = "image/"+format == want
	case ".heic":
		is = len(body) > 12 && string(body[4:8]) == "ftyp" && strings.Contains("heic heix mif1 hevc msf1", string(body[8:12]))
	case ".docx", ".xlsx":
		part := "word/document.xml"
		if ext == ".xlsx" {
			part = "xl/workbook.xml"
		}
		ok, words := archive(body, part)
		if words != "" {
			return no(words)
		}
		is = ok
	case ".csv", ".txt", ".eml":
		is = text(body)
	}
	if !is {
		return no("The file is not what its name says. Save it again as the type you mean, and select it again")
	}
	return want, nil
}

func picture(body []byte) (format, words string) {
	c, format, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return "", ""
	}
	if c.Width*c.Height > mostPixels {
		return format, "The picture must have 40 million pixels or fewer. Make it smaller and select it again"
	}
	return format, ""
}

// archive looks at an Office file's table of contents: never more entries, bytes
// or compression than a real one has, and no macros.
func archive(body []byte, part string) (ok bool, words string) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return false, ""
	}
	if len(z.File) > zipEntries {
		return false, "The file has too many parts to be opened safely. Send it as a PDF"
	}
	var total uint64
	for _, f := range z.File {
		total += f.UncompressedSize64
		if total > zipUnpacked || f.UncompressedSize64/max(1, f.CompressedSize64) > zipRatio {
			return false, "The file unpacks to far more than it should. Send it as a PDF"
		}
		if strings.Contains(strings.ToLower(f.Name), "vbaproject") {
			return false, "The file holds macros. Save it without them, or send it as a PDF"
		}
		ok = ok || f.Name == part
	}
	return ok, ""
}

// text is what a person could have typed: UTF-8 or plain bytes, no NUL, and not a
// page or a picture that a browser would run.
func text(body []byte) bool {
	head := body[:min(len(body), sniffedBytes)]
	lower := bytes.ToLower(head)
	for _, bad := range []string{"<script", "<svg", "<html", "<!doctype", "<?xml", "<iframe"} {
		if bytes.Contains(lower, []byte(bad)) {
			return false
		}
	}
	return !bytes.ContainsRune(body, 0) && (utf8.Valid(body) || !bytes.ContainsFunc(head, func(r rune) bool { return r < 9 }))
}

// cleanName is how the sender called a file, made safe to show. It is never a path.
func cleanName(name string) string {
	name = form.Clean(filepath.Base(strings.ReplaceAll(name, "\\", "/")))
	r := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune("<>:\"/\\|?*\n\t", r) {
			return '_'
		}
		return r
	}, name))
	return string(r[:min(len(r), nameLimit)])
}
