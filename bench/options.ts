/** The command line of the benchmark, and the cases it stands for. */
import { parseArgs } from 'node:util';

export interface Case {
  readonly bytes: number;
  readonly connections: number;
  readonly reuse: boolean;
  /** Over one connection of this route, from afar (`one-connection/`). */
  readonly route?: string;
}

export interface BenchOptions {
  readonly cases: readonly Case[];
  /** Measured runs of each case and target, after one warm-up. */
  readonly runs: number;
  /** Aimed length of one run, in seconds. */
  readonly seconds: number;
  /** Cases that would begin later than this are left out, in seconds. */
  readonly budgetSeconds: number;
  readonly json: boolean;
  readonly pipelining: boolean;
  /** Measure the routes over one connection, from afar. */
  readonly routes: boolean;
  /** Measure what a search among a million traced messages takes. */
  readonly search: boolean;
  /** Measure the console of a relay with a million traced messages. */
  readonly console: boolean;
  /** Measure what a start takes, and the memory of an idle relay. */
  readonly start: boolean;
  readonly postfix: boolean;
  readonly directory: string | undefined;
}

export const usage = `npm run bench -- [options]
  --quick           one short run of each case, in under two minutes
  --only SIZE/CONN  these cases only, such as 4k/20,1m/1; SIZE: 4k, 50k, 1m
  --only search     what searches among a million traced messages take; fills a store first (1 GiB, a minute or two)
  --only console    what somebody waits for in the console then; Home above its bound is a failure
  --only start      what a start takes, and what an idle relay holds in memory
  --runs N          measured runs of each case (default 3; --quick 1)
  --seconds N       aimed length of one run (default 3; --quick 1)
  --budget N        cases that would begin later than this many seconds are left out (default 900; --quick 110)
  --routes          only the routes over one connection, 15 ms away; --no-routes leaves them out (so do --quick and --only)
  --no-pipelining   the load sends one command at a time, as most devices do
  --no-postfix      do not measure Postfix
  --dir DIR         where relays keep their mail (default: the temporary directory)
  --json            one JSON document instead of the table
`;

const sizes = new Map([
  ['4k', 4096],
  ['50k', 51_200],
  ['1m', 1_048_576],
]);
const connectionCounts = [1, 20, 100];

/** Throws an Error whose message is for the user. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      runs: { type: 'string' },
      seconds: { type: 'string' },
      budget: { type: 'string' },
      routes: { type: 'boolean' },
      pipelining: { type: 'boolean', default: true },
      postfix: { type: 'boolean', default: true },
      dir: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  const isSearch = values.only === 'search';
  const isConsole = values.only === 'console';
  const isStart = values.only === 'start';
  return {
    cases:
      isSearch || isConsole || isStart || (values.routes === true && values.only === undefined)
        ? []
        : casesOf(values.only, quick),
    search: isSearch,
    console: isConsole,
    start: isStart,
    routes: values.routes ?? (values.only === undefined && !quick),
    runs: positive('--runs', values.runs, quick ? 1 : 3),
    seconds: positive('--seconds', values.seconds, quick ? 1 : 3),
    budgetSeconds: positive('--budget', values.budget, quick ? 110 : 900),
    json: values.json,
    pipelining: values.pipelining,
    postfix: values.postfix,
    directory: values.dir,
  };
}

/** The case that the project's aim is about comes first, so that a budget never leaves it out. */
function casesOf(only: string | undefined, quick: boolean): Case[] {
  const pairs = only === undefined ? allPairs() : only.split(',').map(parsePair);
  const reused = pairs.map((pair) => ({ ...pair, reuse: true }));
  // One connection a message is what devices do; in a quick run it is measured for the first case only.
  const single = (quick ? pairs.slice(0, 1) : pairs).map((pair) => ({ ...pair, reuse: false }));
  return [...reused.slice(0, 1), ...single.slice(0, 1), ...reused.slice(1), ...single.slice(1)];
}

function allPairs(): Omit<Case, 'reuse'>[] {
  const pairs = [...sizes.values()].flatMap((bytes) =>
    connectionCounts.map((connections) => ({ bytes, connections })),
  );
  return pairs.toSorted((a, b) => Number(isAim(b)) - Number(isAim(a)));
}

function isAim({ bytes, connections }: Omit<Case, 'reuse'>): boolean {
  return bytes === 4096 && connections === 20;
}

function parsePair(text: string): Omit<Case, 'reuse'> {
  const [size = '', connections = ''] = text.toLowerCase().split('/');
  const bytes = sizes.get(size);
  const count = Number(connections);
  if (bytes === undefined || !Number.isInteger(count) || count < 1 || count > 1000) {
    throw new Error(`--only: ${text} is not SIZE/CONNECTIONS; sizes are ${[...sizes.keys()].join(', ')}`);
  }
  return { bytes, connections: count };
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new Error(`${name}: expected a number above zero, found ${text}`);
  return value;
}

/** `4 KiB, 20 connections, reused`. */
export function describeCase({ bytes, connections, reuse, route }: Case): string {
  const size = bytes >= 1_048_576 ? `${bytes / 1_048_576} MiB` : `${bytes / 1024} KiB`;
  if (route !== undefined) return `${route}: ${size}, one connection, 15 ms each way`;
  return `${size}, ${connections} connection${connections === 1 ? '' : 's'}, ${reuse ? 'reused' : 'one a message'}`;
}
