package studio

import "convoke/application/port"

// changes tells which instructions of a refinement were followed.
type changes struct {
	understood []string
	ignored    []string
}

// refined returns the parent's specification with the instructions followed. A parent that another generator made is
// read anew from its brief.
func refined(r port.Request) (Spec, changes) {
	spec, err := parseSpec(r.Parent.Spec)
	if err != nil {
		spec = plan(r.Brief, r.Seed)
	}
	return spec, changes{}
}
