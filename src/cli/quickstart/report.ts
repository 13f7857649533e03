/** What the quickstart prints. */
import type { Outcome } from './outcome.ts';
import { routeTitle } from './routes.ts';
import { formatBytes, formatTime, heading, list, paint, table, type Cell, type Output } from './terminal.ts';

const titles = [
  'message',
  'size',
  'sent by',
  'route',
  'accepted',
  'arrived',
  'content',
  'reference',
] as const;

export function outcomeTable(outcomes: readonly Outcome[], output: Output): string {
  const rows = outcomes.map((outcome): Cell[] => [
    { text: outcome.sample.name },
    { text: formatBytes(outcome.sample.content.length), align: 'right' },
    { text: way(outcome) },
    { text: routeTitle(outcome.sample.route) },
    { text: 'sent' in outcome ? formatTime(outcome.sent.durationMs) : '-', align: 'right' },
    { text: 'arrivedMs' in outcome ? formatTime(outcome.arrivedMs) : '-', align: 'right' },
    verdict(outcome),
    { text: ('sent' in outcome && outcome.sent.reference) || '-' },
  ]);
  return table(titles, rows, output);
}

/** One line for each message that is not as it should be. */
export function faultLines(outcomes: readonly Outcome[], output: Output): string {
  return outcomes
    .filter((outcome) => outcome.kind !== 'identical')
    .map((outcome) => `  ${paint('red', outcome.sample.name, output)}: ${outcome.kind}: ${outcome.text}\n`)
    .join('');
}

export interface Places {
  readonly smtp: string;
  readonly consoleUrl: string | undefined;
  /** Where a person makes the first account of the console; absent once there is one. */
  readonly firstAccountUrl: string | undefined;
  readonly inspectUrl: string;
  readonly directory: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly login: { readonly username: string; readonly password: string };
  readonly isThrowAway: boolean;
}

/** Where everything is, and what to try now. */
export function nextSteps(places: Places, output: Output): string {
  const { smtp, login } = places;
  const swaks = `swaks --server ${smtp} --from scanner@contoso.com --to you@fabrikam.example`;
  return [
    `${heading('Running', output)}\n`,
    list(
      [
        ['relay (SMTP)', smtp],
        ...(places.consoleUrl === undefined
          ? []
          : [['console', places.firstAccountUrl ?? places.consoleUrl] as const]),
        ['what arrived', `${places.inspectUrl}/messages`],
        ['configuration', places.configFile],
        ['log', places.logFile],
        ['login', `${login.username} / ${login.password}`],
      ],
      output,
    ),
    `${heading('Try', output)}\n`,
    list(
      [
        ['another message', swaks],
        [
          'with TLS and login',
          `${swaks.replace('scanner@', 'erp@')} -tls -a LOGIN -au ${login.username} -ap ${login.password}`,
        ],
        ['by certificate', swaks.replace('fabrikam', 'wingtip')],
        ['by submission', swaks.replace('fabrikam', 'litware')],
        ['by Graph', swaks.replace('fabrikam', 'tailspin')],
        ['a sender that is not allowed', swaks.replace('scanner@contoso.com', 'scanner@example.com')],
        ['a next hop that is busy', swaks.replace('you@', 'tempfail-1x@')],
        ['what became of it', `relay365 trace --config ${places.configFile}`],
      ],
      output,
    ),
    `\nCtrl-C ends it${places.isThrowAway ? ' and removes what it made' : ''}.\n`,
  ].join('');
}

function way({ sample }: Outcome): string {
  const words = [sample.tls ? 'TLS' : 'no TLS'];
  if (sample.login) words.push('login');
  return words.join(', ');
}

function verdict(outcome: Outcome): Cell {
  if (outcome.kind !== 'identical') return { text: outcome.kind.toUpperCase(), style: 'red' };
  const gone = outcome.sample.removed.map((name) => ` - ${name}`).join('');
  return { text: `identical + ${outcome.added.join(', ')}${gone}`, style: 'green' };
}
