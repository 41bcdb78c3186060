package checks

import (
	"time"

	"polycom.com/usagedata/core/wire"
	"polycom.com/usagedata/test/conformance/frontdoor"
	"polycom.com/usagedata/test/conformance/scene"
)

// handshake returns the checks of the first line on standard output and of the connection that it
// describes, as documented in core/wire/README.md.
func handshake() []Check {
	return withDefaults(Check{Level: required, Serves: []string{"PLUG-1"}, Of: inScenes(scene.Good),
		From: scene.Started}, []Check{
		{ID: "handshake.cookie", Of: inScenes(scene.Cookieless), Plays: inScenes(scene.Cookieless), Judge: cookie,
			Holds: "Without the cookie in its environment, the plugin does not serve and exits.",
			Why:   "A plugin that is started by hand would wait for a host that never comes."},
		{ID: "handshake.prompt", Serves: []string{"PLUG-1", "SEND-5"}, Judge: prompt,
			Holds: "The plugin prints a whole line within 15 seconds.",
			Why:   "The host does not wait longer."},
		{ID: "handshake.soon", Level: recommended, Serves: []string{"SEND-5"}, Of: starts(), From: scene.Handshaken,
			Judge: soon,
			Holds: "The plugin completes the handshake within two seconds, or ten times the start time of a process.",
			Why:   "It is started every hour, on a machine that has other things to do."},
		{ID: "handshake.first", Judge: first,
			Holds: "The first line on standard output is the handshake.",
			Why:   "The host reads one line, and takes it for the handshake."},
		{ID: "handshake.core", Judge: core,
			Holds: "The line names version 1 of go-plugin's own protocol.",
			Why:   "The host knows no other."},
		{ID: "handshake.version", Judge: version,
			Holds: "The line names a version of the plugin protocol that the host offers.",
			Why:   "The host refuses any other."},
		{ID: "handshake.offer", Of: inScenes(scene.Good, scene.Offered), Plays: inScenes(scene.Offered), Judge: offer,
			Holds: "Of several offered versions, the plugin takes one that it was built for.",
			Why:   "A later host also offers later versions."},
		{ID: "handshake.socket", Judge: socket,
			Holds: "The plugin listens on a unix socket in the folder that it was given.",
			Why:   "No other user can reach it there, and the host removes the folder afterwards."},
		{ID: "handshake.private", Serves: []string{"PLUG-1", "VIEW-3"}, From: scene.Handshaken, Judge: socketIsPrivate,
			Holds: "The plugin's socket gives neither its group nor other users permission to write, which is to " +
				"connect.",
			Why: "Only its host may call it."},
		{ID: "handshake.grpc", Judge: grpc,
			Holds: "The line says that the plugin speaks gRPC.",
			Why:   "The host speaks nothing else."},
		{ID: "handshake.certificate", Judge: certificate,
			Holds: "The line shows the plugin's certificate.",
			Why:   "The connection is mutual TLS: each side verifies the other."},
		{ID: "handshake.tls", Judge: connection,
			Holds: "The plugin answers over TLS, with the certificate that its line shows.",
			Why:   "The host accepts no other certificate."},
		{ID: "handshake.client", Serves: []string{"PLUG-1", "VIEW-3"}, Of: inScenes(scene.Strangers),
			Plays: inScenes(scene.Strangers), From: scene.Handshaken, Judge: client,
			Holds: "The plugin refuses clients that do not present the host's certificate.",
			Why:   "Only its host may get the data that it reads."},
		{ID: "handshake.health", Judge: health,
			Holds: "The health service reports that `plugin` is serving.",
			Why:   "With this service go-plugin checks that the plugin is alive."},
	})
}

func cookie(s *scene.Scenes) Finding {
	r := s.Of(scene.Cookieless)
	switch {
	case r.LineErr == nil:
		return fail("It printed a line without the cookie.")
	case !r.Ended:
		return fail("It did not exit.")
	}
	return pass("It exited after %v: %s.", round(r.EndTook), r.State)
}

func prompt(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	if r.LineErr != nil {
		return fail("%s.", sentence(r.LineErr))
	}
	return pass("It took %v.", round(r.LineTook))
}

// sentence returns the error's text with a capital first letter.
func sentence(err error) string {
	text := err.Error()
	return string(text[0]-'a'+'A') + text[1:]
}

// soonEnough returns two seconds, or ten times as long as the machine took to launch the process if
// that is more: such a machine is busy with something else.
func soonEnough(s *scene.Scenes) time.Duration {
	return max(2*time.Second, 10*max(s.Of(scene.Good).Launching, s.Of(scene.Again).Launching))
}

// starts returns two scenes, of which the quicker start counts: a busy machine is not the plugin's
// fault.
func starts() []scene.Name { return inScenes(scene.Good, scene.Again) }

func soon(s *scene.Scenes) Finding {
	took := min(s.Of(scene.Good).LineTook, s.Of(scene.Again).LineTook)
	if took > soonEnough(s) {
		return fail("It took %v.", round(took))
	}
	return pass("It took %v.", round(took))
}

