package cases

import "fmt"

// A Lag bounds how much later something comes than on another connection.
type Lag struct {
	Beside string `yaml:"beside" json:"beside"`
	Most   string `yaml:"most" json:"most"`
	// Again, of head-lag, is another connection that went the same way: what came
	// in time on either is no fault, but a busy machine.
	Again string `yaml:"again,omitempty" json:"again,omitempty"`
}

// A Shared names two connections to the server itself. What both of them get is
// the stream; what only one gets is its own.
type Shared struct {
	As      string `yaml:"as" json:"as"`
	Control string `yaml:"control" json:"control"`
}

// A Replay names a connection that came back with a last event ID, and the one
// that had the events before.
type Replay struct {
	As  string `yaml:"as" json:"as"`
	Had string `yaml:"had" json:"had"`
}

// A Freshness names the connection that went the same way before, and two to
// the server itself.
type Freshness struct {
	Before  string `yaml:"before" json:"before"`
	As      string `yaml:"as" json:"as"`
	Control string `yaml:"control" json:"control"`
}

// hopRefs lists the connections that a check of a hop compares with.
func (c Check) hopRefs() []string {
	refs := []string{c.OpenAsLong, c.KeepsCoding}
	for _, l := range []*Lag{c.HeadLag, c.EventLag} {
		if l != nil {
			refs = append(refs, l.Beside)
			if l.Again != "" {
				refs = append(refs, l.Again)
			}
		}
	}
	for _, s := range []*Shared{c.SameStream, c.SameComments, c.SameRetries} {
		if s != nil {
			refs = append(refs, s.As, s.Control)
		}
	}
	if c.ReplaysLike != nil {
		refs = append(refs, c.ReplaysLike.As, c.ReplaysLike.Had)
	}
	if c.Fresh != nil {
		refs = append(refs, c.Fresh.Before, c.Fresh.As, c.Fresh.Control)
	}
	return refs
}

// validateHop says what is wrong with a check of a hop.
func (c Check) validateHop() error {
	for _, l := range []struct {
		name string
		lag  *Lag
	}{{"head-lag", c.HeadLag}, {"event-lag", c.EventLag}} {
		if l.lag != nil && l.lag.Beside == "" {
			return fmt.Errorf("%s takes beside: CONN and most: DURATION", l.name)
		}
		if l.lag != nil {
			return validDuration(l.name, l.lag.Most)
		}
	}
	for _, s := range []*Shared{c.SameStream, c.SameComments, c.SameRetries} {
		if s != nil && (s.As == "" || s.Control == "") {
			return fmt.Errorf("%s takes as: CONN and control: CONN", c.Name())
		}
	}
	switch {
	case c.ReplaysLike != nil && (c.ReplaysLike.As == "" || c.ReplaysLike.Had == ""):
		return fmt.Errorf("replays-like takes as: CONN and had: CONN")
	case c.Fresh != nil && (c.Fresh.Before == "" || c.Fresh.As == "" || c.Fresh.Control == ""):
		return fmt.Errorf("fresh takes before: CONN, as: CONN and control: CONN")
	}
	return nil
}
