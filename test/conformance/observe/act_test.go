package observe

import (
	"testing"
)

// The number of kept acts is bounded; further ones are counted.
func TestKeptActsAreBounded(t *testing.T) {
	command, said := played("/", "many", "/none/such/")
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

// If a signal interrupts a call that is being inspected, the call is one act and no error, even if
// the kernel repeats it.
func TestInterruptedCallIsOneAct(t *testing.T) {
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

// A call that is shown again is one act; a call with any difference is another act.
func TestRepeatedCallIsOneAct(t *testing.T) {
	unlink := notice{id: 7, tid: 21, number: 87, instruction: 0x401000, args: [6]uint64{0xc000}}
	but := func(change func(*notice)) notice { other := unlink; change(&other); return other }
	acts := []Act{{Kind: Write, Object: "/one"}}
	for name, test := range map[string]struct {
		call notice
		acts []Act
		want int
	}{
		"again":            {but(func(n *notice) { n.id = 9 }), acts, 1},
		"another thread":   {but(func(n *notice) { n.tid = 22 }), acts, 2},
		"another call":     {but(func(n *notice) { n.number = 83 }), acts, 2},
		"another place":    {but(func(n *notice) { n.instruction = 0x402000 }), acts, 2},
		"another argument": {but(func(n *notice) { n.args[0] = 0xd000 }), acts, 2},
		"another name":     {but(func(n *notice) { n.id = 9 }), []Act{{Kind: Write, Object: "/two"}}, 2},
	} {
		var r record
		yes := func() bool { return true }
		r.add(unlink, acts, yes)
		r.add(test.call, test.acts, yes)
		if got := r.Count(Write); got != test.want || len(r.Acts()) != test.want {
			t.Errorf("%s: got %d acts, kept %v, want %d", name, got, r.Acts(), test.want)
		}
	}
}

// If a call went away before it was answered, its acts are not kept: it comes again, or it had no
// effect.
func TestUnansweredCallIsNotKept(t *testing.T) {
	var r record
	call, acts := notice{id: 7, tid: 21, number: 49}, []Act{{Kind: Listen}}
	r.add(call, acts, func() bool { return false })
	if len(r.Acts()) != 0 || r.Count(Listen) != 0 {
		t.Errorf("got %v want nothing", r.Acts())
	}
	r.add(call, acts, func() bool { return true })
	if len(r.Acts()) != 1 || r.Count(Listen) != 1 {
		t.Errorf("got %v want the call that was answered", r.Acts())
	}
}
