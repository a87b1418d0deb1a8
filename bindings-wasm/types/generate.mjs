// Makes js/generated.ts from the core's schema: what reports, tables, notices and errors look like.

import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("..", import.meta.url);
const { types, tables: described, errors } = JSON.parse(readFileSync(new URL("../core/schema.json", folder), "utf8"));

const lines = ["// Made from core/schema.json by types/generate.mjs: do not edit.", "", 'import type { Asked } from "./client.js";', 'import type { Cell } from "./table.js";', ""];
const out = (...more) => lines.push(...more);
const pascal = (name) => name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const quoted = (names) => names.map((name) => JSON.stringify(name)).join(" | ");
const about = (text, indent = "") => text && out(`${indent}/** ${text.replace(/\s*\n\s*/g, " ")} */`);

function type(shape) {
  if (shape.$ref) return type(types[shape.$ref.split("/").at(-1)]);
  if (shape.oneOf?.every((one) => one.const)) return quoted(shape.oneOf.map((one) => one.const));
  if (shape.const) return JSON.stringify(shape.const);
  switch ([shape.type].flat()[0]) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return `readonly ${type(shape.items)}[]`;
    case "object":
      return "{ readonly [name: string]: unknown }";
    default:
      return "unknown";
  }
}

const nullable = (shape) => ([shape.type].flat().includes("null") ? " | null" : "");

about("Every code of an error.");
out(`export type ErrorCode =\n  | ${errors.map(({ code }) => JSON.stringify(code)).join("\n  | ")};`, "");
about("The first word of a code, as its class is called.");
out(`export type ErrorClass = ${quoted([...new Set(errors.map((error) => error.class))])};`, "");
about(types.NoticeKind.description);
out(`export type NoticeKind = ${type(types.NoticeKind)};`, "");
about(types.Purpose.description);
out(`export type Purpose = ${type(types.Purpose)};`, "");

// A report whose tables are not described has one of its own name; the answer of `call` is no table.
const names = types.Report.oneOf.map((report) => report.properties.report.const);
const bare = names.filter((name) => name !== "call" && !described.some(({ report }) => report === name));
const tables = [...described, ...bare.map((report) => ({ name: report, report, columns: [], more: true, open: true }))];

const directories = tables.filter(({ report }) => report === "directory").map(({ name }) => name);
const reports = types.Report.oneOf.map((report) => ({ ...report, name: report.properties.report.const }));
for (const { name, description, properties } of reports) {
  about(description);
  out(`export interface ${pascal(name)}Report {`);
  for (const [field, shape] of Object.entries(properties)) {
    about(shape.description, "  ");
    const optional = field === "report" ? "" : "?";
    out(`  readonly ${field}${optional}: ${type(shape)}${nullable(shape)}${optional && " | undefined"};`);
  }
  out("}", "");
  about(`What ${JSON.stringify(name)} may be asked with.`);
  out(`export interface ${pascal(name)}Options {`);
  for (const [field, shape] of Object.entries(properties).filter(([field]) => field !== "report")) {
    about(shape.description.replace(/`([a-z]+(?:_[a-z]+)+)`/g, (_, word) => (properties[word] ? `\`${camel(word)}\`` : `\`${word}\``)), "  ");
    const wished = field === "interval" ? "Asked" : name === "directory" && field === "of" ? quoted(directories) : type(shape);
    out(`  readonly ${camel(field)}?: ${wished}${nullable(shape)} | undefined;`);
  }
  out("}", "");
}
about(types.Report.description);
out(`export type Report = ${reports.map(({ name }) => `${pascal(name)}Report`).join(" | ")};`, "");
about("What a report may be asked with, by its name.");
out("export interface Options {", ...reports.map(({ name }) => `  ${name}: ${pascal(name)}Options;`), "}");
out("export type OptionsOf<N extends keyof Options> = Options[N];", "");

const CELLS = { bool: "boolean", float: "number", int: "number", list: "(string | null)[]", text: "string", time: "Date" };
for (const { name, report, columns, more, open } of tables) {
  about(`A row of the table \`${name}\` of \`${report}\`. Any value may be null.`);
  out(`export interface ${pascal(name)}Row {`);
  out(...columns.map((column) => `  readonly ${column.name}: ${CELLS[column.kind]} | null;`));
  if (more && !open) out("  /** Dimensions of the answer's groups, and metrics of a wide table. */");
  if (more) out("  readonly [column: string]: Cell;");
  out("}", "");
}
const grouped = {};
for (const table of tables) (grouped[table.report] ??= []).push(table);
for (const [report, own] of Object.entries(grouped)) {
  about(`The rows of \`${report}\` by table.`);
  out(`export interface ${pascal(report)}Tables {`, ...own.map(({ name }) => `  readonly ${name}: ${pascal(name)}Row;`), "}", "");
}
about("The answer of an operation is the JSON itself: it has no tables.");
out("export type CallTables = Record<never, never>;", "");
out("export interface ReportTables {", ...reports.map(({ name }) => `  ${name}: ${pascal(name)}Tables;`), "}");
out("/** The tables of a report by its name. */", "export type TablesOf<N extends keyof ReportTables> = ReportTables[N];", "");
out("/** The names of the tables of a report that has always the same. */");
out("export const TABLES: { readonly [report: string]: readonly string[] | undefined } = {");
out(...Object.entries(grouped).filter(([report]) => report !== "directory").map(([report, own]) => `  ${report}: ${JSON.stringify(own.map(({ name }) => name))},`));
out("  call: [],", "};", "");

writeFileSync(new URL("js/generated.ts", folder), lines.join("\n"));
