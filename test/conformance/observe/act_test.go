package observe

import (
	"testing"
)

// What is kept is bounded, and what is not kept is counted.
func TestBounded(t *testing.T) {
	command, said := played("/", "many", "/none/such")
	watch, err := Start(command, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Error(err)
	}
	if got := watch.Count(Write); got != maxOfEach+5 {
		t.Errorf("counted %d want %d, said %q", got, maxOfEach+5, said)
	}
	if got := len(watch.Acts()); got != maxOfEach {
		t.Errorf("kept %d want %d", got, maxOfEach)
	}
	if err := watch.Close(); err != nil {
		t.Error(err)
	}
}

// A call that is signalled while it is looked at is one act, and no error; also where the kernel repeats it.
func TestInterrupted(t *testing.T) {
	for _, kernel := range []string{"", olderKernel} {
		command, said := played(folder(t), "interrupted", ".")
		command.Env = append(command.Env, kernel)
		watch, err := Start(command, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
		if got := watch.Count(Write); got != 200 || said.String() != "done" {
			t.Errorf("%s: got %d acts and %q, want 200 done", kernel, got, said)
		}
		if err := watch.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Of a call that went away before it was answered nothing is kept: it comes again, or nothing came of it.
func TestNotAnswered(t *testing.T) {
	var r record
	r.add([]Act{{Kind: Write}}, func() bool { return false })
	r.add([]Act{{Kind: Listen}}, func() bool { return true })
	if len(r.Acts()) != 1 || r.Count(Write) != 0 || r.Count(Listen) != 1 {
		t.Errorf("got %v want the one that was answered", r.Acts())
	}
}
