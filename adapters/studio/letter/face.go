package letter

// Face is one of the embedded typefaces.
type Face uint8

// The typefaces, by what they are good for.
const (
	Bodoni          Face = iota // a modern with fine hairlines: formal display
	BodoniItalic                //
	Instrument                  // a condensed old style: quiet, contemporary display
	InstrumentItal              //
	Cinzel                      // Roman capitals
	Italiana                    // a thin, calligraphic roman for large sizes
	Pinyon                      // an English roundhand: names on formal cards
	Sacramento                  // a monoline script: friendly, handwritten
	Crimson                     // a book face for text
	CrimsonItalic               //
	Goudy                       // a letterpress old style
	Besley                      // a clarendon slab
	Jost                        // a geometric sans, also Cyrillic
	JostMedium                  //
	Josefin                     // a geometric sans of the twenties
	Syne                        // a wide grotesque
	Abril                       // a fat face
	Righteous                   // a rounded deco display
	Poiret                      // a thin deco display, also Cyrillic
	FredokaSemiBold             // a rounded sans: children and play
	Fredoka                     //
	faces
)

var fileNames = [faces]string{
	Bodoni: "BodoniModa_400Regular", BodoniItalic: "BodoniModa_400Regular_Italic",
	Instrument: "InstrumentSerif_400Regular", InstrumentItal: "InstrumentSerif_400Regular_Italic",
	Cinzel: "Cinzel_400Regular", Italiana: "Italiana_400Regular", Pinyon: "PinyonScript_400Regular",
	Sacramento: "Sacramento_400Regular", Crimson: "CrimsonPro_400Regular", CrimsonItalic: "CrimsonPro_400Regular_Italic",
	Goudy: "SortsMillGoudy_400Regular", Besley: "Besley_700Bold", Jost: "Jost_400Regular", JostMedium: "Jost_500Medium",
	Josefin: "JosefinSans_400Regular", Syne: "Syne_700Bold", Abril: "AbrilFatface_400Regular",
	Righteous: "Righteous_400Regular", Poiret: "PoiretOne_400Regular", FredokaSemiBold: "Fredoka_600SemiBold",
	Fredoka: "Fredoka_400Regular",
}

// substitutes are tried in this order for words that a face cannot set.
var substitutes = []Face{Crimson, JostMedium, Jost, Fredoka, Instrument}
