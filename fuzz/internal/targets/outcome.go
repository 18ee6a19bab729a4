package targets

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An Outcome is what a run of a target came to.
type Outcome struct {
	Execs int64 // executions
	// Rates are executions per second, of the stretches of some seconds that the fuzzer
	// reports.
	Rates       []int
	Interesting int // inputs that it keeps

	// Failed says that the target failed, hung or never began.
	Failed bool
	// Input is the file of the failing input, relative to the package's folder; empty when
	// a seed fails, or when nothing was written.
	Input string
	// Replay is the name by which go test -run replays the failure; empty when none does.
	Replay string
	// Fault says in a line what was wrong.
	Fault string

	began bool
	still stretch
}

// A stretch is for how long no execution has ended.
type stretch struct {
	execs       int64
	since, last time.Duration
}

// hung is for how long no execution may end. The fuzzer looks every 3 seconds.
const hung = 5 * time.Second

// Rate is the median of the rates.
func (o Outcome) Rate() int {
	if len(o.Rates) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(o.Rates))
	return sorted[len(sorted)/2]
}

var (
	baseline = regexp.MustCompile(`^fuzz: elapsed: ([^,]+), gathering baseline coverage: (\d+)/(\d+) completed(, now fuzzing)?`)
	progress = regexp.MustCompile(`^fuzz: elapsed: ([^,]+), execs: (\d+) \((\d+)/sec\)(?:, new interesting: \d+ \(total: (\d+)\))?`)
	seed     = regexp.MustCompile(`^failure while testing seed corpus entry: (\S+)`)
	input    = regexp.MustCompile(`^\s*Failing input written to (testdata/fuzz/(\S+))`)
	failed   = regexp.MustCompile(`^\s*--- FAIL: (\S+)`)
)

// Read reads what a run of a fuzz target prints, to its end.
func Read(r io.Reader) (Outcome, error) {
	var o Outcome
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 16<<20) // a fault may quote a whole input
	for lines.Scan() {
		o.line(lines.Text())
	}
	o.end()
	return o, lines.Err()
}

func (o *Outcome) line(line string) {
	switch {
	case o.isProgress(line), o.isFailure(line):
	case strings.HasPrefix(line, "fuzz: "), line == "FAIL", line == "PASS":
	case o.Failed && o.Fault == "":
		o.Fault = strings.TrimSpace(line)
	}
}

// isProgress takes a line of the fuzzer's own.
func (o *Outcome) isProgress(line string) bool {
	if m := baseline.FindStringSubmatch(line); m != nil {
		o.began = m[4] != ""
		o.Execs, _ = strconv.ParseInt(m[2], 10, 64)
		o.stand(m[1])
		return true
	}
	m := progress.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	o.Execs, _ = strconv.ParseInt(m[2], 10, 64)
	if rate, _ := strconv.Atoi(m[3]); rate > 0 {
		o.Rates = append(o.Rates, rate)
	}
	if m[4] != "" {
		o.Interesting, _ = strconv.Atoi(m[4])
	}
	o.stand(m[1])
	return true
}

// stand notes the time by which so many executions had ended.
func (o *Outcome) stand(elapsed string) {
	at, _ := time.ParseDuration(elapsed)
	if o.Execs != o.still.execs {
		o.still = stretch{execs: o.Execs, since: at}
	}
	o.still.last = at
}

// isFailure takes a line that says that, or where, the target failed.
func (o *Outcome) isFailure(line string) bool {
	if m := seed.FindStringSubmatch(line); m != nil {
		o.Failed, o.Replay = true, m[1]
		return true
	}
	if m := input.FindStringSubmatch(line); m != nil {
		o.Failed, o.Input, o.Replay = true, m[1], m[2]
		return true
	}
	m := failed.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	o.Failed = true
	if o.Replay == "" {
		o.Replay = m[1]
	}
	return true
}

// end sees what the fuzzer passes over: its time can be over while a target hangs, and
// before it has begun.
func (o *Outcome) end() {
	if o.Failed || o.still.last == 0 {
		return
	}
	still := o.still.last - o.still.since
	switch {
	case o.began && still >= hung:
		o.Fault = fmt.Sprintf("it hangs: for the last %v no execution has ended (go test keeps no input of a hang)", still)
	case !o.began && still >= hung:
		o.Fault = fmt.Sprintf("it hangs on a seed, or takes long: for the last %v none was done; %d were before", still, o.Execs)
	case !o.began:
		o.Fault = fmt.Sprintf("its time was over after %d seeds; give it more", o.Execs)
	default:
		return
	}
	o.Failed = true
}
