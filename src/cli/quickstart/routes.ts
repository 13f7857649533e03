/** The routes of the quickstart: the name of each connector, and by what at the stand-in one knows that mail came by it. */
import type { Arrival, Sandbox } from '../../../sandbox/sandbox.ts';

export type RouteName = 'microsoft-365' | 'by-certificate' | 'mailbox' | 'graph';

interface Route {
  /** For the table. */
  readonly title: string;
  readonly arrival: Pick<Arrival, 'route' | 'connector'>;
}

// The inbound connectors are those of `sandbox/tenant/defaults.ts`.
const routes: Readonly<Record<RouteName, Route>> = {
  'microsoft-365': { title: 'MX by address', arrival: { route: 'mx', connector: 'loopback' } },
  'by-certificate': { title: 'MX by certificate', arrival: { route: 'mx', connector: 'certificate' } },
  mailbox: { title: 'submission', arrival: { route: 'submission' } },
  graph: { title: 'Graph', arrival: { route: 'graph' } },
};

export function routeTitle(name: RouteName): string {
  return routes[name].title;
}

/** What is wrong with the way that a message came; `undefined`: it came as the policy says. */
export function routeFault(name: RouteName, arrival: Arrival): string | undefined {
  const wanted = routes[name].arrival;
  if (arrival.route === wanted.route && arrival.connector === wanted.connector) return undefined;
  return `the policy sends it by ${told(wanted)}, it came by ${told(arrival)}`;
}

function told({ route, connector }: Pick<Arrival, 'route' | 'connector'>): string {
  return connector === undefined ? route : `${route} (inbound connector ${connector})`;
}

/** Graph has no envelope sender: the mailbox takes its place. */
export function senderAfter(name: RouteName, from: string, sandbox: Sandbox): string {
  return name === 'graph' ? sandbox.submission.mailbox : from;
}
