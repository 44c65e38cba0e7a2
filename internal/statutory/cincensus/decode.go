package cincensus

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"frontdoor/internal/refusal"
)

// mostInOnePiece is how many bytes one piece of the file may hold: a text, a comment,
// a tag. The longest real one is some hundred bytes.
const mostInOnePiece = 1 << 20

// charset is how the file's bytes stand for characters.
type charset uint8

const (
	asUTF8 charset = iota
	asWindows1252
	asUTF16LE
	asUTF16BE
)

// decoder gives the file as UTF-8, whatever it is written in. It never fails over a
// wrong byte: what is not UTF-8 is taken for Windows-1252, which is what such files
// hold, and a character that XML forbids becomes the replacement character.
type decoder struct {
	src    *bufio.Reader
	as     charset
	in     []byte // raw, the first left bytes over from the last block
	left   int
	out    []byte // decoded and not yet given
	err    error
	lines  int // line ends decoded so far
	given  int64
	mark   int64 // given when the current piece began
	mended int   // line of the first wrong byte, 0 when there is none
}

const block = 64 << 10

// newDecoder finds out what the file is written in: by its first bytes, then by what
// its XML declaration says.
func newDecoder(r io.Reader) (*decoder, error) {
	d := &decoder{src: bufio.NewReaderSize(r, block), in: make([]byte, block+8)}
	head, err := d.src.Peek(256)
	if len(head) == 0 {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read the census: %w", err)
		}
		return nil, refusal.New(refusal.Invalid, "The file is empty")
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return d, d.skip(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		d.as = asUTF16LE
		return d, d.skip(2)
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		d.as = asUTF16BE
		return d, d.skip(2)
	case bytes.HasPrefix(head, []byte("<\x00")):
		d.as = asUTF16LE
		return d, nil
	case bytes.HasPrefix(head, []byte("\x00<")):
		d.as = asUTF16BE
		return d, nil
	}
	switch name := declared(head); name {
	case "", "utf-8", "utf8":
	case "windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii":
		d.as = asWindows1252
	default:
		return nil, refusal.New(refusal.Invalid, "The file says that it is written in "+shortened(name, 40)+". Save it as UTF-8, UTF-16 or Windows-1252")
	}
	return d, nil
}

func (d *decoder) skip(n int) error {
	_, err := d.src.Discard(n)
	return err
}

// declared is the encoding that an XML declaration names, in small letters.
func declared(head []byte) string {
	text := string(head)
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "<?xml") {
		return ""
	}
	text, _, _ = strings.Cut(text, "?>")
	_, after, found := strings.Cut(text, "encoding")
	after = strings.TrimLeft(after, " \t\r\n=")
	if !found || after == "" {
		return ""
	}
	name, _, _ := strings.Cut(after[1:], after[:1])
	return strings.ToLower(strings.TrimSpace(name))
}

// Read gives decoded text. It refuses a piece that is too large to be part of a
// census, before it is held in memory.
func (d *decoder) Read(p []byte) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		d.fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	d.given += int64(n)
	if d.given-d.mark > mostInOnePiece+block {
		return 0, refusal.New(refusal.TooLarge, "The file holds a piece of more than a million characters, so it is no census")
	}
	return n, nil
}

// failed says that reading itself failed, whatever the file holds.
func (d *decoder) failed() bool { return d.err != nil && !errors.Is(d.err, io.EOF) }

func (d *decoder) fill() {
	n, err := d.src.Read(d.in[d.left : d.left+block])
	raw := d.in[:d.left+n]
	if err != nil && !errors.Is(err, io.EOF) {
		err = fmt.Errorf("read the census: %w", err)
	}
	d.err = err
	d.out = d.out[:0]
	var used int
	switch d.as {
	case asUTF8:
		used = d.fromUTF8(raw)
	case asWindows1252:
		used = len(raw)
		for _, b := range raw {
			d.put(windows1252(b))
		}
	default:
		used = d.fromUTF16(raw)
	}
	d.left = copy(d.in, raw[used:])
	d.lines += bytes.Count(d.out, []byte("\n"))
}

// plain are the bytes that stand for themselves.
func plain(b byte) bool { return b >= 0x20 && b < 0x7f || b == '\n' || b == '\t' || b == '\r' }

func (d *decoder) fromUTF8(raw []byte) int {
	for i := 0; i < len(raw); {
		from := i
		for i < len(raw) && plain(raw[i]) {
			i++
		}
		d.out = append(d.out, raw[from:i]...)
		if i == len(raw) {
			break
		}
		if raw[i] >= utf8.RuneSelf && !utf8.FullRune(raw[i:]) && d.err == nil {
			return i // the rest of the character is in the next block
		}
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			r = windows1252(raw[i])
			d.mend()
		}
		d.put(r)
		i += size
	}
	return len(raw)
}

func (d *decoder) fromUTF16(raw []byte) int {
	unit := func(i int) rune {
		if d.as == asUTF16LE {
			return rune(raw[i]) | rune(raw[i+1])<<8
		}
		return rune(raw[i])<<8 | rune(raw[i+1])
	}
	i := 0
	for i+1 < len(raw) {
		r := unit(i)
		if utf16.IsSurrogate(r) {
			if i+3 >= len(raw) && d.err == nil {
				return i
			}
			if i+3 < len(raw) {
				if both := utf16.DecodeRune(r, unit(i+2)); both != utf8.RuneError {
					d.put(both)
					i += 4
					continue
				}
			}
			r = utf8.RuneError
			d.mend()
		}
		d.put(r)
		i += 2
	}
	if d.err != nil {
		return len(raw)
	}
	return i
}

// put adds a character, or the replacement character for one that XML forbids.
func (d *decoder) put(r rune) {
	if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == 0xfffe || r == 0xffff {
		r = utf8.RuneError
		d.mend()
	}
	d.out = utf8.AppendRune(d.out, r)
}

// mend notes the line of the first character that had to be mended.
func (d *decoder) mend() {
	if d.mended == 0 {
		d.mended = d.lines + bytes.Count(d.out, []byte("\n")) + 1
	}
}

// high1252 are the characters of Windows-1252 that differ from Latin-1, from byte
// 0x80; 0 where there is none.
var high1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

func windows1252(b byte) rune {
	if b < 0x80 || b > 0x9f {
		return rune(b)
	}
	if r := high1252[b-0x80]; r != 0 {
		return r
	}
	return utf8.RuneError
}

// shortened is a text that fits into a message.
func shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + "…"
}
