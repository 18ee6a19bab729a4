// Package tolerated says which requirements a subject may break without a finding.
package tolerated

import (
	"fmt"
	"slices"

	"github.com/ssecheck/ssecheck/cases/nearest"
	"github.com/ssecheck/ssecheck/spec/requirements"
)

// Requirements are those that the user tolerates, and those that bind nobody. The error
// names one that there is not.
func Requirements(catalogue *requirements.Catalogue, user []string) ([]string, error) {
	all := slices.Clone(user)
	var ids []string
	for _, r := range catalogue.All() {
		ids = append(ids, r.ID)
		if r.Level == requirements.Info {
			all = append(all, r.ID)
		}
	}
	for _, id := range user {
		if !slices.Contains(ids, id) {
			return nil, fmt.Errorf("fuzz.Tolerate: there is no requirement %q; %s (ssecheck list --requirements names them all)", id, nearest.Hint(id, ids))
		}
	}
	return all, nil
}
