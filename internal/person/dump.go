package person

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Format names how people are made comparable: what Compile keeps, how names sound,
// which keys there are. A snapshot of another format is not read.
const Format = "frontdoor-compact-1"

// wordFields are how many of the numbers are words.
const wordFields = 15

// words32 are the numbers of a compact person, in the order they are written.
func (c *Compact) words32() [26]*uint32 {
	return [...]*uint32{
		&c.given[0], &c.given[1], &c.given[2], &c.known, &c.middle[0], &c.middle[1], &c.family[0], &c.family[1], &c.family[2], &c.alias[0], &c.alias[1],
		&c.parent[0][0], &c.parent[0][1], &c.parent[1][0], &c.parent[1][1], &c.date, &c.upn, &c.phone[0], &c.phone[1], &c.phone[2],
		&c.place[0].code, &c.place[0].street, &c.place[1].code, &c.place[1].street, &c.place[2].code, &c.place[2].street,
	}
}

// CompactSize is how many bytes a compact person takes when written.
const CompactSize = 128

// Append writes a compact person as CompactSize bytes.
func (c *Compact) Append(b []byte) []byte {
	for _, n := range c.words32() {
		b = binary.LittleEndian.AppendUint32(b, *n)
	}
	for i := range c.place {
		b = binary.LittleEndian.AppendUint16(b, c.place[i].area)
		b = binary.LittleEndian.AppendUint16(b, c.place[i].door)
	}
	b = binary.LittleEndian.AppendUint64(b, c.nhs)
	b = binary.LittleEndian.AppendUint16(b, c.school)
	return binary.LittleEndian.AppendUint16(b, c.flags)
}

// Read takes a compact person from CompactSize bytes. It refuses words that the
// dictionary does not have.
func (c *Compact) Read(b []byte, w *Words) error {
	for i, n := range c.words32() {
		*n = binary.LittleEndian.Uint32(b)
		b = b[4:]
		if i < wordFields && *n != 0 && !w.has(*n) {
			return fmt.Errorf("read a person: no word %d", *n)
		}
	}
	for i := range c.place {
		c.place[i].area, c.place[i].door = binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[2:])
		b = b[4:]
	}
	c.nhs, c.school, c.flags = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint16(b[8:]), binary.LittleEndian.Uint16(b[10:])
	return nil
}

func (w *Words) has(id uint32) bool {
	return id >= wordShards && int(id/wordShards) <= len(w.shards[id%wordShards].list)
}

// Append writes the dictionary: for each shard how many words, and for each word how
// many bear it and its text.
func (w *Words) Append(b []byte) []byte {
	for i := range w.shards {
		list := w.shards[i].list
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, e := range list {
			b = binary.AppendUvarint(b, uint64(e.given))
			b = binary.AppendUvarint(b, uint64(e.family))
			b = binary.AppendUvarint(b, uint64(len(e.text)))
			b = append(b, e.text...)
		}
	}
	return b
}

// longestWord bounds what is believed of a snapshot.
const longestWord = 1 << 16

// ReadWords reads a dictionary that Append wrote.
func ReadWords(r interface {
	io.Reader
	io.ByteReader
}) (*Words, error) {
	w := NewWords()
	for i := range w.shards {
		n, err := binary.ReadUvarint(r)
		for ; n > 0 && err == nil; n-- {
			var nums [3]uint64
			for k := range nums {
				if nums[k], err = binary.ReadUvarint(r); err != nil {
					return nil, fmt.Errorf("read the words: %w", err)
				}
			}
			if nums[0] > 1<<32-1 || nums[1] > 1<<32-1 || nums[2] == 0 || nums[2] > longestWord {
				return nil, fmt.Errorf("read the words: a word of %d letters", nums[2])
			}
			text := make([]byte, nums[2])
			if _, err = io.ReadFull(r, text); err != nil {
				break
			}
			id := w.add(string(text), uint32(nums[0]), uint32(nums[1]))
			if id%wordShards != uint32(i) {
				return nil, fmt.Errorf("read the words: one stands in the wrong place")
			}
		}
		if err != nil {
			return nil, fmt.Errorf("read the words: %w", err)
		}
	}
	return w, nil
}
