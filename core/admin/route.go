package admin

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Dispatch returns a handler for routes. Each has the key "METHOD PATH", with the path as
// [http.ServeMux] accepts it; HEAD works wherever GET does. A path without a route is answered by
// missing. So is a path that is not in its shortest form: a mux would redirect it, away from the
// prefix that a front end may have put before it. If the path has no route for the method, it is
// answered by refused, with Allow set to the methods that it has.
func Dispatch(routes map[string]http.HandlerFunc, missing, refused http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", missing)
	for at, methods := range byPath(routes) {
		mux.Handle(at, byMethod(methods, refused))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Clean(r.URL.Path) != r.URL.Path {
			missing(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func byPath(routes map[string]http.HandlerFunc) map[string]map[string]http.HandlerFunc {
	paths := map[string]map[string]http.HandlerFunc{}
	for route, answer := range routes {
		method, at, _ := strings.Cut(route, " ")
		if paths[at] == nil {
			paths[at] = map[string]http.HandlerFunc{}
		}
		paths[at][method] = answer
		if method == http.MethodGet {
			paths[at][http.MethodHead] = answer
		}
	}
	return paths
}

func byMethod(methods map[string]http.HandlerFunc, refused http.HandlerFunc) http.Handler {
	allowed := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := methods[r.Method]
		if !ok {
			w.Header().Set("Allow", allowed)
			answer = refused
		}
		answer(w, r)
	})
}
