package servers

// Squid starts a proxy that lets clients connect to the allowed port of any host, by CONNECT. The
// proxy requires basic authentication as one of the users, which are lines of htpasswd.
func Squid(s *Server, allowed, users string) {
	s.t.Helper()
	s.Write("users", users)
	s.Write("squid.conf", `
http_port 127.0.0.1:@PORT@
pid_filename none
access_log none
cache_log @DIR@/cache.log
cache deny all
coredump_dir @DIR@
shutdown_lifetime 0 seconds
dns_nameservers 127.0.0.1
dns_timeout 1 seconds
dns_retransmit_interval 200 milliseconds
pinger_enable off
auth_param basic program /usr/lib/squid/basic_ncsa_auth @DIR@/users
auth_param basic children 1 startup=1 idle=1
acl known proxy_auth REQUIRED
acl SSL_ports port `+allowed+`
http_access deny !SSL_ports
http_access allow known
`)
	s.Start("/usr/sbin/squid", "-N", "-f", s.Path("squid.conf"))
}
