// Compiled, not run: what a user writes, and what must be refused.

import { Client, ForbiddenError, Login, PegcountError, advise, decode, explain, interval, lint, plan } from "pegcount";
import type { ErrorCode, Notice, SegmentsRow, Table } from "pegcount";
import { sandbox } from "pegcount/sandbox";
import type { Asked } from "pegcount/sandbox";

export async function usage(signal: AbortSignal): Promise<void> {
  await using client = await Client.create({ region: "eu_west_1", clientId: "id", clientSecret: "s", signal });
  client.addEventListener("notice", ({ detail }) => {
    const notice: Notice = detail;
    console.log(notice.text, notice.wait?.toFixed());
  });
  for await (const page of client.conversations({ interval: "last-1h", where: { mediaType: "voice" }, signal })) {
    const segments: Table<SegmentsRow> = page.tables.segments;
    for (const row of segments) console.log(row.segment_start?.toISOString(), row.queue_id?.length);
    const { duration_ms: duration } = segments.columns;
    if (duration.kind === "int") console.log(duration.values[0]);
    if (duration.kind === "text") console.log(duration.offsets.length);
  }
  const { table } = await client.aggregates({ interval: "last-24h", groupBy: ["mediaType"], metrics: ["nOffered"] }).read();
  for (const { media_type: type, value } of table) console.log(type, value?.toFixed());
  const { sessions } = await client.conversations({ interval: [new Date(), new Date()] }).read(["sessions", "segments"]);
  console.log(sessions.toArrow().byteLength, (await client.directory({ of: "users" }).read()).users.rows()[0]?.name);
  const json = await client.call("GET", "/api/v2/users/me").json<{ id: string }>();
  console.log(json.id, (await interval("today")).start.getTime(), await lint({ report: "limits" }));
  const login = await Login.begin({ region: "eu_west_1", clientId: "id", redirectUri: "https://example.com/callback" });
  const options = (await Login.resume(login.toJSON())).finish(new URL("https://example.com/callback?code=c"));
  await using user = await Client.create({ ...options, credentials: async () => ({ clientSecret: "s" }), maxCalls: 9 });
  const { participant_attributes: attributes } = await user.conversations({ interval: "yesterday", via: "job", partial: true }).read();
  for (const { participant_id: id } of attributes) console.log(id?.length, user.call("GET", "/api/v2/x", { paging: "next", maxCalls: 2 }));
  console.log((await user.availability({ of: "conversations" }).read()).table.length, String(await advise({ saml: true })));
  console.log((await plan({ report: "conversations", interval: "2026-03" }, { pace: 300 })).windows.length);
  const saved = await decode({ report: "conversations" }, "{}", ["segments"]);
  console.log(saved.segments.toCSV(), String(await explain({ status: 403 })));
  try {
    await client.observations().read();
  } catch (error) {
    if (error instanceof ForbiddenError) console.log(error.explanation.remedy.join("\n"));
    if (error instanceof PegcountError) {
      const code: ErrorCode = error.code;
      console.log(code, error.retry.after?.toFixed());
    }
  }

  await using genesys = await sandbox({ org: "small", seed: 7n, now: new Date() });
  genesys.fault("429", 3, { path: "/api/v2/routing" });
  await using tested: Client = await genesys.client("reporting", { pace: 60 });
  await using own = await Client.create({ ...genesys.settings(), clock: undefined, fetch: genesys.fetch });
  genesys.advance(60_000);
  genesys.permissions("reporting", { remove: ["routing:queue:view"] });
  const asked: Asked | undefined = genesys.requests("/details/query")[0];
  console.log(asked?.status.toFixed(), genesys.rotateSecret().length, genesys.clients["reporting"]?.clientId.length);
  console.log((await tested.directory({ of: "queues" }).read()).queues.length, own.api, genesys.interval.length);

  // @ts-expect-error: a size that does not exist
  await sandbox({ org: "gigantic" });
  // @ts-expect-error: a table that conversations do not have
  console.log((await client.conversations({ interval: "today" }).read()).users);
  // @ts-expect-error: a wish that does not exist
  client.conversations({ intervall: "today" });
  // @ts-expect-error: a way to ask that does not exist
  client.conversations({ via: "pigeon" });
  // @ts-expect-error: a grant that does not exist
  Client.create({ grant: "password" });
  // @ts-expect-error: a token store is a path, an object or false
  Client.create({ tokenStore: true });
  // @ts-expect-error: a listing that does not exist
  client.directory({ of: "nobody" });
  // @ts-expect-error: a column that does not exist
  console.log(saved.segments.column("nothing"));
  // @ts-expect-error: clients are made by `Client.create`
  console.log(new Client({ region: "use1" }).api.length.missing);
}
