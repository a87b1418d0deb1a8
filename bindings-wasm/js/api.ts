// What the package offers everywhere.

export { Client } from "./client.js";
export type { Asked, CallOptions, CallWishes, ClientOptions, Clock } from "./client.js";
export type { Credentials, Provider } from "./credentials.js";
export type { BoolColumn, Column, ListColumn, NumberColumn, TextColumn } from "./column.js";
export {
  AnswerError,
  AuthError,
  CancelledError,
  ConfigError,
  Explanation,
  ForbiddenError,
  JobError,
  LimitError,
  NetworkError,
  NotFoundError,
  PegcountError,
  QueryError,
  ServerError,
} from "./errors.js";
export type { Retry } from "./errors.js";
export type * from "./generated.js";
export { Login, advise } from "./login.js";
export type { Advice, KeptLogin, LoginOptions, Situation } from "./login.js";
export { decode, explain, interval, lint, plan } from "./offline.js";
export type { Case, Interval, Outlook } from "./offline.js";
// Everywhere, so that what is also rendered on a server can import them.
export { cameBack, leaveToLogIn, logInBeside } from "./page.js";
export { Page, Result } from "./result.js";
export type { Notice, Summary } from "./notice.js";
export type { TokenStore } from "./store.js";
export { Table } from "./table.js";
export type { Cell, Tables } from "./table.js";
