// The official SDK for JavaScript as a judge: a request a line on stdin, an answer a line on stdout.
//
//     node judge.mjs FOLDER        where purecloud-platform-client-v2 is installed
//
// What an answer may hold is what the package's index.d.ts declares: keys and types. It declares no enumerations.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const load = createRequire(`${process.argv[2]}/`);
const sdk = load("purecloud-platform-client-v2");
const { operations, models } = declared(readFileSync(load.resolve("purecloud-platform-client-v2/index.d.ts"), "utf8"));

/** The operations of each API with their parameters and the type of their answer; the members of each model. */
function declared(text) {
  const operations = {}, models = {};
  let api, model;
  for (const line of text.split("\n")) {
    const [, name] = /^declare class (\w+)/.exec(line) ?? [];
    if (name) api = operations[name] = {};
    const [, operation, parameters, type] = /^\s+(\w+)\((.*)\): Promise<(.*)>;/.exec(line) ?? [];
    if (operation) api[operation] = { names: [...parameters.matchAll(/(\w+)\??: /g)].map((one) => one[1]), type };
    const [, opened] = /^\s+export interface (\w+)/.exec(line) ?? [];
    if (opened) model = models[opened] = {};
    const [, key, kind] = /^\s+"([^"]+)"\??: (.*);/.exec(line) ?? [];
    if (key) model[key] = kind;
  }
  return { operations, models };
}

/** Complaints about a value that is declared to be of this type. */
function* complaints(value, type, where = "$") {
  const [, element] = /^Array<(.*)>$/.exec(type) ?? [];
  const [, entry] = /^\{ \[key: string\]: (.*); \}$/.exec(type) ?? [];
  const [, model] = /^Models\.(\w+)$/.exec(type) ?? [];
  const isObject = typeof value === "object" && !Array.isArray(value);
  if (value === null) yield `${where}: null, where genuine answers leave the key out`;
  else if (element) {
    if (!Array.isArray(value)) yield `${where}: no list where ${type} is declared`;
    else for (const [nth, one] of value.entries()) yield* complaints(one, element, `${where}[${nth}]`);
  } else if (entry || model) {
    if (!isObject) return yield `${where}: ${typeof value} where ${type} is declared`;
    for (const [key, one] of Object.entries(value)) {
      const kind = entry ?? models[model][key];
      if (kind) yield* complaints(one, kind, `${where}.${key}`);
      else yield `${where}.${key}: ${model} has no key ${key}`;
    }
  } else if (type === "void") {
    if (value !== "") yield `${where}: a body where none is declared`;
  } else if (type !== "object" && typeof value !== type) yield `${where}: ${typeof value} where ${type} is declared`;
}

const clients = [];
const GRANTS = {
  client_credentials: "loginClientCredentialsGrant",
  code: "loginCodeAuthorizationGrant",
  refresh: "refreshCodeAuthorizationGrant",
  pkce: "authorizePKCEGrant",
  saml: "loginSaml2BearerGrant",
};

const does = {
  open({ api }) {
    const client = new sdk.ApiClient.constructor();
    const { hostname, port, protocol } = new URL(api);
    client.setGateway({ host: hostname, port: Number(port), protocol: protocol.replace(":", "") });
    client.setReturnExtendedResponses(true);
    // A log-in keeps of its answer what it needs; the hook is the SDK's own way to see all of it.
    client.getHttpClient().setPostHook((response) => (client.seen = response));
    return { client: clients.push(client) - 1 };
  },
  async login({ client, grant, arguments: given }) {
    await clients[client][GRANTS[grant]](...given);
    return told(clients[client].seen, clients[client].seen.data);
  },
  token({ client, token }) {
    clients[client].setAccessToken(token);
    return {};
  },
  has({ api, operation }) {
    return { has: !!operations[api]?.[operation] };
  },
  async call({ client, api, operation, arguments: given }) {
    const how = operations[api]?.[operation];
    if (!how) return { lacks: `operation ${api}.${operation}` };
    const required = how.names.filter((name) => name !== "opts").map((name) => given[name]);
    const answer = await new sdk[api](clients[client])[operation](...required, given);
    return { ...told(answer, answer.body), complaints: [...complaints(answer.body, how.type)] };
  },
};

function told(answer, body) {
  return { status: answer.status, headers: { ...answer.headers }, body: body === "" ? "" : JSON.stringify(body) };
}

async function answer(request) {
  try {
    return await does[request.do](request);
  } catch (refusal) {
    // An operation is refused with the extended response, a log-in with axios' own error.
    const response = refusal.response ?? refusal;
    if (!response.status) return { broken: String(refusal.stack ?? refusal) };
    return told(response, response.body ?? response.data);
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
