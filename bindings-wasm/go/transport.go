package pegcount

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"syscall"
)

// transport performs exchanges and nothing else: it follows no redirect, repeats nothing and judges nothing.
//
// What net/http itself repeats on a kept connection that turned out to be dead, it repeats where nothing was lost.
type transport struct {
	client *http.Client
	// Connections of its own, or those of the user's.
	own bool
}

// answer is what came back, its content encoding removed.
type answer struct {
	status  int
	headers [][2]string
	body    []byte
}

// A client may have this many exchanges under way and keep their connections.
const connections = 8

func newTransport(client *http.Client) *transport {
	own := client == nil
	if own {
		client = &http.Client{}
		if standard, is := http.DefaultTransport.(*http.Transport); is {
			kept := standard.Clone()
			kept.MaxIdleConnsPerHost = connections
			client.Transport = kept
		} else {
			own = false
		}
	}
	plain := *client
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	// A session of cookies would be one more credential.
	plain.Jar = nil
	return &transport{&plain, own}
}

func (t *transport) close() {
	if t.own {
		t.client.CloseIdleConnections()
	}
}

// progress is how far an exchange came. A trace may be called after the exchange has ended, so it is atomic.
type progress struct{ dialled, shaking, connected atomic.Bool }

func (t *transport) send(ctx context.Context, order order) (*answer, *failure) {
	ctx, cancel := context.WithTimeout(ctx, order.Timeout.Duration)
	defer cancel()
	var came progress
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectDone: func(_, _ string, err error) {
			if err == nil {
				came.dialled.Store(true)
			}
		},
		TLSHandshakeStart: func() { came.shaking.Store(true) },
		GotConn:           func(httptrace.GotConnInfo) { came.connected.Store(true) },
	})
	request, err := http.NewRequestWithContext(ctx, order.Request.Method, order.Request.URL, strings.NewReader(order.Request.Body))
	if err != nil {
		return nil, &failure{Sent: "no", Cause: "broken", Detail: kindOf(err)}
	}
	for _, header := range order.Request.Headers {
		request.Header.Add(header[0], header[1])
	}
	// Asked for here, so that net/http leaves it: one reader for every transport.
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := t.client.Do(request)
	if err != nil {
		return nil, came.failed(err)
	}
	defer response.Body.Close()
	body, err := whole(response, order.MaxBody)
	if err != nil {
		return nil, came.failed(err)
	}
	got := &answer{status: response.StatusCode, headers: [][2]string{}, body: body}
	for name, values := range response.Header {
		for _, value := range values {
			got.headers = append(got.headers, [2]string{name, value})
		}
	}
	return got, nil
}

var (
	errBodyTooLarge = errors.New("the answer is too large")
	errEncoding     = errors.New("the answer has an encoding that was not asked for")
)

// whole reads a body, and counts its bytes after decompression: a small body may hold gigabytes.
func whole(response *http.Response, most int64) ([]byte, error) {
	var body io.Reader = response.Body
	switch encoding := strings.ToLower(strings.TrimSpace(response.Header.Get("Content-Encoding"))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		body = &unzipped{packed: bufio.NewReader(body)}
	default:
		return nil, errEncoding
	}
	var read bytes.Buffer
	if response.ContentLength > 0 && response.ContentLength <= most {
		read.Grow(int(response.ContentLength) + bytes.MinRead)
	}
	if _, err := read.ReadFrom(io.LimitReader(body, max(most, most+1))); err != nil {
		return nil, err
	}
	if int64(read.Len()) > most {
		return nil, errBodyTooLarge
	}
	return read.Bytes(), nil
}

// unzipped reads gzip: one member after another, and what is none of them is padding.
type unzipped struct {
	packed *bufio.Reader
	member *gzip.Reader
}

func (u *unzipped) Read(into []byte) (int, error) {
	for {
		if u.member != nil {
			read, err := u.member.Read(into)
			if err != io.EOF {
				return read, err
			}
			if read > 0 {
				return read, nil // the end is told again
			}
		}
		next, err := u.packed.Peek(1)
		if err != nil || u.member != nil && next[0] != 0x1f {
			return 0, cmp.Or(err, io.EOF)
		}
		if u.member == nil {
			u.member, err = gzip.NewReader(u.packed)
		} else {
			err = u.member.Reset(u.packed)
		}
		if err != nil {
			u.member = nil
			return 0, err
		}
		u.member.Multistream(false)
	}
}

func (p *progress) failed(err error) *failure {
	sent := "no"
	if p.connected.Load() {
		sent = "maybe"
	}
	return &failure{Sent: sent, Cause: p.cause(err), Detail: kindOf(err)}
}

func (p *progress) cause(err error) string {
	var (
		operation   *net.OpError
		name        *net.DNSError
		timeout     net.Error
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
		authority   x509.UnknownAuthorityError
		host        x509.HostnameError
	)
	switch {
	case errors.Is(err, errBodyTooLarge):
		return "too_large"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		return "timeout"
	case errors.As(err, &operation) && operation.Op == "proxyconnect":
		return "proxy"
	case errors.As(err, &name):
		return "dns"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.As(err, &certificate), errors.As(err, &record), errors.As(err, &alert), errors.As(err, &authority),
		errors.As(err, &host), errors.Is(err, http.ErrSchemeMismatch):
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case !p.connected.Load() && p.shaking.Load():
		return "tls"
	case !p.connected.Load() && p.dialled.Load():
		// Somebody took the call and did not put it through.
		return "proxy"
	}
	return "broken"
}
