//go:build windows

package process

import "os/exec"

func shell(command string) *exec.Cmd { return exec.Command("cmd", "/C", command) }

// own does nothing: Windows has no process groups of this kind.
func own(*exec.Cmd) {}

// ask kills: there is no signal to ask with.
func ask(cmd *exec.Cmd) { end(cmd) }

// alive is false: ask has killed.
func alive(*exec.Cmd) bool { return false }

// end kills the process alone.
func end(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
