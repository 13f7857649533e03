/** The steps from an empty relay to mail that arrives, each with its state as it is found. Pure. */
import type { SetupStep } from '../../../contract/schemas.ts';

/** What was found; `undefined`: it cannot be told. */
export interface Found {
  readonly accounts: number | undefined;
  readonly tenant: string | undefined;
  readonly connectors: number;
  /** Connectors that relayed something since the start. */
  readonly worked: readonly string[];
  readonly failing: readonly string[];
  readonly sources: number;
  readonly accepted: boolean;
  readonly relayed: boolean;
  readonly listenerTls: 'none' | 'self-signed' | 'own';
  readonly console: 'loopback' | 'tls' | 'clear';
  readonly strangers: number | undefined;
  readonly endsSoon: readonly string[];
  readonly managed: 'file' | 'inline' | 'store';
  readonly clearListeners: readonly string[];
}

type State = SetupStep['state'];
type Judged = readonly [state: State, detail: string];

export function checklist(found: Found): SetupStep[] {
  return [...canSend(found), ...deliversWell(found)];
}

function step(
  id: string,
  tier: SetupStep['tier'],
  title: string,
  [state, detail]: Judged,
  words: { readonly why: string; readonly how: readonly string[]; readonly page: string },
): SetupStep {
  return { id, tier, title, state, detail, why: words.why, how: [...words.how], page: words.page };
}

function canSend(found: Found): SetupStep[] {
  const { sources, connectors, worked, accepted, relayed } = found;
  const edit =
    found.managed === 'store'
      ? 'relay365 policy set policy.yaml'
      : 'edit the policy file; the relay reads it again by itself';
  return [
    step('account', 'can-send', 'An account of your own', accounts(found.accounts), {
      why: 'Changes bear the name of who made them.',
      how: ['relay365 user add NAME --role administrator'],
      page: '/users',
    }),
    step(
      'connector',
      'can-send',
      'A way out',
      counted(connectors, 'connector', 'mail would be kept and go nowhere'),
      {
        why: 'Mail leaves by a connector: to Exchange Online, High Volume Email, Graph or another server.',
        how: ['relay365 connector add --file connector.yaml', edit],
        page: '/connectors',
      },
    ),
    step(
      'source',
      'can-send',
      'A device or application that may send',
      counted(sources, 'source', 'nobody may send'),
      {
        why: 'Who is not a source is refused.',
        how: [
          'relay365 source add --file source.yaml',
          'Point the device at the relay and allow it under Unknown senders.',
        ],
        page: '/sources',
      },
    ),
    step(
      'first-accepted',
      'can-send',
      'First message accepted',
      accepted ? ['done', 'Mail was accepted.'] : ['open', 'No message was accepted yet.'],
      {
        why: 'It shows that a device reaches the relay and is known.',
        how: [
          'Send a test from the device; what is refused stands under Unknown senders.',
          'relay365 policy simulate --address ADDRESS --sender SENDER RECIPIENT',
        ],
        page: '/messages',
      },
    ),
    step(
      'first-relayed',
      'can-send',
      'First message handed to the next hop',
      relayed
        ? ['done', worked.length > 0 ? `${worked.join(', ')} took mail.` : 'Mail was handed over.']
        : ['open', 'No message was handed over yet.'],
      {
        why: 'It shows that the connector, its credentials and its network work.',
        how: ['relay365 queue list', 'relay365 connector list'],
        page: '/queue',
      },
    ),
  ];
}