// line judges the [frontdoor.Line] if it is one, has four fields and begins with a number. Otherwise
// another check has failed.
func line(s *scene.Scenes, judge func(*scene.Recording) Finding) Finding {
	r := s.Of(scene.Good)
	if r.LineErr != nil || r.LineFault != "" || r.Line.Fields < 4 || r.Line.Core < 0 {
		return skipped("It printed no handshake line.")
	}
	return judge(r)
}

func first(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	switch {
	case r.LineErr != nil:
		return skipped("It printed no line.")
	case r.LineFault != "":
		return fail("The first line on standard output is not a handshake: %s.", r.LineFault).with(begins(r))
	case r.Line.Fields < 4 || r.Line.Core < 0 || r.Line.App < 0:
		return fail("The first line is not a handshake: it has %d bytes and %d fields, instead of "+
			"1|VERSION|unix|PATH|grpc|CERTIFICATE.", len(r.First), r.Line.Fields).with(begins(r))
	}
	return pass("")
}

// begins quotes the beginning of the first line.
func begins(r *scene.Recording) string {
	return "it begins with " + quoted(string(r.First[:min(len(r.First), 80)]))
}

func core(s *scene.Scenes) Finding {
	return line(s, func(r *scene.Recording) Finding {
		if r.Line.Core != 1 {
			return fail("It names version %d.", r.Line.Core)
		}
		return pass("")
	})
}

func version(s *scene.Scenes) Finding {
	return line(s, func(r *scene.Recording) Finding {
		if r.Line.App < wire.Oldest || r.Line.App > wire.Version {
			return fail("It names version %d; offered was %d.", r.Line.App, wire.Version)
		}
		return pass("It is version %d.", r.Line.App)
	})
}

func offer(s *scene.Scenes) Finding {
	r := s.Of(scene.Offered)
	switch {
	case s.Of(scene.Good).Line.App > wire.Version:
		return skipped("It also accepts a version that was not offered.")
	case r.LineErr != nil:
		return fail("With the versions 1, 98 and 99 on offer the handshake fails: %s.", r.LineErr)
	case r.LineFault != "":
		return skipped("It prints no handshake line.")
	case r.Line.App > wire.Version:
		return fail("Of the versions 1, 98 and 99 it takes %d, which is not defined.", r.Line.App)
	}
	return pass("Of the versions 1, 98 and 99 it takes %d.", r.Line.App)
}

func socket(s *scene.Scenes) Finding {
	return line(s, func(r *scene.Recording) Finding {
		if r.SocketFault != "" {
			return fail("It does not listen in its own folder: %s.", r.SocketFault)
		}
		return pass("")
	})
}

func socketIsPrivate(s *scene.Scenes) Finding {
	const others = 0o022 // its group, and every user
	if is := s.Of(scene.Good).Socket; is&others != 0 {
		return fail("Its socket has the permissions %04o.", is)
	}
	return pass("")
}

func grpc(s *scene.Scenes) Finding {
	return line(s, func(r *scene.Recording) Finding {
		if r.Line.Protocol != "grpc" {
			return fail("The line names another protocol, %s.", quoted(r.Line.Protocol))
		}
		return pass("")
	})
}

func certificate(s *scene.Scenes) Finding {
	return line(s, func(r *scene.Recording) Finding {
		if fault := r.Line.CertificateFault(); fault != "" {
			return fail("It shows no certificate: %s.", fault)
		}
		return pass("")
	})
}

func connection(s *scene.Scenes) Finding {
	return line(s, func(r *scene.Recording) Finding {
		switch {
		case r.SocketFault != "" || r.Line.CertificateFault() != "" || r.Line.Protocol != "grpc" || r.Line.Core != 1:
			return skipped("Its line does not say where and how to call it.")
		case r.Crashed() && r.Stage < scene.Handshaken && r.HealthErr == nil:
			return fail("The plugin exited after its line: %s.", r.Died)
		case r.CallErr != nil:
			return fail("After its line, %s.", callFailed(r.CallErr))
		}
		return pass("")
	})
}

func client(s *scene.Scenes) Finding {
	if admitted := s.Of(scene.Strangers).Admitted; len(admitted) > 0 {
		return fail("It answers other clients.").with(admitted...)
	}
	return pass("It refuses a client without a certificate and a client with another one.")
}

func health(s *scene.Scenes) Finding {
	r := s.Of(scene.Good)
	switch {
	case r.Stage < scene.Handshaken && r.HealthErr == nil:
		return skipped("It could not be called.")
	case r.Crashed() && r.Stage < scene.Handshaken:
		return fail("The plugin exited when its health service was called: %s.", r.Died)
	case frontdoor.CauseOf(r.HealthErr) != "":
		return fail("The health service was called, and %s.", callFailed(r.HealthErr))
	case r.HealthErr != nil:
		return fail("The health service was called, and %s.", r.HealthErr)
	}
	return pass("")
}
