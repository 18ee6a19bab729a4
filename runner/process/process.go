// Package process runs the commands that users name as subjects: through the
// system's shell, in a process group that is ended as a whole, with bounded
// memory for what they print. It knows nothing of protocols.
package process

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// Grace is how long a process may take to end by itself once its standard
// input has ended. It is short, since an interrupted run is over within a
// second; and a process that is killed after it takes nothing with it.
const Grace = 500 * time.Millisecond

// lastWords is how long the end of standard error is waited for.
const lastWords = 200 * time.Millisecond

// groupPoll is how often it is looked whether a group is gone: no signal tells.
const groupPoll = 5 * time.Millisecond

// KeptStderr is how many bytes of standard error are kept: the last ones.
const KeptStderr = 32 << 10

// A Process is a command under way.
type Process struct {
	cmd    *exec.Cmd
	stdin  *os.File
	stdout *os.File
	stderr *os.File
	tail   *Tail

	exited chan struct{} // closed once the process is gone
	told   chan struct{} // closed once all its standard error is in the tail
	killed sync.Once
	shut   sync.Once
}

// Start runs the command in the shell: sh -c, or cmd /C on Windows. The
// environment is the caller's, with env added. What is left of its group when
// the command itself has ended is ended too.
func Start(command string, env ...string) (*Process, error) { return start(shell(command), env) }

// StartProgram is Start for a program and its arguments, without a shell.
func StartProgram(path string, args []string, env ...string) (*Process, error) {
	return start(exec.Command(path, args...), env)
}

func start(cmd *exec.Cmd, env []string) (*Process, error) {
	p := &Process{
		cmd: cmd, tail: NewTail(KeptStderr),
		exited: make(chan struct{}), told: make(chan struct{}),
	}
	p.cmd.Env = append(os.Environ(), env...)
	own(p.cmd)
	theirs, err := p.pipes()
	if err == nil {
		err = p.cmd.Start()
	}
	for _, f := range theirs {
		_ = f.Close()
	}
	if err != nil {
		p.closePipes()
		return nil, err
	}
	go func() {
		defer close(p.told)
		_, _ = io.Copy(p.tail, p.stderr)
	}()
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait()
		p.killed.Do(func() { end(p.cmd) }) // what it left behind would hold its output open
	}()
	return p, nil
}

// pipes connects the three streams and returns the ends that are the
// command's. They are files of this process's own, not those of os/exec, so
// that closing them ends whoever waits on them, whatever the command's
// descendants keep open.
func (p *Process) pipes() (theirs []*os.File, err error) {
	in, mine, err := os.Pipe()
	if err != nil {
		return theirs, err
	}
	theirs, p.stdin, p.cmd.Stdin = append(theirs, in), mine, in
	mine, out, err := os.Pipe()
	if err != nil {
		return theirs, err
	}
	theirs, p.stdout, p.cmd.Stdout = append(theirs, out), mine, out
	mine, errs, err := os.Pipe()
	if err != nil {
		return theirs, err
	}
	theirs, p.stderr, p.cmd.Stderr = append(theirs, errs), mine, errs
	return theirs, nil
}

// Stdin is the end that writes to the command.
func (p *Process) Stdin() *os.File { return p.stdin }

// Stdout is the end that reads from the command.
func (p *Process) Stdout() *os.File { return p.stdout }

// Stderr is the end of what the command wrote to standard error.
func (p *Process) Stderr() *Tail { return p.tail }

// Resident is how many bytes of memory the command and what it has started take; 0 where
// the system does not tell.
func (p *Process) Resident() int64 { return resident(p.cmd) }

// Exited is closed once the process is gone. What it printed may still wait in
// the pipes.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// ExitCode is the exit status, or -1 when a signal ended the process. It must
// be gone.
func (p *Process) ExitCode() int { return p.cmd.ProcessState.ExitCode() }

// Exit says how the process ended, as in "exit status 1". It must be gone.
func (p *Process) Exit() string { return p.cmd.ProcessState.String() }

// lingering is how long a process whose output has ended may take to end itself, to be
// told from one that closed its output and stays.
const lingering = time.Second

// Epitaph says how the output came to its end: "ended (exit status 2)", or "closed its
// standard output". It is for the reader of the output, who has met its end.
func (p *Process) Epitaph() string {
	select {
	case <-p.Exited():
		return "ended (" + p.Exit() + ")"
	case <-time.After(lingering):
		return "closed its standard output"
	}
}

// CloseStdin ends the command's standard input.
func (p *Process) CloseStdin() { p.shut.Do(func() { _ = p.stdin.Close() }) }

// Stop asks the whole group to end, gives it grace, and kills what is left as
// Kill does. Where there are no signals it is Kill.
func (p *Process) Stop(grace time.Duration) {
	p.killed.Do(func() {
		ask(p.cmd)
		for until := time.Now().Add(grace); alive(p.cmd) && time.Now().Before(until); {
			time.Sleep(groupPoll)
		}
		end(p.cmd)
	})
	p.Kill()
}

// Kill ends the whole group at once, and waits until the process is gone and
// its last words on standard error are in. What it printed before can still be
// read.
func (p *Process) Kill() {
	p.killed.Do(func() { end(p.cmd) })
	<-p.exited
	// A descendant that left the group may hold standard error open for good.
	select {
	case <-p.told:
	case <-time.After(lastWords):
	}
}

// Abort is Kill for a process that nobody will read from any more: it also ends
// the reads that are under way, whoever else holds the pipe.
func (p *Process) Abort() {
	p.Kill()
	_ = p.stdout.Close()
}

// Close ends the process: it closes its standard input, gives it grace to end
// by itself, kills what is left of its group, waits until all is gone and
// closes the pipes. It returns an error when the process had to be killed.
func (p *Process) Close(grace time.Duration) error {
	p.CloseStdin()
	var err error
	if !p.gone() {
		select {
		case <-p.exited:
		case <-time.After(grace):
			err = fmt.Errorf("the command did not end within %v of the end of its standard input, and was killed", grace)
		}
	}
	p.Kill()
	p.closePipes()
	<-p.told
	return err
}

func (p *Process) gone() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

func (p *Process) closePipes() {
	for _, f := range []*os.File{p.stdout, p.stderr} {
		if f != nil {
			_ = f.Close()
		}
	}
	if p.stdin != nil {
		p.CloseStdin()
	}
}
