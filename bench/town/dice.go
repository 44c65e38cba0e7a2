package town

import "math/rand/v2"

// dice are thrown for one family, contact or street, and fall the same each time.
type dice struct{ *rand.Rand }

// The things dice are thrown for.
const (
	forFamily uint64 = iota + 1
	forSize
	forTown
	forStreet
	forSite
	forContact
	forDuplicates
	forNumbers
)

func throw(number int64, what uint64, n int) dice {
	seed := mix(uint64(number)*0x9E3779B97F4A7C15 + what)
	return dice{rand.New(rand.NewPCG(seed, mix(seed^uint64(n))))}
}

// mix is the finisher of splitmix64: near numbers come out far apart.
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// chance is true p of the time.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// of picks one, each as likely.
func of[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// which picks an index by weight.
func (d dice) which(weights ...float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := d.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// sizes are the shares of families with one child, two and so on; the mean is two.
var sizes = [...]float64{0.42, 0.32, 0.15, 0.07, 0.025, 0.015}

// size is how many children family n has. It is cheap, so that families can be counted.
func size(o Options, n int) int {
	x := float64(mix(mix(uint64(o.Number)*0x9E3779B97F4A7C15+forSize)^uint64(n))>>11) / (1 << 53)
	for i, s := range sizes {
		if x -= s; x < 0 {
			return i + 1
		}
	}
	return len(sizes)
}
