// The official SDK for Go as a judge: a request a line on stdin, an answer a line on stdout.
//
//	judge FOLDER        where the module platform-client-sdk-go lies: values have no names of parameters
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"

	sdk "github.com/mypurecloud/platform-client-sdk-go/v193/platformclientv2"
)

// The APIs that tests ask. One that is missing here breaks the judge.
var apis = []any{
	sdk.AnalyticsApi{}, sdk.ArchitectApi{}, sdk.AuditApi{}, sdk.AuthorizationApi{}, sdk.ConversationsApi{}, sdk.FlowsApi{},
	sdk.GroupsApi{}, sdk.LocationsApi{}, sdk.OAuthApi{}, sdk.ObjectsApi{}, sdk.OrganizationApi{}, sdk.OutboundApi{},
	sdk.PresenceApi{}, sdk.QualityApi{}, sdk.RecordingApi{}, sdk.RoutingApi{}, sdk.SearchApi{}, sdk.SpeechTextAnalyticsApi{},
	sdk.TeamsApi{}, sdk.TokensApi{}, sdk.UsageApi{}, sdk.UsersApi{}, sdk.WorkforceManagementApi{},
}

type request struct {
	Do, API, Operation, Grant, Token string
	Client                           int
	Arguments                        json.RawMessage
	Headers                          map[string]string
}

// A client, and what it was answered last: a log-in keeps of its answer what it needs, and of some refusals nothing is
// told but that there was one.
type client struct {
	config *sdk.Configuration
	seen   *answer
}

type answer struct {
	Status     int               `json:"status"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
	Complaints []string          `json:"complaints"`
}

// The SDK's own way to see a response.
func (c *client) see(response *http.Response) {
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	response.Body = io.NopCloser(bytes.NewReader(body))
	c.seen = &answer{response.StatusCode, map[string]string{}, string(body), []string{}}
	for name := range response.Header {
		c.seen.Headers[name] = response.Header.Get(name)
	}
}

func open(api string) *client {
	// No file: what the user of this machine has set is none of the judge's.
	opened := &client{config: sdk.NewConfigurationWithConfigFile(os.DevNull, false)}
	opened.config.BasePath = api
	opened.config.RetryConfiguration.ResponseLogHook = opened.see
	return opened
}

func (c *client) login(grant string, raw json.RawMessage) (err error) {
	var given []string
	if err := json.Unmarshal(raw, &given); err != nil {
		return err
	}
	switch grant {
	case "client_credentials":
		err = c.config.AuthorizeClientCredentials(given[0], given[1])
	case "code":
		_, err = c.config.AuthorizeCodeGrant(given[0], given[1], given[2], given[3])
	case "refresh":
		_, err = c.config.RefreshAuthorizationCodeGrant(given[0], given[1], given[2])
	case "pkce":
		_, err = c.config.AuthorizePKCEGrant(given[0], given[1], given[2], given[3])
	default:
		return lacks("grant " + grant)
	}
	return err
}

// What the SDK does not have.
type lacks string

func (l lacks) Error() string { return string(l) }

type judge struct {
	source  source
	apis    map[string]reflect.Type
	clients []*client
}

func (j *judge) answer(asked request) (any, error) {
	if asked.Do == "open" {
		j.clients = append(j.clients, open(asked.API))
		return map[string]int{"client": len(j.clients) - 1}, nil
	}
	if asked.Do == "has" {
		operation, err := j.operation(asked)
		return map[string]bool{"has": operation != nil}, err
	}
	c := j.clients[asked.Client]
	c.seen = nil
	var err error
	switch asked.Do {
	case "token":
		c.config.AccessToken = asked.Token
		return struct{}{}, nil
	case "login":
		err = c.login(asked.Grant, asked.Arguments)
	default:
		err = j.call(c, asked)
	}
	if missing, is := err.(lacks); is {
		return map[string]string{"lacks": string(missing)}, nil
	}
	// A refusal is an error, too, which tells less than the answer.
	if c.seen == nil {
		return nil, err
	}
	if err != nil && c.seen.Status < 400 {
		c.seen.Complaints = append(c.seen.Complaints, "$: "+err.Error())
	}
	return c.seen, nil
}

func main() {
	judge := judge{source: read(os.Args[1]), apis: map[string]reflect.Type{}}
	for _, api := range apis {
		kind := reflect.TypeOf(api)
		judge.apis[kind.Name()] = kind
	}
	lines := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var asked request
		var told any
		if err = json.Unmarshal(line, &asked); err == nil {
			told, err = judge.answer(asked)
		}
		if err != nil {
			told = map[string]string{"broken": fmt.Sprint(err)}
		}
		if err := out.Encode(told); err != nil {
			panic(err)
		}
	}
}
