package main

// onCollect is the life of a receiver's package, in the root that the appliance's packages have left.
var onCollect = []step{
	{"dpkg installs the receiver; its user alone can read the configuration, and nothing is enabled",
		(*site).installCollect},
	{"without a certificate, check names the line of the configuration", (*site).uncertain},
	{"with a certificate, check finds every part working, as the receiver's user", (*site).certain},
	{"purged: what was received stays, and nothing else", (*site).purgeCollect},
}

func (s *site) installCollect() error {
	if err := s.bring(s.now, "usagedata-collect_*_amd64.deb"); err != nil {
		return err
	}
	if _, err := s.inside("dpkg --install /packages/*.deb && rm /packages/*.deb"); err != nil {
		return err
	}
	return s.mustSay("stat -c '%n %U:%G %a' /etc/usagedata-collect /etc/usagedata-collect/config.yaml; "+
		"ls /etc/systemd/system/multi-user.target.wants/ | grep -c usagedata-collect || true",
		"/etc/usagedata-collect root:usagedata-collect 750\n",
		"/etc/usagedata-collect/config.yaml root:usagedata-collect 640\n", "\n0\n")
}

const checkCollect = "runuser -u usagedata-collect -- usagedata-collect check"

func (s *site) uncertain() error {
	return s.mustFail(checkCollect, "/etc/usagedata-collect/config.yaml:5: certificate: "+
		"/etc/usagedata-collect/certificate.pem does not exist")
}

// certain takes the certificate of a trial, which is interrupted at once, and makes the folder of the
// store, as systemd does.
func (s *site) certain() error {
	return s.mustSay("timeout -s INT 2 usagedata-collect try /tmp/try >/dev/null; cd /etc/usagedata-collect && "+
		"cp /tmp/try/certificate.pem /tmp/try/key.pem . && rm -r /tmp/try && chgrp usagedata-collect key.pem && "+
		"chmod 640 key.pem && "+
		"install -d -o usagedata-collect -g usagedata-collect -m 750 /var/lib/usagedata-collect && "+
		checkCollect, "ok  certificate  ", "ok  store  ")
}

func (s *site) purgeCollect() error {
	if _, err := s.inside("touch /var/lib/usagedata-collect/segment"); err != nil {
		return err
	}
	if err := s.mustSay("dpkg --purge usagedata-collect; ls /var/lib/usagedata-collect",
		"the received documents stay in /var/lib/usagedata-collect", "\nsegment\n"); err != nil {
		return err
	}
	if _, err := s.inside("rm -r /var/lib/usagedata-collect && userdel usagedata-collect"); err != nil {
		return err
	}
	return s.nothingLeft()
}
