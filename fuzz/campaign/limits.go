package campaign

import "time"

// Why a campaign ended.
const (
	AllRuns     = "runs"
	TimeUp      = "time"
	Interrupted = "interrupted"
)

// limits are when a campaign ends by itself.
type limits struct {
	runs  int // inputs; 0 is no limit
	until time.Time
	now   func() time.Time
	ended string // why, once it has
}

// next is how many inputs the next batch may have once so many were made; 0 ends the
// campaign.
func (l *limits) next(made int) int {
	switch {
	case !l.until.IsZero() && !l.now().Before(l.until):
		l.ended = TimeUp
		return 0
	case l.runs == 0:
		return batch
	case made >= l.runs:
		l.ended = AllRuns
		return 0
	}
	return min(batch, l.runs-made)
}
