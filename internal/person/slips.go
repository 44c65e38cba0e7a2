package person

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// slips finds the words of a dictionary that differ from another by one slip of the
// fingers: a letter more, less, another, or two neighbours changed. Two words that do
// share a form with a letter left out, so those forms are kept.
type slips struct {
	made  bool
	forms []slipForm // in order
	newer map[uint32][]uint32
}

type slipForm struct{ form, id uint32 }

// shortest is the least length of a word that is looked for among slips.
const shortest = 3

// Index makes the words that were added findable by slips. Those added later are
// findable at once.
func (w *Words) Index() {
	t := &w.slips
	t.forms, t.newer, t.made = nil, map[uint32][]uint32{}, true
	for n := range w.shards {
		for i := range w.shards[n].list {
			e := &w.shards[n].list[i]
			if e.given+e.family > 0 {
				id := uint32(i+1)*wordShards + uint32(n)
				eachForm(e.text, func(form uint32) { t.forms = append(t.forms, slipForm{form, id}) })
			}
		}
	}
	t.forms = slices.Clip(t.forms)
	slices.SortFunc(t.forms, func(a, b slipForm) int { return cmp.Or(cmp.Compare(a.form, b.form), cmp.Compare(a.id, b.id)) })
}

func (t *slips) add(text string, id uint32) {
	if t.made {
		eachForm(text, func(form uint32) { t.newer[form] = append(t.newer[form], id) })
	}
}

// eachForm gives the hash of a word, and of the word without each of its letters.
func eachForm(text string, yield func(uint32)) {
	if len(text) < shortest || len(text) > 40 {
		return
	}
	yield(hashText(text))
	var buf [40]byte
	for i := 0; i < len(text); {
		_, size := utf8.DecodeRuneInString(text[i:])
		yield(hashText(string(append(append(buf[:0], text[:i]...), text[i+size:]...))))
		i += size
	}
}

// near lists the words that differ from a folded one by one slip, the commonest first.
func (s *slips) near(w *Words, text string, most int) []uint32 {
	var out []uint32
	take := func(id uint32) {
		if t := w.word(id).text; t != text && max(len(t), len(text)) > shortest && oneSlip(text, t) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	eachForm(text, func(form uint32) {
		at, _ := slices.BinarySearchFunc(s.forms, form, func(f slipForm, h uint32) int { return cmp.Compare(f.form, h) })
		for ; at < len(s.forms) && s.forms[at].form == form; at++ {
			take(s.forms[at].id)
		}
		for _, id := range s.newer[form] {
			take(id)
		}
	})
	slices.SortFunc(out, func(a, b uint32) int {
		x, y := w.word(a), w.word(b)
		return cmp.Or(-cmp.Compare(x.given+x.family, y.given+y.family), strings.Compare(x.text, y.text))
	})
	return out[:min(len(out), most)]
}

// oneSlip says that two words differ by one letter more, less or other, or by two
// neighbours changed.
func oneSlip(a, b string) bool {
	x, y := []rune(a), []rune(b)
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	switch {
	case len(x) <= 1 && len(y) <= 1:
		return true
	case len(x) == 2 && len(y) == 2:
		return x[0] == y[1] && x[1] == y[0]
	}
	return false
}
