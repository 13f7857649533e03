/**
 * Conversations as text. A line of a `.smtp` file is one of
 *   # words            a remark; the first one is the title
 *   @ client ADDRESS   the client's address (sources of surroundings.ts); 192.0.2.7 without it
 *   @ tls              the conversation begins under TLS
 *   @ KEY VALUE        a key of the listener as in relay365.yaml, value in JSON
 *   C: words           sends a line with CR LF; C: lines without an S: between them leave as one chunk
 *   C~ words           sends octets without a line end; \r \n \t \0 \\ \xNN and {N*c} (N times c) are resolved
 *   S: pattern         expects this reply line; `*` stands for anything
 *   S= closed          expects that the session was closed after what was said
 *   S= cut-off         expects that it was cut off without a word
 *   TLS                the handshake after STARTTLS
 *   M= N               expects N messages accepted so far
 *   M~ words           expects this content (escapes as above) of the message accepted last
 *   E: pattern         expects the envelope of the message accepted last: `<sender> <recipient>…`
 *   R: rule            expects the last `refused` or `session-refused` event to bear this rule
 */

export type Step =
  | { readonly kind: 'send'; readonly octets: Buffer }
  | { readonly kind: 'replies'; readonly patterns: readonly string[] }
  | { readonly kind: 'ended'; readonly how: string }
  | { readonly kind: 'tls' }
  | { readonly kind: 'messages'; readonly count: number }
  | { readonly kind: 'content'; readonly octets: Buffer }
  | { readonly kind: 'envelope'; readonly pattern: string }
  | { readonly kind: 'rule'; readonly rule: string };

export interface Conversation {
  readonly title: string;
  readonly address: string;
  readonly tls: boolean;
  readonly config: Record<string, unknown>;
  readonly steps: readonly Step[];
}

export function readConversation(text: string): Conversation {
  const lines = text.split('\n').filter((line) => line !== '');
  const settings = new Map<string, string>();
  const steps: Step[] = [];
  for (const line of lines) {
    if (line.startsWith('#')) continue;
    if (line.startsWith('@ ')) {
      const [, key = '', value = ''] = /^@ (\S+) ?(.*)$/.exec(line) ?? [];
      settings.set(key, value);
    } else {
      addStep(steps, line);
    }
  }
  const { client = '192.0.2.7', tls, ...config } = Object.fromEntries(settings);
  return {
    title: lines.find((line) => line.startsWith('# '))?.slice(2) ?? 'without a title',
    address: client,
    tls: tls !== undefined,
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, JSON.parse(value)])),
    steps,
  };
}

function addStep(steps: Step[], line: string): void {
  const mark = line.slice(0, 2);
  const rest = line.slice(3);
  const last = steps.at(-1);
  switch (mark) {
    case 'C:':
    case 'C~': {
      const octets = mark === 'C:' ? Buffer.from(`${rest}\r\n`) : resolveEscapes(rest);
      if (last?.kind === 'send')
        steps[steps.length - 1] = { kind: 'send', octets: Buffer.concat([last.octets, octets]) };
      else steps.push({ kind: 'send', octets });
      return;
    }
    case 'S:':
      if (last?.kind === 'replies') {
        steps[steps.length - 1] = { kind: 'replies', patterns: [...last.patterns, rest] };
      } else {
        steps.push({ kind: 'replies', patterns: [rest] });
      }
      return;
    case 'S=':
      steps.push({ kind: 'ended', how: rest });
      return;
    case 'TL':
      steps.push({ kind: 'tls' });
      return;
    case 'M=':
      steps.push({ kind: 'messages', count: Number(rest) });
      return;
    case 'M~':
      steps.push({ kind: 'content', octets: resolveEscapes(rest) });
      return;
    case 'E:':
      steps.push({ kind: 'envelope', pattern: rest });
      return;
    case 'R:':
      steps.push({ kind: 'rule', rule: rest });
      return;
    default:
      throw new Error(`not a line of a conversation: ${line}`);
  }
}

export function resolveEscapes(text: string): Buffer {
  const resolved = text.replaceAll(
    /\\(?:x([0-9a-f]{2})|([rnt0\\]))|\{(\d+)\*([^}]+)\}/g,
    (_, hex?: string, letter?: string, count?: string, repeated?: string) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (count !== undefined)
        return resolveEscapes(repeated ?? '')
          .toString('latin1')
          .repeat(Number(count));
      return { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' }[letter ?? ''] ?? '';
    },
  );
  return Buffer.from(resolved, 'latin1');
}

/** Whether a reply line fits a pattern, in which `*` stands for anything. */
export function fits(pattern: string, line: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(line);
}