function deliversWell(found: Found): SetupStep[] {
  return [
    step(
      'tenant',
      'delivers-well',
      'The tenant is named',
      found.tenant === undefined
        ? ['open', 'The policy names no tenant.']
        : ['done', `The tenant is ${found.tenant}.`],
      {
        why: 'Accepted domains tell internal from external recipients, which limits and routes depend on.',
        how: ['Add "tenant" with "domain" and "acceptedDomains" to the policy.'],
        page: '/policy',
      },
    ),
    step('connectors-well', 'delivers-well', 'Connectors are well', connectorsWell(found), {
      why: 'A connector that fails holds mail back.',
      how: ['relay365 connector list', 'relay365 explain TEXT'],
      page: '/connectors',
    }),
    step('listener-certificate', 'delivers-well', 'A certificate that devices trust', listenerTls(found), {
      why: 'Devices that check certificates refuse one that the relay made itself.',
      how: ['Name certificate and key under "tls" in relay365.yaml.'],
      page: '/certificates',
    }),
    step(
      'encrypted',
      'delivers-well',
      'Every listener offers TLS',
      found.clearListeners.length === 0
        ? ['done', 'All listeners offer TLS.']
        : ['attention', `${found.clearListeners.join(', ')} offers none.`],
      {
        why: 'Without TLS mail and passwords cross the network in clear.',
        how: ['Set "tls: starttls" on the listener in relay365.yaml.'],
        page: '/security',
      },
    ),
    step('unknown-senders', 'delivers-well', 'Unknown senders are decided', strangers(found.strangers), {
      why: 'Behind an unknown sender stands a device whose mail is lost, or somebody who should not be there.',
      how: ['relay365 strangers list', 'relay365 cut-over start --network RANGE --until DATE'],
      page: '/unknown-senders',
    }),
    step(
      'nothing-ends',
      'delivers-well',
      'No secret or certificate ends soon',
      found.endsSoon.length === 0
        ? ['done', 'Nothing that is known ends within 30 days.']
        : ['attention', found.endsSoon.slice(0, 5).join('; ')],
      {
        why: 'Mail stops when they end.',
        how: ['relay365 certificates'],
        page: '/certificates',
      },
    ),
    step('console-tls', 'delivers-well', 'The console is reached safely', consoleState(found.console), {
      why: 'Whoever listens on the way reads passwords of administrators.',
      how: ['Leave "console.address" at 127.0.0.1 and reach it by SSH, or give the console TLS.'],
      page: '/users',
    }),
  ];
}

function accounts(count: number | undefined): Judged {
  if (count === undefined) return ['unknown', 'How many accounts there are is not known here.'];
  return count > 0
    ? ['done', `There ${count === 1 ? 'is one account' : `are ${count} accounts`}.`]
    : ['open', 'There is no account yet.'];
}

function counted(count: number, noun: string, without: string): Judged {
  if (count === 0) return ['open', `The policy has no ${noun}, so ${without}.`];
  return ['done', `The policy has ${count} ${noun}${count === 1 ? '' : 's'}.`];
}

function connectorsWell({ connectors, failing, worked }: Found): Judged {
  if (connectors === 0) return ['open', 'There is no connector yet.'];
  if (failing.length > 0) return ['attention', `${failing.join(', ')} could not deliver lately.`];
  return worked.length > 0
    ? ['done', `${worked.join(', ')} delivered lately.`]
    : ['unknown', 'None was used since the relay started.'];
}

function listenerTls({ listenerTls: kind }: Found): Judged {
  if (kind === 'own') return ['done', 'The listeners show a certificate of a CA.'];
  return kind === 'none'
    ? ['unknown', 'No listener offers TLS.']
    : ['attention', 'The listeners show a certificate that signed itself.'];
}

function strangers(count: number | undefined): Judged {
  if (count === undefined) return ['unknown', 'Unknown senders are not counted here.'];
  return count === 0
    ? ['done', 'None waits for a decision.']
    : ['attention', `${count} ${count === 1 ? 'waits' : 'wait'} for a decision.`];
}

function consoleState(kind: Found['console']): Judged {
  if (kind === 'loopback') return ['done', 'It is reached from this machine only.'];
  return kind === 'tls'
    ? ['done', 'It is reached over TLS.']
    : ['attention', 'It is reached over the network without TLS.'];
}
