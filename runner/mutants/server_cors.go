package mutants

import "net/http"

// corsMutants are at odds with browsers on pages of other origins.
func corsMutants() []ServerMutant {
	preflight := func(change func(h http.Header)) func(http.Handler) http.Handler {
		return onResponseTo(method(http.MethodOptions), change)
	}
	allow := func(names string) func(http.Handler) http.Handler {
		return preflight(func(h http.Header) { h.Set("Access-Control-Allow-Headers", names) })
	}
	bearer := http.Header{"Authorization": {"Bearer a-token"}}
	resumed := func(r *http.Request) bool { return r.Header.Get("Last-Event-ID") != "" }
	return []ServerMutant{
		{Name: "preflight-without-cache-control", Requirement: "serve.cors.fields", Sentence: "A preflight is allowed Last-Event-ID alone.", Wrap: allow("Last-Event-ID")},
		{Name: "preflight-star-for-authorization", Requirement: "serve.cors.fields", Sentence: "A preflight is allowed *, which does not stand for Authorization.", Wrap: allow("*"), Header: bearer},
		{Name: "preflight-wants-credentials", Requirement: "serve.cors.fields", Sentence: "A preflight without credentials gets 401.", Header: bearer,
			Wrap: on(func(r *http.Request) bool { return r.Header.Get("Authorization") == "" }, code(http.StatusUnauthorized))},
		{Name: "preflight-for-nobody", Requirement: "serve.cors.last-event-id", Sentence: "The response to a preflight names no origin.",
			Wrap: preflight(func(h http.Header) { h.Del("Access-Control-Allow-Origin") })},
		{Name: "errors-for-nobody", Requirement: "serve.cors.errors", Sentence: "An error cannot be read by other origins.",
			Wrap: onResponseTo(method("PROPFIND"), func(h http.Header) { h.Del("Access-Control-Allow-Origin") })},
		{Name: "resumed-for-nobody", Requirement: "serve.cors.resumed", Sentence: "A resumed stream cannot be read by other origins.",
			Wrap: onResponseTo(resumed, func(h http.Header) { h.Del("Access-Control-Allow-Origin") })},
		{Name: "credentials-for-all", Requirement: "secure.server.cors", Sentence: "Every origin is echoed, with credentials.", Wrap: credentialsFor(func(string) bool { return true })},
		{Name: "credentials-for-null", Requirement: "secure.server.cors", Sentence: "The origin null is allowed, with credentials.", Wrap: credentialsFor(func(o string) bool { return o == "null" })},
	}
}

// onResponseTo changes the header of the responses to some requests.
func onResponseTo(matches func(*http.Request) bool, change func(http.Header)) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		changed := onHead(change)(h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if matches(r) {
				changed.ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// credentialsFor echoes origins together with credentials.
func credentialsFor(allowed func(origin string) bool) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(&tap{ResponseWriter: w, head: func(h http.Header) {
				if origin := r.Header.Get("Origin"); allowed(origin) && origin != "" {
					h.Set("Access-Control-Allow-Origin", origin)
					h.Set("Access-Control-Allow-Credentials", "true")
				}
			}}, r)
		})
	}
}
