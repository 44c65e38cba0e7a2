package town

import (
	"fmt"
	"strings"
)

// Place is where somebody lives or lived.
type Place struct{ Line, Town, Postcode string }

// land is the ground a town stands on. Doors are numbered; each sixteen have one
// postcode, and a quarter or fewer have a child on the register behind them.
type land struct {
	o     Options
	doors uint64 // a power of two
}

const doorsEach = 16

func newLand(o Options) land {
	doors := uint64(1024)
	for doors < uint64(o.Children)*2 {
		doors *= 2
	}
	return land{o, doors}
}

// scatter gives each family its own door, far from its neighbours' in number.
func (l land) scatter(n int) uint64 {
	mask := l.doors - 1
	h := mix(uint64(l.o.Number))
	x := (uint64(n)*(h|1) + h>>32) & mask
	x ^= x >> 5
	return x * 0x9E3779B97F4A7C15 & mask
}

// near is a door picked at random, mostly in the same town as another.
func (l land) near(d dice, door uint64) uint64 {
	other := d.Uint64N(l.doors)
	if !d.chance(0.75) {
		return other
	}
	places := uint64(len(towns))
	postcode := other / doorsEach / places * places
	postcode += door / doorsEach % places
	return (postcode*doorsEach + other%doorsEach) % l.doors
}

// areas are first letters that no postcode in the United Kingdom has.
var areas = strings.Fields("QV XN ZZ QJ XQ ZK VX JQ QZ XV ZJ VQ JX QX XZ ZQ")

var towns = strings.Split("Ashcombe,Barrowmere,Calderwick,Dunmarsh,Eastholme,Farringate,Greyhaven,Hollinbeck,Inglemoor,Kettlewick,Larkstead,Marlingham,"+
	"Netherbourne,Oakhampstead,Pendleford,Quarrington Vale,Ravensholt,Saltmere,Thornaby Cross,Underhurst,Wexcombe,Yarrowby,Alderstow,Brackenford,"+
	"Coldwater Bridge,Drayhurst,Elmsgate,Fallowden,Gorseby,Hartswell,Ironbeck,Juniper Hill,Kingsmarsh,Lowther Green,Millwater,Norbeck,"+
	"Oldminster,Priorsford,Redmoor,Stonegrave,Tanhouse,Upper Wickley,Vaneborough,Westerfold,Windlestow,Yewbridge,Blythwick,Cranmere", ",")

var (
	streetFirst = strings.Fields("Mill Church Station Victoria Albert Park High Queen King Manor Meadow Orchard Ash Beech Cedar Chestnut Elm Hawthorn Holly Larch Lime Maple Oak Poplar Rowan Sycamore Willow Yew " +
		"Bridge Canal Castle Chapel Cross Farm Field Forge Garden Grange Green Hill Lake Market Mount North South East West New Old Abbey Priory Quarry Railway River School Spring Temple Tower Well Windmill Wood " +
		"Alma Balmoral Blenheim Byron Cambridge Chatsworth Clarence Clarendon Cobden Cromwell Derby Devonshire Dickens Durham Exeter George Gladstone Gordon Granville Grosvenor Hamilton Harcourt Hastings Henry " +
		"Hereford Keats Kelvin Lancaster Lansdowne Lincoln Ludlow Marlborough Milton Nelson Norfolk Northumberland Oxford Palmerston Peel Pembroke Raglan Richmond Russell Salisbury Shelley Somerset Stafford " +
		"Suffolk Tennyson Trafalgar Wellington Wesley Westminster Winchester Windsor Wordsworth Worcester York Fern Heather Primrose Bluebell Foxglove Lavender Jubilee Coronation Kestrel Swallow Heron Skylark")
	streetLast = strings.Fields("Road Road Road Street Street Street Avenue Avenue Close Close Lane Drive Drive Way Crescent Grove Place Terrace Gardens Court Rise Walk View Square")
	houses     = strings.Fields("Linden Bramley Rowan Harcourt Mercer Alderman Kingfisher Trinity Ruskin Marlowe Attlee Fairfax Gaskell Priestley Turner Sandringham")
	blocks     = strings.Fields("House Court Point Lodge Tower Heights")
)

// unitLetters are those that end a postcode.
const unitLetters = "ABDEFGHJLNPQRSTUWXYZ"

// place says where a door is.
func (l land) place(door uint64) Place {
	postcode, within := door/doorsEach, int(door%doorsEach)
	n := int(postcode) % len(towns)
	r := int(postcode) / len(towns)
	d := throw(l.o.Number, forStreet, n<<32|r/3) // three postcodes share a street
	p := Place{Town: towns[n], Postcode: l.postcode(n, r)}
	street := of(d, streetFirst) + " " + of(d, streetLast)
	if d.chance(0.2) {
		p.Line = fmt.Sprintf("Flat %d, %s %s, %s", r%3*doorsEach+within+1, of(d, houses), of(d, blocks), street)
		return p
	}
	odd := d.IntN(2)
	p.Line = fmt.Sprintf("%d %s", r%3*doorsEach*2+within*2+1+odd, street)
	if within == 7 && d.chance(0.1) {
		p.Line = fmt.Sprintf("%dA %s", r%3*doorsEach*2+within*2+1+odd, street)
	}
	return p
}

// postcode is the rth postcode of town n. No two are alike.
func (l land) postcode(n, r int) string {
	const units, districts = 400, 12
	street := r / 3
	in := street % districts
	k := street/districts*3 + r%3 // of its district
	unit := (k*177 + in*59 + n*131) % units
	sector := (k/units + unit + in) % 10
	district := n/len(areas)*30 + in + 1
	return fmt.Sprintf("%s%d %d%c%c", areas[n%len(areas)], district, sector, unitLetters[unit/20], unitLetters[unit%20])
}

// sites are doors that many families share: a refuge, a home, a hostel or a
// travellers' site. They share a telephone too.
var sites = []string{"%s House Refuge, %s", "%s Children's Home, %s", "%s Lodge Hostel, %s", "%s Caravan Site, %s"}

const travellers = 3

// site is the kth such door, and its telephone.
func (l land) site(k int) (Place, string) {
	d := throw(l.o.Number, forSite, k)
	p := l.place(d.Uint64N(l.doors))
	street := p.Line[strings.LastIndex(p.Line, ", ")+1:]
	p.Line = fmt.Sprintf(sites[k%len(sites)], of(d, houses), strings.TrimSpace(strings.TrimLeft(street, " 0123456789A")))
	return p, phoneNumber(l.o.Number, 999_999_999-k)
}

// schools is how many primary schools a town has; secondary schools are a third.
func (l land) schools() int { return max(3, l.o.Children/len(towns)/250) }

var schoolNames = strings.Fields("St_Mary's St_John's St_Peter's Holy_Trinity All_Saints St_Joseph's Our_Lady's Oakfield Greenway Hillside Riverside Parkland Meadowbank Woodlands Brookside Ashgrove Highfield Westbury Moorside Springwell")

func (l land) school(d dice, town string, age int) string {
	if age < 4 {
		return ""
	}
	k := d.IntN(l.schools())
	kind := []string{"Primary School", "Primary Academy", "C of E Primary School"}[k%3]
	if age >= 11 {
		k = d.IntN(max(1, l.schools()/3))
		kind = []string{"High School", "Academy"}[k%2]
	}
	name := strings.ReplaceAll(schoolNames[(k*7+int(town[0])+len(town)*3)%len(schoolNames)], "_", " ")
	if k >= len(schoolNames) {
		name = fmt.Sprintf("%s %s", streetFirst[k%len(streetFirst)], name)
	}
	return town + " " + name + " " + kind
}
