package observe

import (
	"os/exec"
	"testing"
)

// The cost of starting a program, with and without observation, until it ends.
func BenchmarkStart(b *testing.B) {
	for _, way := range []struct {
		name  string
		start func(*exec.Cmd) (*Watch, error)
	}{
		{"plain", func(c *exec.Cmd) (*Watch, error) { return nil, c.Start() }},
		{"observed", func(c *exec.Cmd) (*Watch, error) { return Start(c, nil) }},
	} {
		b.Run(way.name, func(b *testing.B) {
			for b.Loop() {
				command, _ := played("/", "nothing")
				measure(b, command, way.start)
			}
		})
	}
}

// The cost of a call: a thousand and five calls are seen, and as many that only read are not.
func BenchmarkCalls(b *testing.B) {
	for _, role := range []string{"many", "many that read"} {
		for name, start := range map[string]func(*exec.Cmd) (*Watch, error){
			"plain":    func(c *exec.Cmd) (*Watch, error) { return nil, c.Start() },
			"observed": func(c *exec.Cmd) (*Watch, error) { return Start(c, nil) },
		} {
			b.Run(role+"/"+name, func(b *testing.B) {
				for b.Loop() {
					command, _ := played("/", role, "/proc/self/stat")
					measure(b, command, start)
				}
			})
		}
	}
}

func measure(b *testing.B, command *exec.Cmd, start func(*exec.Cmd) (*Watch, error)) {
	watch, err := start(command)
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		b.Fatal(err)
	}
	if watch == nil {
		return
	}
	if err := watch.Close(); err != nil {
		b.Fatal(err)
	}
}
