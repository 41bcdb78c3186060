package servers

import "strings"

// Point starts a server as an operator's own collection point, with only this version of TLS, 1.2 or
// 1.3. Clients must present a certificate. The server reads its certificate and key from server.pem,
// and the authority of its clients' certificates from appliances.pem.
type Point func(s *Server, version string)

// Points are the servers that this package configures itself. The configuration of nginx is an example
// of this project; see [Nginx].
var Points = map[string]Point{"Apache": apache, "HAProxy": haproxy, "lighttpd": lighttpd, "stunnel": stunnel}

// apache starts Apache, which stores documents below the folder data, by WebDAV.
func apache(s *Server, version string) {
	s.Write("apache.conf", `
		ServerRoot /usr/lib/apache2
		ServerName localhost
		PidFile @DIR@/pid
		Listen 127.0.0.1:@PORT@
		ErrorLog @DIR@/error.log
		DefaultRuntimeDir @DIR@
		Mutex file:@DIR@ default
		LoadModule mpm_event_module modules/mod_mpm_event.so
		LoadModule authz_core_module modules/mod_authz_core.so
		LoadModule ssl_module modules/mod_ssl.so
		LoadModule dav_module modules/mod_dav.so
		LoadModule dav_fs_module modules/mod_dav_fs.so
		DavLockDB @DIR@/lock
		DocumentRoot @DIR@/data
		SSLEngine on
		SSLProtocol TLSv`+version+`
		SSLCertificateFile @DIR@/server.pem
		SSLVerifyClient require
		SSLCACertificateFile @DIR@/appliances.pem
		<Directory @DIR@/data>
			Dav On
		</Directory>
		`)
	s.Start("/usr/sbin/apache2", "-DFOREGROUND", "-f", s.Path("apache.conf"))
}

// haproxy starts HAProxy, without a server behind it.
func haproxy(s *Server, version string) {
	s.Write("haproxy.cfg", `
global
	ssl-default-bind-options ssl-min-ver TLSv`+version+` ssl-max-ver TLSv`+version+`
defaults
	mode http
	timeout connect 5s
	timeout client 60s
	timeout server 60s
	retries 0
listen point
	bind 127.0.0.1:@PORT@ ssl crt @DIR@/server.pem verify required ca-file @DIR@/appliances.pem
`)
	s.Start("/usr/sbin/haproxy", "-db", "-f", s.Path("haproxy.cfg"))
}

// lighttpd starts lighttpd, which stores documents below the folder data, by WebDAV.
func lighttpd(s *Server, version string) {
	s.Write("lighttpd.conf", `
		server.modules = ( "mod_openssl", "mod_webdav" )
		server.document-root = "@DIR@/data"
		server.bind = "127.0.0.1"
		server.port = @PORT@
		server.upload-dirs = ( "@DIR@" )
		ssl.engine = "enable"
		ssl.pemfile = "@DIR@/server.pem"
		ssl.openssl.ssl-conf-cmd = ( "MinProtocol" => "TLSv`+version+`", "MaxProtocol" => "TLSv`+version+`" )
		webdav.activate = "enable"
		ssl.verifyclient.activate = "enable"
		ssl.verifyclient.enforce = "enable"
		ssl.verifyclient.ca-file = "@DIR@/appliances.pem"
		`)
	s.Start("/usr/sbin/lighttpd", "-D", "-f", s.Path("lighttpd.conf"))
}

// stunnel starts stunnel, without a server behind it.
func stunnel(s *Server, version string) {
	s.Write("stunnel.conf", strings.Join([]string{"foreground = yes", "pid =", "syslog = no", "[point]",
		"accept = 127.0.0.1:@PORT@", "connect = 127.0.0.1:1", "cert = @DIR@/server.pem",
		"sslVersionMin = TLSv" + version,
		"sslVersionMax = TLSv" + version, "verifyChain = yes", "CAfile = @DIR@/appliances.pem", ""}, "\n"))
	s.Start("/usr/bin/stunnel4", s.Path("stunnel.conf"))
}
