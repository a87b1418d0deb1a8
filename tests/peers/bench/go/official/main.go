// One page by the official SDK.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"

	sdk "github.com/mypurecloud/platform-client-sdk-go/v193/platformclientv2"
)

func main() {
	var org struct {
		API    string                `json:"api"`
		ID     string                `json:"client_id"`
		Secret string                `json:"client_secret"`
		Query  sdk.Conversationquery `json:"query"`
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &org); err != nil {
		log.Fatal(err)
	}
	config := sdk.NewConfigurationWithConfigFile(os.DevNull, false)
	config.BasePath = org.API
	if err := config.AuthorizeClientCredentials(org.ID, org.Secret); err != nil {
		log.Fatal(err)
	}
	page, _, err := sdk.NewAnalyticsApiWithConfig(config).PostAnalyticsConversationsDetailsQuery(org.Query)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(*page.Conversations))
}
