/** The settings of a server for tests. By default it keeps its stores in a temporary folder, and answers no 429. */
export interface KvsRecordsOptions {
  /** A crawler's storage folder, or `NAME.zip` with the records of the store NAME; loaded at the start and by a reset. */
  seed?: string | readonly string[];
  /** A folder to keep stores in. A reset is refused there. */
  data?: string;
  /** A crawler's folder to serve as it is, read-only. A reset is refused there. */
  storage?: string;
  /** The path of a configuration file, with users and stores. */
  config?: string;
  /** Other settings, such as `{ KVSRECORDS_RATE_LIMIT: 'service' }`. Those of this process that begin with `KVSRECORDS_`, `APIFY_`, `CRAWLEE_` or `ACTOR_` are left out. */
  env?: Readonly<Record<string, string>>;
  /** Takes each line that the server prints, such as why it answered 500. */
  log?: (line: string) => void;
}

/** A request that came, without secrets. */
export interface ReceivedRequest {
  id: number;
  /** When it began to come, as an ISO 8601 time. */
  time: string;
  method: string;
  path: string;
  query: string;
  /** What the API calls it, such as `downloadRecords`; null for everything else. */
  operation: string | null;
  store: string | null;
  storeId: string | null;
  key: string | null;
  user: string | null;
  /** Null as long as nothing has been answered. */
  status: number | null;
  errorType: string | null;
  bytesSent: number;
  durationMillis: number | null;
  brokenOff: boolean;
}

/** Conditions that must all hold. */
export interface RequestFilter {
  method?: string;
  operation?: string;
  store?: string;
  key?: string;
  status?: string;
  since?: string;
}

/** A rule of which requests go wrong, and how: docs/faults.md says what each member does. */
export interface Fault {
  method?: string;
  operation?: string;
  store?: string;
  key?: string;
  prefix?: string;
  nth?: number;
  count?: number;
  probability?: number;
  seed?: number;
  status?: number;
  type?: string;
  message?: string;
  retryAfter?: number;
  delayMs?: number;
  bytesPerSecond?: number;
  effect?: 'refuse' | 'abort-before-headers' | 'abort' | 'truncate' | 'abort-before-end' | 'malformed-chunk' | 'stall' | 'wrong-crc' | 'expired';
  bytes?: number;
}

/** A running server. */
export interface KvsRecordsServer {
  /** The address, without a path: the `baseUrl` of the official clients. */
  readonly url: string;
  /** The token of the first user. */
  readonly token: string;
  /** Variables that point the Apify SDK and `apify-cli` here: `APIFY_API_BASE_URL`, `APIFY_TOKEN` and their like. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes everything as it was at the start: only the seeds, no requests, no faults, the real time. */
  reset(): Promise<void>;
  /** Lists the requests that came since the start or the last reset, the oldest first. */
  requests(filter?: RequestFilter): Promise<ReceivedRequest[]>;
  /** Sets a time that stands still, or one that passes with an offset; null: the real time again. */
  setClock(time: Date | string | { offsetSecs: number } | null): Promise<void>;
  /** Sets the faults from now on, in place of earlier ones; without any, no request goes wrong. */
  setFaults(...rules: Fault[]): Promise<void>;
  /** Ends it, also in the middle of answers, and removes its temporary folder. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server on a port of its own; it ends with this process at the latest. Rejects with what the program printed when it does not start. */
export function startKvsRecords(options?: KvsRecordsOptions): Promise<KvsRecordsServer>;
