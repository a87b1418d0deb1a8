// One page without a build step: a ready token, a day, a report, a chart and a table.
import { Client, PegcountError } from "./pegcount/index.js";

const form = document.querySelector("#asking");
const told = document.querySelector("#told");
form.elements.day.value = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { region, token, day } = Object.fromEntries(new FormData(form));
  const button = form.querySelector("button");
  button.disabled = true;
  told.className = "";
  try {
    await show(region, token, day);
  } catch (error) {
    told.className = "refused";
    told.textContent = error instanceof PegcountError ? `${error.message}\n${error.explanation}` : String(error);
  } finally {
    button.disabled = false;
  }
});

async function show(region, token, day) {
  const place = /^https?:/.test(region) ? { apiUrl: region, loginUrl: region } : { region };
  const client = await Client.create({ ...place, token });
  client.addEventListener("notice", ({ detail }) => (told.textContent = detail.text));
  try {
    const [{ table }, tables] = await Promise.all([
      client.aggregates({ of: "conversations", interval: day, groupBy: ["mediaType"], metrics: ["nOffered"] }).read(),
      client.conversations({ interval: day }).read(["conversations", "segments"]),
    ]);
    chart(table.rows().map(({ media_type, value }) => [media_type, value]));
    rows(tables.conversations);
    download("#csv", tables.segments.toCSV(), "text/csv");
    download("#arrow", tables.segments.toArrow(), "application/vnd.apache.arrow.stream");
    told.textContent = `${tables.conversations.length} conversations, ${tables.segments.length} segments`;
    document.querySelector("#found").hidden = false;
  } finally {
    await client.close();
  }
}

function chart(bars) {
  const most = Math.max(1, ...bars.map(([, value]) => value));
  const width = 800 / Math.max(1, bars.length);
  const svg = document.querySelector("#chart");
  svg.setAttribute("viewBox", "0 0 800 220");
  svg.replaceChildren(
    ...bars.flatMap(([name, value], n) => {
      const height = (value / most) * 160;
      const middle = { x: (n + 0.5) * width, "text-anchor": "middle" };
      return [
        draw("rect", { x: n * width + 8, y: 190 - height, width: width - 16, height }),
        draw("text", { ...middle, y: 182 - height }, String(value)),
        draw("text", { ...middle, y: 212 }, name ?? "none"),
      ];
    }),
  );
}

function draw(kind, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

function rows(table) {
  const names = ["conversation_start", "conversation_end", "originating_direction", "conversation_id"];
  const line = (tag, values) => {
    const row = document.createElement("tr");
    row.append(...values.map((value) => Object.assign(document.createElement(tag), { textContent: value })));
    return row;
  };
  const text = (value) => (value instanceof Date ? value.toISOString().slice(11, 19) : (value ?? ""));
  const body = table.rows(0, 100).map((row) => line("td", names.map((name) => text(row[name]))));
  document.querySelector("#rows").replaceChildren(line("th", names), ...body);
}

function download(link, data, type) {
  const element = document.querySelector(link);
  URL.revokeObjectURL(element.href);
  element.href = URL.createObjectURL(new Blob([data], { type }));
}
