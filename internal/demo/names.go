package demo

// The people of the demo are invented. Names are of many traditions, as in any
// English town; no combination is meant to be anybody.
var girls = []string{"Ana", "Niamh", "Zofia", "Amina", "Aaliyah", "Megan", "Ngozi", "Mei", "Leila", "Beatriz", "Ioana", "Shanelle", "Bronwen", "Priya", "Ayaan", "Eilidh",
	"Kasia", "Fatima", "Hannah", "Grace", "Temi", "Sadia", "Lily", "Roisin", "Elena", "Maryam", "Yasmin", "Chloe", "Oluchi", "Isla", "Saoirse", "Hodan", "Ruby", "Simran", "Ewa", "Tia"}

var boys = []string{"Ben", "Callum", "Yusuf", "Muhammad", "Jakub", "Emeka", "Wei", "Ibrahim", "Tiago", "Andrei", "Rhys", "Arjun", "Abdi", "Finlay", "Omar", "Noah", "Dylan",
	"Tomasz", "Hamza", "Oliver", "Seun", "Zayn", "Cian", "Matei", "Leo", "Kwame", "Harpreet", "Idris", "Connor", "Samuel", "Mateusz", "Reuben", "Bilal", "Jayden", "Ewan", "Kofi"}

var families = []string{"Bell", "O'Brien", "Kowalczyk", "Khan", "Begum", "Okafor", "Chen", "Haddad", "Da Silva", "Popescu", "Price", "Patel", "Warsame", "Murray", "Al-Hassan",
	"Hughes", "Nowak", "Hussain", "Okoro", "Smith-Jones", "Doherty", "Ionescu", "Adeyemi", "Mensah", "Singh", "Farah", "Lowe", "Walsh", "Green", "Nguyen", "Roberts", "Dunne",
	"Kaur", "Ahmed", "Morris", "Balogun", "Santos", "Lee", "Griffiths", "Ali", "Wood", "Zielinska", "Mirza", "Reilly", "Cooper", "Osman", "Tanner", "Ward", "Clarke", "Ismail"}

var streets = []string{"Mill Road", "Well Lane", "Station Street", "Orchard Close", "Church View", "Canal Row", "Hill Rise", "Bridge Street", "Meadow Way", "Quarry Lane",
	"Alder Grove", "Weavers Court", "North Parade", "Kiln Street", "Garden Terrace", "School Lane", "Ashfield Drive", "Priory Road"}

var schools = []string{"Hilltop Primary", "St Hilda's Primary", "Canalside Academy", "Weavers Green School", "Orchard Infants", "Northgate High", "Meadow Bank School",
	"Priory Academy", "Quarry Lane Primary", "Al-Noor School", "Bridge College", "Ashfield School"}

var incidents = []string{
	"Shouting heard by a neighbour. The children were upstairs and were seen by the officer.",
	"An argument about money. A door was damaged. Nobody was hurt.",
	"A parent was pushed. The children saw it and were frightened.",
	"A former partner came to the house at night and would not leave.",
	"Messages and threats over several days. The children were at home.",
	"A parent was hurt and went to hospital. The children were with their grandmother.",
}

var worries = []string{
	"Came to school hungry and tired several days in a row.",
	"Is often alone at home after school until late.",
	"A bruise on the arm. The story of how it happened changed.",
	"Three missed health appointments, and nobody answers the phone.",
	"Has become very quiet and does not want to go home.",
	"Looks after younger brothers and sisters when a parent is unwell.",
	"Talks of adults coming and going at night.",
	"Missing from school for nine days without a word.",
}

// described is how families of the demo describe their children's ethnicity on the
// referral form, by surname. It is as invented as they are.
var described = map[string]string{
	"Bell": "WBRI", "O'Brien": "WIRI", "Kowalczyk": "WOTH", "Khan": "APKN", "Begum": "ABAN", "Okafor": "BAFR", "Chen": "CHNE", "Haddad": "OOTH",
	"Da Silva": "WOTH", "Popescu": "WROM", "Price": "WBRI", "Patel": "AIND", "Warsame": "BAFR", "Murray": "WBRI", "Al-Hassan": "OOTH", "Hughes": "WBRI",
	"Nowak": "WOTH", "Hussain": "APKN", "Okoro": "BAFR", "Smith-Jones": "MWBC", "Doherty": "WIRT", "Ionescu": "WROM", "Adeyemi": "BAFR", "Mensah": "BAFR",
	"Singh": "AIND", "Farah": "BAFR", "Lowe": "MWBC", "Walsh": "WIRI", "Green": "WBRI", "Nguyen": "AOTH", "Roberts": "WBRI", "Dunne": "WIRI",
	"Kaur": "AIND", "Ahmed": "APKN", "Morris": "BCRB", "Balogun": "BAFR", "Santos": "WOTH", "Lee": "CHNE", "Griffiths": "WBRI", "Ali": "ABAN",
	"Wood": "WBRI", "Zielinska": "WOTH", "Mirza": "APKN", "Reilly": "WIRI", "Cooper": "WBRI", "Osman": "BAFR", "Tanner": "MWAS", "Ward": "WBRI",
	"Clarke": "BCRB", "Ismail": "BAFR",
}
