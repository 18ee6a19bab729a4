package cases

import (
	"fmt"
	"time"
)

// A Crowd is many subscribers at once, of whom only digests are kept. A full
// crowd has [FewSubscribers], or as many as --connections asks for.
type Crowd struct {
	Conn     string `yaml:"conn" json:"conn" jsonschema_description:"The name of the crowd."`
	OneIn    int    `yaml:"one-in,omitempty" json:"one-in,omitempty" jsonschema_description:"One subscriber for this many of a full crowd, at least one and 100 at most."`
	Idle     bool   `yaml:"idle,omitempty" json:"idle,omitempty" jsonschema_description:"They have the smallest receive buffer there is, read the head of the response and nothing of its body."`
	ComeBack int    `yaml:"come-back,omitempty" json:"come-back,omitempty" jsonschema_description:"Each leaves this many times, with a reset, and comes back at once with the last event ID that it has got."`
	After    string `yaml:"after,omitempty" json:"after,omitempty" jsonschema_description:"With come-back: each leaves at a moment up to this long after the head of the response. The moments come from a seed, which is made of the case's name and stands in the transcript."`
}

const (
	// FewSubscribers is a full crowd where no load is asked for.
	FewSubscribers = 8
	// MaxPart bounds the part of a crowd that OneIn names.
	MaxPart = 100
	// MaxComeBack bounds how often the subscribers of a crowd come back.
	MaxComeBack = 20
)

// Size is how many subscribers the crowd has where a full one has so many.
func (c *Crowd) Size(full int) int {
	if c.OneIn == 0 {
		return full
	}
	return min(max(1, full/c.OneIn), MaxPart)
}

// Moments is the longest time after which a subscriber leaves.
func (c *Crowd) Moments() time.Duration {
	d, _ := time.ParseDuration(c.After)
	return d
}

func (c *Crowd) validate() error {
	if err := validConnName(c.Conn); err != nil {
		return err
	}
	switch {
	case c.Conn == "":
		return fmt.Errorf("crowd takes conn: NAME")
	case c.OneIn < 0 || c.OneIn == 1:
		return fmt.Errorf("one-in: %d; it takes 2 or more, and a full crowd goes without", c.OneIn)
	case c.ComeBack < 0 || c.ComeBack > MaxComeBack:
		return fmt.Errorf("come-back: %d; subscribers come back 1 to %d times", c.ComeBack, MaxComeBack)
	case (c.ComeBack == 0) != (c.After == ""):
		return fmt.Errorf("come-back and after go together: how often, and how long after the head at the latest")
	case c.ComeBack > 0 && c.Idle:
		return fmt.Errorf("idle subscribers have no last event ID to come back with")
	case c.After != "":
		return validDuration("after", c.After)
	}
	return nil
}

// OfCrowd tells whether the check looks at a crowd, and not at a connection.
func (c Check) OfCrowd() bool {
	return c.CrowdServed || c.CrowdSame || c.CrowdFed || c.CrowdUndisturbed
}
