package bootstrap

import (
	"fmt"
	"slices"
	"strings"
)

// Role is a part of the product that a process may play.
type Role string

// The closed list of roles.
const (
	RoleAPI       Role = "api"
	RoleWorker    Role = "worker"
	RoleConsumers Role = "consumers"
)

// Roles is what a process plays.
type Roles []Role

// AllRoles is every role in one process.
func AllRoles() Roles { return Roles{RoleAPI, RoleWorker, RoleConsumers} }

// ParseRoles reads "all" or a comma list of roles.
func ParseRoles(text string) (Roles, error) {
	if text == "all" {
		return AllRoles(), nil
	}
	var roles Roles
	for name := range strings.SplitSeq(text, ",") {
		role := Role(strings.TrimSpace(name))
		if !slices.Contains(AllRoles(), role) {
			return nil, fmt.Errorf("unknown role %q: use all, or a comma list of api, worker and consumers", role)
		}
		if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles, nil
}

// Has reports whether the role is among them.
func (r Roles) Has(role Role) bool { return slices.Contains(r, role) }

// Split reports whether other processes play the missing roles.
func (r Roles) Split() bool { return len(r) < len(AllRoles()) }

func (r Roles) String() string {
	if !r.Split() {
		return "all"
	}
	names := make([]string, len(r))
	for i, role := range r {
		names[i] = string(role)
	}
	return strings.Join(names, ",")
}
