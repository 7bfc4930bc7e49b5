package raster

// text refuses live text: its shapes are those of the reader's own fonts, which are not here.
func (r *renderer) text(at place) {
	if at.style.visible {
		r.fail(cannotUse("live <text>, whose fonts are not here"))
	}
}
