package town

import "fmt"

// slots is how many numbers each family has room for.
const slots = 8

// spread maps 0 to below one-to-one onto itself. below is a power of ten.
func spread(number int64, x, below uint64) uint64 {
	h := mix(uint64(number) + forNumbers)
	by := h%1_000_000_000*10 + 100_000_003 // ends in 3, so that it shares no factor with below
	return (x%below*by + h>>20) % below
}

func personID(x int) string { return fmt.Sprintf("P%010d", x) }

// nhsNumber is a valid NHS number that is not issued: it begins with 5 or 9.
func nhsNumber(number int64, x int) string {
	stem := 2 * spread(number, uint64(x), 100_000_000)
	for try := range uint64(2) { // one of two neighbours always has a check digit
		s := stem + try
		digits := fmt.Sprintf("5%08d", s)
		if s >= 100_000_000 {
			digits = fmt.Sprintf("9%08d", s-100_000_000)
		}
		sum := 0
		for i := range 9 {
			sum += int(digits[i]-'0') * (10 - i)
		}
		if check := (11 - sum%11) % 11; check < 10 {
			return digits + string(rune('0'+check))
		}
	}
	return ""
}

// upnLetters are the check letters of a unique pupil number, DfE "Unique pupil
// numbers: guide", 2019: no I, O or S.
const upnLetters = "ABCDEFGHJKLMNPQRTUVWXYZ"

func uniquePupilNumber(number int64, x int) string {
	digits := fmt.Sprintf("%012d", spread(number+1, uint64(x), 1_000_000_000_000))
	sum := 0
	for i := range 12 {
		sum += int(digits[i]-'0') * (i + 2)
	}
	return string(upnLetters[sum%23]) + digits
}

// phoneNumber is a number of eleven digits in a range that nobody has.
func phoneNumber(number int64, x int) string {
	return fmt.Sprintf("04%09d", spread(number+2, uint64(x), 1_000_000_000))
}
