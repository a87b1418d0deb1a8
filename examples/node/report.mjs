// The job of README: yesterday's segments as CSV, and how many conversations each medium had.
import { writeFileSync } from "node:fs";
import { Client, PegcountError } from "pegcount";

const [interval = "yesterday", file = "segments.csv"] = process.argv.slice(2);

// GENESYSCLOUD_OAUTHCLIENT_ID, _SECRET and _REGION, or a profile
const client = await Client.create();
client.addEventListener("notice", ({ detail }) => console.error(detail.text));

try {
  const { segments } = await client.conversations({ interval }).read(["segments"]);
  writeFileSync(file, segments.toCSV());
  console.log(`${segments.length} segments in ${file}`);

  const asked = { of: "conversations", interval, groupBy: ["mediaType"], metrics: ["nOffered"] };
  const { table } = await client.aggregates(asked).read();
  for (const { media_type, value } of table) console.log(`${media_type}: ${value}`);
} catch (error) {
  if (!(error instanceof PegcountError)) throw error;
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await client.close();
}
