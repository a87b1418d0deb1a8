// Writes the segments of an interval as CSV. The client is configured by the environment.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"

	pegcount "github.com/pegcount/pegcount/bindings-wasm/go"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, err := pegcount.New(pegcount.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	for page, err := range client.Conversations(ctx, pegcount.Interval(os.Args[1])) {
		if err != nil {
			log.Fatal(err) // says what happened, and the first step that mends it
		}
		segments, err := page.Table(pegcount.TableSegments)
		if err != nil {
			log.Fatal(err)
		}
		rows, err := segments.CSV(page.Number == 1)
		if err != nil {
			log.Fatal(err)
		}
		os.Stdout.Write(rows)
	}
}
