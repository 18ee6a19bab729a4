package campaign

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"
)

func TestZ(t *testing.T) {
	runs := 100000
	fmt.Sscan(os.Getenv("RUNS"), &runs)
	last := time.Now()
	f := Parser
	if os.Getenv("CLIENT") != "" {
		f = Client
	}
	s, err := f(context.Background(), os.Getenv("CMD"), Options{Seed: 1, Runs: runs,
		OnStats: func(s Stats) {
			if time.Since(last) > 5*time.Second {
				last = time.Now()
				fmt.Printf("%+v\n", s)
			}
		},
		Folder: os.Getenv("DIR"), OnFinding: func(f *Finding) {
			fmt.Printf("FOUND run %d %v: %s [%s exact=%v] %s\n  %q\n  %s\n", f.Run, f.After, f.Requirement.ID, f.Fault, f.Exact, f.Sentence, f.Text, f.Message)
		}})
	fmt.Printf("%+v %v\n", s.Stats, err)
	for _, f := range s.Findings {
		fmt.Println(f.key, f.Hits)
	}
}
