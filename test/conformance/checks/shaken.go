package checks

import (
	"time"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/conformance/check"
	"polycom.com/usagedata/test/conformance/scene"
)

func cookie(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Cookieless)
	switch {
	case r.LineErr == nil:
		return check.Fail("It printed a line all the same.")
	case !r.Ended:
		return check.Fail("It did not end.")
	}
	return check.Pass("It ended after %v: %s.", round(r.EndTook), r.State)
}

func prompt(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Good)
	if r.LineErr != nil {
		return check.Fail("%s.", sentence(r.LineErr))
	}
	return check.Pass("It took %v.", round(r.LineTook))
}

// soonEnough is two seconds. A machine that takes more than a tenth of that to launch a process is busy with something
// else, and the plugin has ten times as long as the launch took.
func soonEnough(s *scene.Scenes) time.Duration {
	return max(2*time.Second, 10*max(s.Of(scene.Good).Launching, s.Of(scene.Again).Launching))
}

// starts are two, of which the quicker one counts: a machine that has other things to do is not the plugin's fault.
func starts() []scene.Name { return []scene.Name{scene.Good, scene.Again} }

func soon(s *scene.Scenes) check.Finding {
	took := min(s.Of(scene.Good).LineTook, s.Of(scene.Again).LineTook)
	if took > soonEnough(s) {
		return check.Fail("It took %v.", round(took))
	}
	return check.Pass("It took %v.", round(took))
}

// line judges the line, if there is one; without one another check has failed. Each piece is judged only where those
// before are there.
func line(s *scene.Scenes, judge func(*scene.Recording) check.Finding) check.Finding {
	r := s.Of(scene.Good)
	if r.LineErr != nil || r.Line.Fields < 4 || r.Line.Core < 0 {
		return unseen("There is no line that is a handshake.")
	}
	return judge(r)
}

func first(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Good)
	switch {
	case r.LineErr != nil:
		return unseen("There is no line.")
	case r.Line.Fields < 4 || r.Line.Core < 0 || r.Line.App < 0:
		return check.Fail("It printed something else: %d bytes with %d fields, where a handshake is "+
			"1|VERSION|unix|PATH|grpc|CERTIFICATE.", len(r.First), r.Line.Fields)
	}
	return check.Pass("")
}

func core(s *scene.Scenes) check.Finding {
	return line(s, func(r *scene.Recording) check.Finding {
		if r.Line.Core != 1 {
			return check.Fail("It names version %d.", r.Line.Core)
		}
		return check.Pass("")
	})
}

func version(s *scene.Scenes) check.Finding {
	return line(s, func(r *scene.Recording) check.Finding {
		if r.Line.App < wire.Oldest || r.Line.App > wire.Version {
			return check.Fail("It names version %d; offered was %d.", r.Line.App, wire.Version)
		}
		return check.Pass("It is version %d.", r.Line.App)
	})
}

func offer(s *scene.Scenes) check.Finding {
	r := s.Of(scene.Offered)
	switch {
	case s.Of(scene.Good).Line.App > wire.Version:
		return unseen("It takes a version that was not offered anyway.")
	case r.LineErr != nil:
		return check.Fail("With the versions 1, 98 and 99 on offer it does not shake hands: %s.", r.LineErr)
	case r.Line.App > wire.Version:
		return check.Fail("Of the versions 1, 98 and 99 it takes %d, which nobody has defined yet.", r.Line.App)
	}
	return check.Pass("Of the versions 1, 98 and 99 it takes %d.", r.Line.App)
}

func socket(s *scene.Scenes) check.Finding {
	return line(s, func(r *scene.Recording) check.Finding {
		switch {
		case r.Line.Network != "unix":
			return check.Fail("It does not listen on a unix socket.")
		case !r.Listens:
			return check.Fail("It listens in another folder than its own.")
		}
		return check.Pass("")
	})
}

func grpc(s *scene.Scenes) check.Finding {
	return line(s, func(r *scene.Recording) check.Finding {
		if r.Line.Protocol != "grpc" {
			return check.Fail("It says that it speaks something else.")
		}
		return check.Pass("")
	})
}

func certificate(s *scene.Scenes) check.Finding {
	return line(s, func(r *scene.Recording) check.Finding {
		if r.Line.Certificate == "" {
			return check.Fail("There is none in the line.")
		}
		return check.Pass("")
	})
}

func connection(s *scene.Scenes) check.Finding {
	return line(s, func(r *scene.Recording) check.Finding {
		switch {
		case r.Line.Certificate == "" || !r.Listens || r.Line.Protocol != "grpc" || r.Line.Core != 1:
			return unseen("Its line does not say where and how to call it.")
		case r.CallErr != nil:
			return check.Fail("The first call over the connection failed: %s.", r.CallErr)
		}
		return check.Pass("")
	})
}

func client(s *scene.Scenes) check.Finding {
	if admitted := s.Of(scene.Strangers).Admitted; len(admitted) > 0 {
		return check.Fail("It talks to others.").With(admitted...)
	}
	return check.Pass("It refuses a client without a certificate, and one with another.")
}

func health(s *scene.Scenes) check.Finding {
	if err := s.Of(scene.Good).HealthErr; err != nil {
		return check.Fail("%s.", code(err))
	}
	return check.Pass("")
}
