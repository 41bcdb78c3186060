package admin

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Dispatch answers by routes, each under "METHOD PATH" with the path as [http.ServeMux] takes it; HEAD works wherever
// GET does. A path that no route has is missing, and so is one that is not spelled at its shortest: a mux would
// redirect it there, away from the prefix that a front end may have put before it. A method that no route of the path
// has is refused, with Allow set to those that it has.
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
