package web

import (
	"cmp"
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"
)

// FamilyMap is a family drawn in rows of generations, the oldest on top. It repeats
// what a table beside it says, which comes first in reading order.
type FamilyMap struct {
	ID     string // unique on the page, for the title
	Title  string
	Desc   string
	People []MapPerson // within a generation in the order they should stand
	Lines  []MapLine
}

// MapPerson is somebody on a family map.
type MapPerson struct {
	ID, Name, Sub string
	Shape         string // square, circle, diamond (other or not known), triangle (pregnancy)
	Generation    int    // above the child: 1 for parents, 0 for brothers and sisters
	Self          bool   // the child: drawn with a double line
	Home          bool   // lives with the child on that day: a dashed line round them
	Lost          bool   // who died, or a pregnancy that ended: a cross
	Faint         bool   // was of the family, and is not on that day
}

// MapLine joins two people. A parent's line goes from A, the elder, to B.
type MapLine struct {
	A, B    string
	Across  bool // partners, or people of one row joined otherwise
	Thought bool // inferred: dotted
	Faint   bool // ended
}

// The sizes of a map, in pixels: a cell for each person, the shape in it, and the
// room between rows for lines.
const (
	mapCell   = 168
	mapShape  = 40
	mapText   = 18
	mapPerson = mapShape + 3*mapText + 10
	mapGap    = 72
	mapTop    = 34
	mapWidest = 17 // letters of a line of a name
)

const (
	mapInk   = "#14212b"
	mapMuted = "#4a5862"
	mapLight = "#8a959d"
	mapHome  = "#0b5a8a"
)

// spot is where somebody stands: the middle of the shape's upper edge.
type spot struct{ row, column, x, y int }

// SVG draws the map. It is an image with a title and a description, without style
// attributes, and says nothing that the caller did not put in.
func (m FamilyMap) SVG() template.HTML {
	rows := m.rows()
	widest := 1
	for _, r := range rows {
		widest = max(widest, len(r))
	}
	width, height := widest*mapCell, len(rows)*(mapPerson+mapGap)-mapGap+mapTop+12
	at := map[string]spot{}
	for i, r := range rows {
		left := (width - len(r)*mapCell) / 2
		for j, p := range r {
			at[p.ID] = spot{i, j, left + j*mapCell + mapCell/2, mapTop + i*(mapPerson+mapGap)}
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="fd-map" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-title %s-desc" width="%d" height="%d" viewBox="0 0 %d %d">`, m.ID, m.ID, width, height, width, height)
	fmt.Fprintf(&b, "\n<title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%s</desc>\n", m.ID, html.EscapeString(m.Title), m.ID, html.EscapeString(m.Desc))
	m.drawLines(&b, at)
	for _, r := range rows {
		for _, p := range r {
			p.draw(&b, at[p.ID])
		}
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // every text is escaped above
}

// rows are the generations, the oldest first. Brothers and sisters of the same
// parents stand together; parents stand above the middle of their children.
func (m FamilyMap) rows() [][]MapPerson {
	by := map[int][]MapPerson{}
	var gens []int
	for _, p := range m.People {
		if len(by[p.Generation]) == 0 {
			gens = append(gens, p.Generation)
		}
		by[p.Generation] = append(by[p.Generation], p)
	}
	slices.SortFunc(gens, func(a, b int) int { return b - a })
	parents := map[string]string{}
	for _, l := range m.Lines {
		if !l.Across && !l.Faint {
			parents[l.B] += l.A + " "
		}
	}
	place := map[string]float64{}
	put := func(row []MapPerson) {
		for i, p := range row {
			place[p.ID] = float64(i) - float64(len(row)-1)/2
		}
	}
	if row := by[0]; len(row) > 0 {
		first := map[string]int{}
		for i, p := range row {
			if _, ok := first[parents[p.ID]]; !ok {
				first[parents[p.ID]] = i
			}
		}
		slices.SortStableFunc(row, func(a, b MapPerson) int { return cmp.Compare(first[parents[a.ID]], first[parents[b.ID]]) })
		put(row)
	}
	for _, g := range outward(gens) {
		m.centre(by[g], place)
		put(by[g])
	}
	out := make([][]MapPerson, len(gens))
	for i, g := range gens {
		out[i] = m.couples(by[g])
	}
	return out
}

// couples brings partners beside each other.
func (m FamilyMap) couples(row []MapPerson) []MapPerson {
	for _, l := range m.Lines {
		a := slices.IndexFunc(row, func(p MapPerson) bool { return p.ID == l.A })
		b := slices.IndexFunc(row, func(p MapPerson) bool { return p.ID == l.B })
		if !l.Across || l.Thought || a < 0 || b < 0 || a == b || row[a].Generation == 0 {
			continue
		}
		moved := row[b]
		row = slices.Delete(row, b, b+1)
		if b < a {
			a--
			row = slices.Insert(row, a, moved)
			continue
		}
		row = slices.Insert(row, a+1, moved)
	}
	return row
}

// outward are the generations other than the child's, the nearest first.
func outward(gens []int) []int {
	out := slices.DeleteFunc(slices.Clone(gens), func(g int) bool { return g == 0 })
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(max(a, -a), max(b, -b)) })
	return out
}

// centre orders a row by where those stand whom each is joined to and who have a
// place already.
func (m FamilyMap) centre(row []MapPerson, place map[string]float64) {
	middle := map[string]float64{}
	for i, p := range row {
		sum, n := 0.0, 0
		for _, l := range m.Lines {
			other := ""
			switch p.ID {
			case l.A:
				other = l.B
			case l.B:
				other = l.A
			}
			if x, ok := place[other]; ok {
				sum, n = sum+x, n+1
			}
		}
		middle[p.ID] = float64(len(row)+i) / 1000
		if n > 0 {
			middle[p.ID] += sum / float64(n)
		}
	}
	slices.SortStableFunc(row, func(a, b MapPerson) int { return cmp.Compare(middle[a.ID], middle[b.ID]) })
}

// stroke is how a line is drawn: dotted when it is only thought, lighter when it has
// ended.
func (l MapLine) stroke() string {
	colour := mapInk
	if l.Faint {
		colour = mapLight
	}
	s := fmt.Sprintf(`fill="none" stroke="%s" stroke-width="2"`, colour)
	if l.Thought {
		s += ` stroke-dasharray="1 6" stroke-linecap="round"`
	}
	return s
}

func (m FamilyMap) drawLines(b *strings.Builder, at map[string]spot) {
	lane, enters, above := map[string]int{}, map[string]int{}, map[int]int{}
	lanes := map[int]int{}
	for _, l := range m.Lines {
		from, ok := at[l.A]
		to, there := at[l.B]
		if !ok || !there {
			continue
		}
		var path string
		switch {
		case from.row == to.row && (from.column-to.column == 1 || to.column-from.column == 1) && l.Across && !l.Thought:
			y := from.y + mapShape/2
			path = fmt.Sprintf("M%d %dH%d", min(from.x, to.x)+mapShape/2, y, max(from.x, to.x)-mapShape/2)
		case from.row == to.row:
			y := from.y - 8 - 7*(above[from.row]%3)
			above[from.row]++
			path = fmt.Sprintf("M%d %dV%dH%dV%d", from.x+10, from.y, y, to.x-10, to.y)
		default:
			if from.row > to.row {
				from, to = to, from
			}
			if _, ok := lane[l.A]; !ok {
				lane[l.A] = lanes[from.row]
				lanes[from.row]++
			}
			bus := from.y + mapPerson + 4 + 7*(lane[l.A]%6)
			end := to.x + []int{-9, 9, 0, -16, 16}[enters[l.B]%5]
			enters[l.B]++
			if to.row-from.row > 1 { // past the row between, at the edge of the cell
				edge := to.x - mapCell/2 + 3
				path = fmt.Sprintf("M%d %dV%dH%dV%dH%dV%d", from.x, from.y+mapPerson-4, bus, edge, to.y-14, end, to.y)
				break
			}
			path = fmt.Sprintf("M%d %dV%dH%dV%d", from.x, from.y+mapPerson-4, bus, end, to.y)
		}
		fmt.Fprintf(b, "<path d=\"%s\" %s/>\n", path, l.stroke())
	}
}

func (p MapPerson) draw(b *strings.Builder, s spot) {
	ink, text := mapInk, mapInk
	if p.Faint {
		ink, text = mapLight, mapMuted
	}
	if p.Home {
		fmt.Fprintf(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"8\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" stroke-dasharray=\"7 4\"/>\n",
			s.x-mapCell/2+6, s.y-5, mapCell-12, mapPerson+1, mapHome)
	}
	p.shape(b, s, mapShape, ink)
	if p.Self {
		p.shape(b, spot{x: s.x, y: s.y + 6}, mapShape-12, ink)
	}
	if p.Lost {
		fmt.Fprintf(b, "<path d=\"M%d %dL%d %dM%d %dL%d %d\" stroke=\"%s\" stroke-width=\"2\"/>\n", s.x-20, s.y, s.x+20, s.y+mapShape, s.x+20, s.y, s.x-20, s.y+mapShape, ink)
	}
	y := s.y + mapShape + mapText
	lines := wrap(p.Name, mapWidest, 2)
	for i, line := range lines {
		weight := ""
		if p.Self {
			weight = ` font-weight="700"`
		}
		fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"15\"%s fill=\"%s\">%s</text>\n", s.x, y+i*mapText, weight, text, html.EscapeString(line))
	}
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"14\" fill=\"%s\">%s</text>\n", s.x, y+len(lines)*mapText, mapMuted, html.EscapeString(short(p.Sub, mapWidest+3)))
}

