package person

import (
	"strings"
	"sync"
)

// Words is the dictionary of a register's name words: each is kept once, with its
// sound and with how many people bear it. Several may add at once; nobody may read
// meanwhile, which the register sees to.
type Words struct {
	shards [wordShards]wordShard
	slips  slips
}

const wordShards = 64

type wordShard struct {
	mu     sync.Mutex
	ids    map[string]uint32
	list   []word
	sounds map[uint32]borne
}

type word struct {
	text  string
	sound uint32
	loose uint32 // as somebody may mishear it
	borne
}

// borne counts how many bear a word as a given and as a family name.
type borne struct{ given, family uint32 }

// NewWords is an empty dictionary.
func NewWords() *Words {
	w := &Words{}
	for i := range w.shards {
		w.shards[i] = wordShard{ids: map[string]uint32{}, sounds: map[uint32]borne{}}
	}
	return w
}

func (w *Words) shard(text string) (*wordShard, uint32) {
	n := hashText(text) % wordShards
	return &w.shards[n], n
}

// add gives a folded word's number, which is never 0, and counts it.
func (w *Words) add(text string, given, family uint32) uint32 {
	if text == "" {
		return 0
	}
	s, n := w.shard(text)
	s.mu.Lock()
	id, ok := s.ids[text]
	if !ok {
		text = strings.Clone(text)
		s.list = append(s.list, word{text: text, sound: soundHash(text), loose: looseHash(text)})
		id = uint32(len(s.list))*wordShards + n
		s.ids[text] = id
	}
	e := &s.list[id/wordShards-1]
	first := e.given+e.family == 0 && given+family > 0
	e.given += given
	e.family += family
	sound := e.sound
	s.mu.Unlock()
	if given+family > 0 {
		t := &w.shards[sound%wordShards]
		t.mu.Lock()
		b := t.sounds[sound]
		t.sounds[sound] = borne{b.given + given, b.family + family}
		t.mu.Unlock()
	}
	if first {
		w.slips.add(text, id)
	}
	return id
}

// find is the number of a word, or 0 when nobody bears it.
func (w *Words) find(text string) uint32 {
	s, _ := w.shard(text)
	return s.ids[text]
}

func (w *Words) word(id uint32) *word { return &w.shards[id%wordShards].list[id/wordShards-1] }

func (w *Words) text(id uint32) string {
	if id == 0 {
		return ""
	}
	return w.word(id).text
}

func (w *Words) sound(id uint32) uint32 {
	if id == 0 {
		return 0
	}
	return w.word(id).sound
}

// bearers is how many bear one of some words.
func (w *Words) bearers(ids []uint32) (n struct{ given, family int }) {
	for _, id := range ids {
		e := w.word(id)
		n.given += int(e.given)
		n.family += int(e.family)
	}
	return n
}

// likeSound is how many bear a name that sounds so.
func (w *Words) likeSound(sound uint32) borne { return w.shards[sound%wordShards].sounds[sound] }

// soundHash is the number of a folded word's sound, 0 for none.
func soundHash(folded string) uint32 {
	var buf [64]byte
	s := appendSound(buf[:0], folded)
	if len(s) == 0 {
		return 0
	}
	return hashBytes(2166136261, s)
}

// hashBytes is FNV-1a with a last stir, the same in every process: keys are kept.
func hashBytes(h uint32, b []byte) uint32 {
	for _, c := range b {
		h = (h ^ uint32(c)) * 16777619
	}
	return stir(h)
}

func hashText(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return stir(h)
}

func stir(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	h ^= h >> 16
	if h == 0 {
		return 1
	}
	return h
}

// mix joins the parts of a key.
func mix(kind byte, parts ...uint32) uint32 {
	h := stir(uint32(kind) + 0x9e3779b9)
	for _, p := range parts {
		h = stir(h*31 + p + 0x9e3779b9)
	}
	return h
}
