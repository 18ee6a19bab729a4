package campaign

import "time"

// limits are when a campaign ends by itself.
type limits struct {
	runs  int // inputs; 0 is no limit
	until time.Time
	now   func() time.Time
}

// next is how many inputs the next batch may have once so many were made; 0 ends the
// campaign.
func (l limits) next(made int) int {
	if !l.until.IsZero() && !l.now().Before(l.until) {
		return 0
	}
	if l.runs == 0 {
		return batch
	}
	return min(batch, l.runs-made)
}
