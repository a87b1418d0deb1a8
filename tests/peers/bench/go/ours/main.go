// One page by pegcount. Before the sandbox may stand a folder in which the compiled core is kept.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	pegcount "github.com/pegcount/pegcount/bindings-wasm/go"
)

func main() {
	var org struct {
		API    string          `json:"api"`
		Login  string          `json:"login"`
		ID     string          `json:"client_id"`
		Secret string          `json:"client_secret"`
		Query  json.RawMessage `json:"query"`
	}
	if err := json.Unmarshal([]byte(os.Args[len(os.Args)-1]), &org); err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 2 {
		if err := pegcount.UseCompilationCache(os.Args[1]); err != nil {
			log.Fatal(err)
		}
	}
	client, err := pegcount.New(pegcount.Config{
		APIURL: org.API, LoginURL: org.Login, ClientID: org.ID, ClientSecret: org.Secret, TokenStore: pegcount.NoTokenStore,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	report := map[string]any{"report": "conversations", "query": org.Query}
	for page, err := range client.Report(context.Background(), report) {
		if err != nil {
			log.Fatal(err)
		}
		table, err := page.Table("conversations")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(table.Len())
		break
	}
}
