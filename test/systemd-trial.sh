#!/bin/bash
# Runs in the machine that test/systemd.sh boots: tests the packages' units under a real systemd, resident and by timer. It sets the clock to this
# appliance's slot, so that the test need not wait for an hour.
failed=0
ok() { echo "trial: ok   $*"; }
bad() {
	echo "trial: FAIL $*"
	failed=1
}
want() { # want TITLE COMMAND…
	title=$1
	shift
	if "$@" >/tmp/output 2>&1; then ok "$title"; else
		bad "$title"
		sed 's/^/trial:      /' /tmp/output
	fi
}
until_so() { # until_so SECONDS COMMAND…
	end=$((SECONDS + $1))
	shift
	while ! "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 1
	done
}
property() { systemctl show "$1" -p "$2" --value; }
received() { [ "$(ls /point/received/*.json 2>/dev/null | wc -l)" -ge "$1" ]; }
shown() { cmp -s /var/log/usagedata/analytics.json "$(ls -t /point/received/*.json | head -n 1)"; }
slot() { usagedata status --json | sed -n 's/.*"slot_seconds": \([0-9]*\).*/\1/p'; }
at() { # at HOUR SECONDS-PAST: sets the clock
	date -u -s "$day $1:00:00 UTC + $2 seconds" >/dev/null
}
none() { ! pgrep_usagedata; }
released=$(date -u -d 2026-01-01 +%s) # core/window: a clock that shows an earlier day was never set
never_set() { # the service runs while the clock shows an earlier day
	at 10 "$(slot)"
	want "the service says that the clock is not set" until_so 120 grep -q "this system's clock is not set" /var/log/usagedata/usagedata.log
	want "status says so" sh -c "usagedata status | grep -q \"clock is not set\" && usagedata status | grep -q 'next upload *none'"
	want "nothing is sent until the clock is set" test "$(ls /point/received/*.json 2>/dev/null | wc -l)" = 0
	want "the service stays" test "$(property usagedata.service ActiveState)" = active
}
pgrep_usagedata() { grep -l -s '^usagedata$' /proc/[0-9]*/comm | grep -q .; }
ask() {
	perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Peer => "/run/usagedata/admin.sock") or die "connect: $!\n";
		print $s "GET /v1/status HTTP/1.0\r\nHost: appliance\r\n\r\n";
		local $/; my $answer = <$s>;
		die "$answer\n" unless $answer =~ m{^HTTP/1.. 200} && $answer =~ /"decision": ?"allowed"/;'
}

export TZ=UTC
# systemd has set a clock that was earlier than systemd's build to the date of that build.
[ "$(date +%s)" -lt "$(($(date -u -d "$CLOCK" +%s) + 3600))" ] || date -u -s "$CLOCK" >/dev/null
built=$(stat -c %Y /usr/bin/usagedata)
day=$(date -u -d tomorrow +%F)
echo "trial: the clock shows $(date -u +%FT%TZ), and the packages were built on $(date -u -d "@$built" +%F)"
until_so 60 test -s /point/ca.pem
cp /point/ca.pem /etc/usagedata/ca.pem
chmod 0644 /etc/usagedata/ca.pem
want "the packages chose resident mode" test "$(cat /etc/usagedata/way)" = resident
systemctl daemon-reload

# Resident mode.
systemctl start usagedata.service
want "the hardened service is ready" test "$(property usagedata.service ActiveState)" = active
want "its process runs as the service's own user" test "$(stat -c %U "/proc/$(property usagedata.service MainPID)")" = usagedata
want "without a decision it sends nothing" test ! -e /var/log/usagedata/analytics.json
want "consent is given by root's command" usagedata consent allow --yes --by "an administrator"
if [ "$(date +%s)" -lt "$released" ]; then
	never_set
	day=$(date -u -d "@$((built + 86400))" +%F)
fi
at 10 "$(slot)"
want "at the slot the document is received" until_so 240 received 1
want "analytics.json equals the received document" until_so 20 shown
want "the socket answers" ask
echo "trial: memory of the resident service $(($(property usagedata.service MemoryCurrent) / 1048576)) MiB, its control group's; CPU time so far $(($(property usagedata.service CPUUsageNSec) / 1000000)) ms, emulated"
sed -n 's/^/trial: log  /p' /var/log/usagedata/usagedata.log | grep -a -E 'WARN|ERROR' | head -n 5

# Timer mode.
want "timer mode is chosen" /usr/lib/usagedata/configure timer
want "the resident service is stopped" test "$(property usagedata.service ActiveState)" = inactive
want "no process runs between cycles" until_so 30 none
at 11 "$(($(slot) - 5))"
systemctl restart usagedata-once.timer
want "the timer starts the cycle at the slot, and the document is received" until_so 300 received 2
want "analytics.json equals the received document, again" until_so 20 shown
want "no process runs after the cycle" until_so 120 none
want "the unit has not failed" test "$(property usagedata-once.service Result)" = success
want "opening the socket starts the API" ask
want "consent is withdrawn" usagedata consent deny --by "an administrator"
at 12 "$(($(slot) - 5))"
systemctl restart usagedata-once.timer
until_so 60 grep -q '"outcome":"declined"' /var/log/usagedata/journal.jsonl
want "after a denial nothing is received" test "$(ls /point/received/*.json | wc -l)" = 2

# A clock that was ahead is corrected: a decision dated in the future means no, until there is a new decision.
if [ "$(date +%s)" -gt $((built + 366 * 86400)) ]; then
	want "consent is given while the clock is ahead" usagedata consent allow --yes --by "an administrator"
	day=$(date -u -d "@$((built + 86400))" +%F)
	at 13 "$(($(slot) - 5))"
	systemctl restart usagedata-once.timer
	want "with the clock corrected that decision means no, and status says why" until_so 60 sh -c "usagedata status | grep -q 'dated in the future'"
	want "nothing was received after it" test "$(ls /point/received/*.json | wc -l)" = 2
	want "consent is given again" usagedata consent allow --yes --by "an administrator"
	at 14 "$(($(slot) - 5))"
	systemctl restart usagedata-once.timer
	want "the document is received" until_so 300 received 3
fi

systemctl --no-pager --failed --plain --no-legend | sed 's/^/trial: failed unit /'
if [ "$failed" = 0 ]; then echo "trial: passed"; else
	journalctl --no-pager -u usagedata -u usagedata-once -u usagedata-admin -n 30 -o cat 2>/dev/null | sed 's/^/trial: journal /'
	echo "trial: failed"
fi
exit 0