func (p MapPerson) shape(b *strings.Builder, s spot, size int, ink string) {
	fill := fmt.Sprintf(`fill="#fff" stroke="%s" stroke-width="2"`, ink)
	half := size / 2
	switch p.Shape {
	case "square":
		fmt.Fprintf(b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" %s/>\n", s.x-half, s.y, size, size, fill)
	case "circle":
		fmt.Fprintf(b, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" %s/>\n", s.x, s.y+half, half, fill)
	case "triangle":
		fmt.Fprintf(b, "<path d=\"M%d %dL%d %dH%dZ\" %s/>\n", s.x, s.y, s.x+half, s.y+size, s.x-half, fill)
	default:
		fmt.Fprintf(b, "<path d=\"M%d %dL%d %dL%d %dL%d %dZ\" %s/>\n", s.x, s.y, s.x+half, s.y+half, s.x, s.y+size, s.x-half, s.y+half, fill)
	}
}

// wrap breaks a name into at most some lines; what does not fit is cut, because the
// table beside the map has it in full.
func wrap(name string, letters, lines int) []string {
	var out []string
	for _, word := range strings.Fields(name) {
		last := len(out) - 1
		if last >= 0 && len([]rune(out[last]))+1+len([]rune(word)) <= letters {
			out[last] += " " + word
			continue
		}
		out = append(out, word)
	}
	if len(out) > lines {
		out = append(out[:lines-1], strings.Join(out[lines-1:], " "))
	}
	for i := range out {
		out[i] = short(out[i], letters)
	}
	return out
}

func short(s string, letters int) string {
	r := []rune(s)
	if len(r) <= letters {
		return s
	}
	return string(r[:letters-1]) + "…"
}
