package servers

import "strings"

// Nginx starts nginx with the example for operators. It changes only the address and the paths of the
// example, and the texts in changes, which are pairs of old and new.
func Nginx(s *Server, example string, changes ...string) {
	s.t.Helper()
	s.Write("nginx.conf", strings.NewReplacer(append(changes, "listen 8443", "listen 127.0.0.1:@PORT@",
		"/etc/nginx/", "@DIR@/", "server.key", "server.pem")...).Replace(example))
	s.Start("/usr/sbin/nginx", "-e", "stderr", "-p", s.Dir, "-c", s.Path("nginx.conf"))
}
