// A page of a hundred conversations into columns: processor time of the process, cases in turn, one JSON line.
//
//   node --expose-gc decode.mjs PAGE [CASE]   (a case: a hundred pages of it and nothing said)
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { decode } from "pegcount";
import sdk from "purecloud-platform-client-v2";
import { COLUMNS, flatten } from "./flatten.mjs";

const ROUNDS = 21;
const EACH = 10;

const [, , file, only] = process.argv;
const body = readFileSync(file);
const report = { report: "conversations" };
const names = Object.keys(COLUMNS);
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The columns that the peers make, as lists of values. */
function values(tables) {
  const list = (table, name) => [name, tables[table].column(snake(name)).toArray()];
  return Object.fromEntries(names.map((table) => [table, Object.fromEntries(COLUMNS[table].map((name) => list(table, name)))]));
}

// The SDK, asked as its users ask it; its axios gets the page from here and does with it what it does.
const client = sdk.ApiClient.instance;
client.setAccessToken("token");
client.getHttpClient()._axiosInstance.defaults.adapter = async (config) =>
  ({ data: body.toString(), status: 200, statusText: "OK", headers: { "content-type": "application/json" }, config });
const api = new sdk.AnalyticsApi();

const cases = {
  ours: async () => values(await decode(report, body, names)),
  laid: async () => {
    const tables = await decode(report, body, names);
    return names.map((name) => tables[name].columns);
  },
  all: async () => Object.values(await decode(report, body)).map((table) => table.columns),
  parse: async () => flatten(JSON.parse(body.toString()).conversations),
  official: async () => flatten((await api.postAnalyticsConversationsDetailsQuery({})).conversations),
};

/** All of them make the same rows, or there is nothing to compare. */
async function check() {
  const expected = await cases.ours();
  const plain = (column, cell) => (cell !== null && /Start$|End$|Date$/.test(column) ? new Date(cell).toISOString() : cell);
  for (const peer of ["parse", "official"]) {
    const found = await cases[peer]();
    for (const table of names) {
      for (const [name, cells] of Object.entries(expected[table])) {
        assert.deepEqual(found[table][name].map((cell) => cell ?? null), cells.map((cell) => plain(name, cell)), `${peer} ${name}`);
      }
    }
  }
  const count = (table) => expected[table].conversationId.length;
  assert.ok(count("segments") > 100 && count("session_metrics") > 100);
  return { segments: count("segments"), metrics: count("session_metrics") };
}

async function spent(run) {
  // What the case before left behind is no burden to this one, and the young generation has grown to its size again.
  globalThis.gc();
  await new Promise(setImmediate);
  for (let nth = 0; nth < EACH; nth++) await run();
  const start = process.cpuUsage();
  for (let nth = 0; nth < EACH; nth++) await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e3 / EACH;
}

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

if (only) {
  for (let nth = 0; nth < 100; nth++) await cases[only]();
} else {
  const facts = await check();
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let nth = -3; nth < ROUNDS; nth++) {
    for (const [name, run] of Object.entries(cases)) {
      const took = await spent(run);
      if (nth >= 0) times[name].push(took);
    }
  }
  const ratio = (name) => median(times[name].map((took, nth) => took / times.ours[nth]));
  const ratios = Object.fromEntries(Object.keys(cases).map((name) => [name, ratio(name)]));
  const costs = Object.entries(times).map(([name, took]) => [name, { ms: median(took), ratio: ratios[name] }]);
  console.log(JSON.stringify({ ...facts, cases: Object.fromEntries(costs) }));
}
