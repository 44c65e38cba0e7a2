package web

import (
	"os"
	"os/exec"
	"syscall"
)

// wall is one way to start Chromium.
type wall struct {
	args []string
	attr *syscall.SysProcAttr
}

// ordinary is the id that Chromium believes to have inside its namespace: its own
// sandbox refuses to work for root.
const ordinary = 1000

// walls are the ways to start Chromium, the best first: in a user and a network
// namespace of its own, where there is no network; and where the system does not allow
// that, as we are.
func walls() []wall {
	apart := &syscall.SysProcAttr{Setpgid: true, Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: ordinary, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: ordinary, HostID: os.Getgid(), Size: 1}}}
	plain := wall{attr: &syscall.SysProcAttr{Setpgid: true}}
	if os.Getuid() == 0 {
		plain.args = []string{"--no-sandbox"}
	}
	return []wall{{attr: apart}, {args: []string{"--no-sandbox"}, attr: apart}, plain}
}

// endGroup ends Chromium with everything that it started.
func endGroup(c *exec.Cmd) error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
