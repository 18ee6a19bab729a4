package pretty

import "time"

// SetClock gives a Progress another clock.
func (p *Progress) SetClock(now func() time.Time) { p.now = now }
