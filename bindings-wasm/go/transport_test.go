package pegcount

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func exchange(t *testing.T, client *http.Client, at string, timeout time.Duration) (*answer, *failure) {
	t.Helper()
	order := order{Timeout: Duration{timeout}, MaxBody: 1 << 20}
	order.Request = request{Method: "POST", URL: at, Headers: [][2]string{{"Authorization", "Bearer tok-SECRET"}}, Body: `{"é":1}`}
	got, failed := newTransport(client).send(t.Context(), order)
	if failed != nil && strings.Contains(failed.Detail, "SECRET") {
		t.Fatal("a secret is told")
	}
	return got, failed
}

func TestAnAnswerComesBackWhateverItsStatus(t *testing.T) {
	server := standin(t, answers("418 I'm a teapot", `{"a":1}`, "ININ-Correlation-Id: x-1", "Set-Cookie: a=b"),
		answers("302 Found", "", "Location: http://127.0.0.1:1/elsewhere"))
	got, failed := exchange(t, nil, server.url+"/x?a=b%2Fc", time.Minute)
	if failed != nil || got.status != 418 || string(got.body) != `{"a":1}` {
		t.Fatal(got, failed)
	}
	// A redirect is handed back, not followed.
	got, failed = exchange(t, nil, server.url, time.Minute)
	if failed != nil || got.status != 302 || len(server.requests) != 2 {
		t.Fatal(got, failed)
	}
	sent := server.requests[0]
	if sent.RequestURI != "/x?a=b%2Fc" || sent.Header.Get("Authorization") != "Bearer tok-SECRET" || sent.ContentLength != 8 {
		t.Fatal(sent.RequestURI)
	}
}

func TestWhyNoAnswerCame(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	closed.Close()
	unknown := httptest.NewUnstartedServer(http.NotFoundHandler())
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknown.StartTLS()
	t.Cleanup(unknown.Close)
	bomb := zipped(make([]byte, 64<<20))
	for name, want := range map[string]struct {
		says func(net.Conn)
		at   string
		want failure
	}{
		"nobody listens":        {at: nobody, want: failure{Sent: "no", Cause: "refused"}},
		"no such name":          {at: "http://login.mypurecloud.invalid", want: failure{Sent: "no", Cause: "dns"}},
		"a stranger's promise":  {at: unknown.URL, want: failure{Sent: "no", Cause: "tls"}},
		"never answers":         {says: never(""), want: failure{Sent: "maybe", Cause: "timeout"}},
		"never ends":            {says: never("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), want: failure{Sent: "maybe", Cause: "timeout"}},
		"a head without end":    {says: never("HTTP/1.1 200 OK\r\nX: "), want: failure{Sent: "maybe", Cause: "timeout"}},
		"stops in the middle":   {says: stops("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"), want: failure{Sent: "maybe", Cause: "broken"}},
		"is reset":              {says: resets, want: failure{Sent: "maybe", Cause: "broken"}},
		"is no HTTP":            {says: stops("220 smtp.example.com ESMTP\r\n"), want: failure{Sent: "maybe", Cause: "broken"}},
		"gigabytes in a pocket": {says: says(bomb, "Content-Encoding: gzip"), want: failure{Sent: "maybe", Cause: "too_large"}},
		"a body without end":    {says: floods, want: failure{Sent: "maybe", Cause: "too_large"}},
		"half a gzip":           {says: says(zipped([]byte("{}"))[:20], "Content-Encoding: gzip"), want: failure{Sent: "maybe", Cause: "broken"}},
		"an encoding unasked":   {says: says("{}", "Content-Encoding: br"), want: failure{Sent: "maybe", Cause: "broken"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			timeout := time.Minute
			if want.want.Cause == "timeout" {
				timeout = time.Second // enough to connect on a busy machine
			}
			at := want.at
			if at == "" {
				at = standin(t, want.says).url
			}
			got, failed := exchange(t, nil, at, timeout)
			if failed == nil || failed.Sent != want.want.Sent || failed.Cause != want.want.Cause {
				t.Fatalf("%+v %+v", got, failed)
			}
		})
	}
}

func TestNoTLSThere(t *testing.T) {
	plain := standin(t)
	_, failed := exchange(t, nil, strings.Replace(plain.url, "http:", "https:", 1), time.Minute)
	if failed == nil || failed.Cause != "tls" || failed.Sent != "no" {
		t.Fatal(failed)
	}
}

func TestProxies(t *testing.T) {
	through := func(at string) *http.Client {
		proxy, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		return &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{}}}
	}
	refusing := standin(t, answers("407 Proxy Authentication Required", ""))
	for name, at := range map[string]string{"not there": "http://127.0.0.1:1", "refuses": refusing.url} {
		if _, failed := exchange(t, through(at), "https://api.mypurecloud.invalid", time.Minute); failed == nil || failed.Cause != "proxy" || failed.Sent != "no" {
			t.Fatal(name, failed)
		}
	}
	willing := standin(t, says(`{"by":"proxy"}`))
	got, failed := exchange(t, through(willing.url), "http://api.mypurecloud.invalid/x", time.Minute)
	if failed != nil || string(got.body) != `{"by":"proxy"}` || willing.requests[0].RequestURI != "http://api.mypurecloud.invalid/x" {
		t.Fatal(got, failed)
	}
}

func TestCompressedAnswers(t *testing.T) {
	text := bytes.Repeat([]byte(`{"conversations":[]}`), 1000)
	for want, packed := range map[string]string{
		string(text): zipped(text),
		"{}":         zipped([]byte("{"), []byte("}")),
		"[]":         zipped([]byte("[]")) + "\x00\x00\x00padding",
		"":           "",
	} {
		server := standin(t, says(packed, "Content-Encoding: gzip"))
		got, failed := exchange(t, nil, server.url, time.Minute)
		if failed != nil || string(got.body) != want {
			t.Fatal(want, failed)
		}
		if asked := server.requests[0].Header.Get("Accept-Encoding"); asked != "gzip" {
			t.Fatal(asked)
		}
	}
	server := standin(t, says("no gzip", "Content-Encoding: gzip"))
	if _, failed := exchange(t, nil, server.url, time.Minute); failed == nil || failed.Cause != "broken" {
		t.Fatal(failed)
	}
}

func TestAnExchangeThatIsCalledOff(t *testing.T) {
	asked := make(chan struct{})
	server := standin(t, func(connection net.Conn) {
		close(asked)
		never("")(connection)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	order := order{Timeout: Duration{time.Minute}, MaxBody: 1, Request: request{Method: "GET", URL: server.url}}
	if _, failed := newTransport(nil).send(ctx, order); failed == nil || failed.Cause != "cancelled" || failed.Sent != "maybe" {
		t.Fatal(failed)
	}
}

func TestAHeaderThatWouldSplitTheRequest(t *testing.T) {
	server := standin(t)
	order := order{Timeout: Duration{time.Minute}, Request: request{Method: "GET", URL: server.url, Headers: [][2]string{{"Authorization", "Bearer tok-SECRET\r\nX: y"}}}}
	_, failed := newTransport(nil).send(t.Context(), order)
	if failed == nil || failed.Sent != "no" || strings.Contains(failed.Detail, "SECRET") || len(server.requests) != 0 {
		t.Fatal(failed)
	}
}
