package pegcount

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// standIn is a server that says exactly what a test tells it to, byte for byte. It answers log-ins with a token, and
// everything else with what stands in the queue, in order.
type standIn struct {
	url      string
	mutex    sync.Mutex
	queue    []func(net.Conn)
	requests []*http.Request
}

func standin(t *testing.T, queue ...func(net.Conn)) *standIn {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	server := &standIn{url: "http://" + listener.Addr().String(), queue: queue}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go server.serve(connection)
		}
	}()
	return server
}

func (s *standIn) serve(connection net.Conn) {
	defer connection.Close()
	reader := bufio.NewReader(connection)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		var body bytes.Buffer
		body.ReadFrom(request.Body)
		if request.URL.Path == "/oauth/token" {
			says(`{"access_token":"tok-SECRET-1","token_type":"bearer","expires_in":86400}`)(connection)
			continue
		}
		s.mutex.Lock()
		s.requests = append(s.requests, request)
		var told func(net.Conn)
		if len(s.queue) > 0 {
			told, s.queue = s.queue[0], s.queue[1:]
		}
		s.mutex.Unlock()
		if told == nil {
			return
		}
		told(connection)
	}
}

// says is a whole answer. Headers follow the body.
func says(body string, headers ...string) func(net.Conn) {
	return answers("200 OK", body, headers...)
}

func answers(status, body string, headers ...string) func(net.Conn) {
	return raw(fmt.Sprintf("HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s", status, len(body), lines(headers), body))
}

func raw(text string) func(net.Conn) {
	return func(connection net.Conn) { connection.Write([]byte(text)) }
}

// stops says this and hangs up.
func stops(text string) func(net.Conn) {
	return func(connection net.Conn) {
		connection.Write([]byte(text))
		connection.Close()
	}
}

// never says this and no more, until the other end hangs up.
func never(text string) func(net.Conn) {
	return func(connection net.Conn) {
		connection.Write([]byte(text))
		connection.Read(make([]byte, 1))
	}
}

func resets(connection net.Conn) {
	connection.(*net.TCPConn).SetLinger(0)
	connection.Close()
}

// floods sends zeros without end.
func floods(connection net.Conn) {
	connection.Write([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
	for {
		if _, err := fmt.Fprintf(connection, "10000\r\n%s\r\n", make([]byte, 1<<16)); err != nil {
			return
		}
	}
}

func zipped(parts ...[]byte) string {
	var out bytes.Buffer
	for _, part := range parts {
		writer := gzip.NewWriter(&out)
		writer.Write(part)
		writer.Close()
	}
	return out.String()
}

func lines(headers []string) string {
	if len(headers) == 0 {
		return ""
	}
	return strings.Join(headers, "\r\n") + "\r\n"
}

// client asks this server. Waiting takes no time.
func (s *standIn) client(t *testing.T, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{APIURL: s.url, LoginURL: s.url, ClientID: "id", ClientSecret: "secret-SECRET", TokenStore: NoTokenStore, Clock: newClock()}
	for _, change := range change {
		change(&config)
	}
	return made(t, config)
}
