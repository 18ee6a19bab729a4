package campaign

import "time"

// notes are what a campaign has come to so far.
type notes struct {
	began    time.Time
	now      func() time.Time
	stats    Stats
	sights   map[string]int      // how often each signature was seen
	findings map[string]*Finding // by their keys
	order    []*Finding
	tell     func(*Finding) error
	progress func(*Stats)
}

// mostSignatures bounds the signatures that are told apart; what comes after them counts
// as one.
const mostSignatures = 1 << 16

// played counts an input.
func (n *notes) played(deviates bool) {
	n.stats.Runs++
	if deviates {
		n.stats.Deviations++
	}
}

// hit counts a deviation for the findings that explain it.
func (n *notes) hit(keys []string) {
	for _, key := range keys {
		if f := n.findings[key]; f != nil {
			f.Hits++
		}
	}
}

// sighted counts a deviation of a signature, and says how many there were of it.
func (n *notes) sighted(signature string) int {
	if _, known := n.sights[signature]; !known && len(n.sights) >= mostSignatures {
		signature = ""
	}
	n.sights[signature]++
	return n.sights[signature]
}

// found takes in what an investigation came to: a finding, or one more hit of one.
func (n *notes) found(f *Finding) error {
	if known := n.findings[f.key]; known != nil {
		known.Hits++
		return nil
	}
	f.Run, f.Hits, f.After = n.stats.Runs, 1, n.now().Sub(n.began)
	n.findings[f.key] = f
	n.order = append(n.order, f)
	n.stats.Findings = len(n.order)
	err := n.tell(f)
	if f.Known {
		n.stats.Known++
	}
	return err
}

// batch tells how far the campaign is.
func (n *notes) batch(kept int) {
	n.stats.Kept, n.stats.Elapsed = kept, n.now().Sub(n.began)
	n.progress(&n.stats)
}
