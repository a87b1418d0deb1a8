// Every script of tests/vectors/session, at the level of the session itself.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import * as pegcount from "pegcount";
import { REPOSITORY, vector } from "./support.mjs";

const built = (path) => import(`${REPOSITORY}/bindings-wasm/${path}`);
const bytes = (name) => readFileSync(new URL(`./${name}.wasm`, import.meta.resolve("pegcount")));
/** The core of pages, and that of Node: two instances. */
const cores = {};
for (const name of ["core", "node"]) {
  cores[name] = await built(`js/wasm/core.js?${name}`);
  cores[name].initSync({ module: bytes(name) });
}
const tables = await built("js/wasm/tables.js");
tables.initSync({ module: bytes("tables") });

/** Absent and null are the same. */
const bare = (value) =>
  Array.isArray(value)
    ? value.map(bare)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, bare(item)]])))
      : value;

/** What was done, or the error that was thrown, in the shape of `gives`. */
function outcome(act) {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error) throw error;
    return { error };
  }
}

const same = (found, wanted) => assert.deepEqual(bare(found), bare(wanted));

function play(core, { config, wall: began, script }) {
  let session;
  const opened = outcome(() => ((session = new core.Session(config.arguments, config.environment)), {}));
  same(opened, config.gives ?? {});
  const looks = new Map();
  let [mono, wall] = [0, began];
  const steps = {
    start: ({ report, options }, gives) => same(outcome(() => ({ call: session.start(report, options, mono, wall) })), gives),
    pull: (call) => session.pull(call, mono, wall),
    cancel: (call) => session.cancel(call, mono, wall),
    pass: (time) => ((mono += time), (wall += time)),
    jump: (time) => (wall += time),
    poll: (wanted) => {
      const orders = [];
      do {
        orders.push(session.poll(mono, wall));
        const { action, id, look } = orders.at(-1);
        if (action === "send") looks.set(id, look);
      } while (!["wait", "idle"].includes(orders.at(-1).action));
      same(orders, wanted);
    },
    answer: ({ id, status, headers, body }) => {
      const seen = core.inspect(looks.get(id), status, headers, new TextEncoder().encode(body));
      session.handleResponse(id, seen, mono, wall);
    },
    fail: ({ id, failure }) => session.handleFailure(id, failure, mono, wall),
    store: ({ id, answer }) => session.handleStore(id, answer, mono, wall),
    credentials: ({ id, answer }) => session.handleCredentials(id, answer, mono, wall),
    notices: (wanted) => {
      const told = [];
      for (let notice; (notice = session.observe()) !== null; ) told.push(notice);
      same(told, wanted);
    },
    decode: ({ page, body, table }, gives) => {
      const read = () => {
        const decoded = tables.decode(page, new TextEncoder().encode(body), [table]);
        return { csv: new TextDecoder().decode(tables.csv(decoded[0].stream)) };
      };
      same(outcome(read), gives);
    },
  };
  for (const { gives, ...step } of script) {
    const [[name, given]] = Object.entries(step);
    assert.ok(name in steps, `there is no step ${name}`);
    steps[name](given, gives);
  }
}

const names = readdirSync(`${REPOSITORY}/tests/vectors/session`).filter((name) => name.endsWith(".json"));
assert.ok(names.length > 50, "the scripts are there");
for (const [which, core] of Object.entries(cores)) {
  for (const name of names) test(`${which}: ${name}`, () => play(core, vector(`session/${name}`)));
}

const stateless = {
  begin: (core, { wish, randomness, arguments: given }) => core.beginLogin(wish, Buffer.from(randomness, "hex"), given, {}),
  finish: (core, { came_back, state }) => ({ code: core.finishLogin(came_back, state) }),
  advise: (core, { situation }) => core.advise(situation),
  plan: (core, { report, pace, wall }) => core.plan(report, pace, wall),
};
for (const [kind, cases] of Object.entries({ ...vector("login.json"), ...vector("plan.json") })) {
  test(`${kind}, in every case`, () => {
    assert.ok(cases.length > 4);
    for (const core of Object.values(cores)) for (const asked of cases) same(outcome(() => stateless[kind](core, asked)), asked.gives);
  });
}

test("every error has its class", () => {
  const { classes, errors } = vector("errors.json");
  same(
    cores.core.kinds(),
    errors.map(({ code, class: of }) => ({ code, class: of, exit_code: classes[of].exit })),
  );
  for (const [name, { javascript }] of Object.entries(classes)) {
    assert.equal(javascript, `${name}Error`);
    assert.ok(pegcount[javascript].prototype instanceof pegcount.PegcountError, javascript);
  }
});

for (const { id, expect, retry, ...asked } of vector("explain.json").cases) {
  test(`explain ${id}`, async () => {
    const names = ["status", "body", "headers", "method", "path", "domain", "login"];
    const pasted = Object.fromEntries(Object.entries(asked).filter(([name]) => names.includes(name)));
    if (Object.keys(asked).includes("request_body")) return; // the one wish that only the core's own test has
    const explanation = await pegcount.explain(pasted);
    for (const name of ["code", "cause", "certainty", "missing", "nearest"]) {
      if (name in expect) same(explanation[name], expect[name]);
    }
  });
}
