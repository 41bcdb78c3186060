package main

import (
	"encoding/hex"
	"fmt"
	"os/user"
	"strconv"
	"strings"
	"time"

	"polycom.com/usagedata/core/quarantine"
	"polycom.com/usagedata/core/usage"
)

// installAgain is what to do about a plugin that is not the installed one.
const installAgain = "install the product's package again"

// checkBinary says which binary would be started, whose it is, whether it is the installed one, and what is held
// against it. The error is why it must not be started.
func (s *service) checkBinary() (found []finding, unfit error) {
	p := s.settings.Installed
	found = []finding{{what: "binary", told: p.Plugin()}}
	uid, err := p.Owner()
	owner := finding{what: "  owner", err: err}
	installed := hex.EncodeToString(p.Sum[:])
	sum := finding{what: "  sha256", told: installed + ", as installed"}
	if err != nil {
		sum.skipped, sum.told = true, "not compared: whoever changed the one could change the other"
		return append(found, owner, sum, s.checkSigner()), err
	}
	owner.told = fmt.Sprintf("%s; nobody else may change it, its profile, its checksum or a folder above", nameOf(uid))
	if err := p.Verify(); err != nil {
		sum.err = usage.WithHint(fmt.Errorf("%w; installed was %s", err, installed), installAgain)
	}
	return append(found, owner, sum, s.checkSigner()), sum.err
}

// checkSigner says by whom the product is signed. A signature that is required and not right has been refused before.
func (s *service) checkSigner() finding {
	if s.settings.Signer == "" {
		return finding{what: "  signature", skipped: true, told: "none is required: vendor_keys is not configured"}
	}
	return finding{what: "  signature", told: "of the whole folder, by " + s.settings.Signer}
}

// nameOf says a user as people do; root is root, whatever this machine calls it.
func nameOf(uid uint32) string {
	if uid == 0 {
		return "root"
	}
	number := strconv.FormatUint(uint64(uid), 10)
	if known, err := user.LookupId(number); err == nil {
		return known.Username
	}
	return "user " + number
}

// checkLimits says what the plugin may take, and what comes of it if it fails. Nothing in it can be wrong: the plugin
// is held to it.
func (s *service) checkLimits() []finding {
	l := s.host.Limits()
	return []finding{
		{what: "limits", told: "what the plugin may take: beyond it, it is ended or what it sends is dropped"},
		{what: "  time",
			told: fmt.Sprintf("%s to start, %s to describe itself, %s for a category, %s for a whole cycle, %s to stop",
				span(l.Start), span(l.Describe), span(l.Category), span(l.Whole), span(l.Stop))},
		{what: "  messages", told: fmt.Sprintf("at most %d KiB each; a category is one", l.Message>>10)},
		{what: "  log", told: fmt.Sprintf("%d lines a cycle, at most %d KiB each, made anonymous", l.Lines, l.Line>>10)},
		{what: "  environment", told: "the handshake's variables, " + strings.Join(s.host.Environment(), ", ") +
			", nothing else"},
		{what: "  inherited", told: "its three standard streams; input is the lifeline, which ends with this service"},
		{what: "  failures",
			told: fmt.Sprintf("tried again after a minute at first, later once an hour, at most %d times a day; set aside "+
				"after %d in a row",
				quarantine.PerDay, quarantine.Patience)},
	}
}

func span(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s" }
