// One page by net/http and encoding/json.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/pegcount/pegcount/tests/peers/bench/go/flatten"
)

func post(to, body, kind string, authorize func(*http.Request), into any) {
	request, err := http.NewRequest(http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	authorize(request)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		log.Fatal(answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		log.Fatal(err)
	}
}

func main() {
	var org struct {
		API    string          `json:"api"`
		Login  string          `json:"login"`
		Path   string          `json:"path"`
		ID     string          `json:"client_id"`
		Secret string          `json:"client_secret"`
		Query  json.RawMessage `json:"query"`
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &org); err != nil {
		log.Fatal(err)
	}
	var token struct {
		Text string `json:"access_token"`
	}
	form := url.Values{"grant_type": {"client_credentials"}}.Encode()
	post(org.Login+"/oauth/token", form, "application/x-www-form-urlencoded",
		func(request *http.Request) { request.SetBasicAuth(org.ID, org.Secret) }, &token)
	var page flatten.Page
	post(org.API+org.Path, string(org.Query), "application/json",
		func(request *http.Request) { request.Header.Set("Authorization", "Bearer "+token.Text) }, &page)
	fmt.Println(len(page.Conversations))
}
