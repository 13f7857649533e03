/** Properties of the whole engine: any octets, in any pieces, in any state. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServerEngine } from './engine.ts';
import type { ServerEvent } from './events.ts';
import { type Leniency, noLeniency } from './leniency.ts';

const limits = { lineBytes: 512, messageBytes: 10_000, recipients: 100, messages: 100 };
const anything: Leniency = {
  spaceAfterColon: true,
  missingAngleBrackets: true,
  helloWithoutDomain: true,
  plainPrompts: true,
  bareLineFeeds: true,
};

interface Answers {
  /** Whether the nth MAIL, RCPT, content or login is accepted. */
  readonly accepts: (count: number) => boolean;
  readonly leniency: Leniency;
}

/** Feeds pieces, answers everything, and tells all that was seen from outside. */
function converse(
  pieces: readonly Buffer[],
  { accepts, leniency }: Answers,
): { events: string[]; output: string } {
  const engine = new ServerEngine({
    hostname: 'relay.test',
    offer: { tls: false, startTls: true, auth: ['PLAIN', 'LOGIN'], authNeedsTls: false },
    limits,
    leniency,
  });
  const events: string[] = [];
  let count = 0;
  for (const piece of pieces) {
    engine.feed(Buffer.from(piece));
    for (let event = engine.next(); event !== undefined; event = engine.next()) {
      if (event.kind === 'content') {
        const last = events.length - 1;
        const text = event.bytes.toString('latin1');
        if (events[last]?.startsWith('content ')) events[last] += text;
        else events.push(`content ${text}`);
        continue;
      }
      events.push(JSON.stringify(event));
      if (event.kind !== 'cut-off') answer(engine, event, accepts(count++));
    }
  }
  return { events, output: engine.takeOutput() };
}

function answer(engine: ServerEngine, event: ServerEvent, accept: boolean): void {
  if (event.kind === 'hello') engine.replyHello('relay.test');
  else if (event.kind === 'content-start' && accept) engine.proceed();
  else if (event.kind === 'fault') engine.reply(event.fault);
  else engine.reply(accept ? { code: 250, text: 'yes' } : { code: 550, enhanced: '5.7.1', text: 'no' });
}

const verbs = [
  'EHLO a',
  'HELO',
  'MAIL FROM:<a@b.c>',
  'MAIL FROM: a@b.c SIZE=3',
  'MAIL FROM:<> BODY=BINARYMIME',
  'RCPT TO:<d@e.f>',
  'RCPT TO:<>',
  'DATA',
  'BDAT 5',
  'BDAT 5 LAST',
  'BDAT 0 LAST',
  'BDAT x',
  'RSET',
  'NOOP',
  'HELP',
  'VRFY a',
  'EXPN a',
  'QUIT',
  'AUTH PLAIN',
  'AUTH LOGIN YQ==',
  'AUTH PLAIN AGEAYg==',
  '*',
  'FOO',
  '',
  '.',
  'hello',
  '..',
];
// Without STARTTLS, because what follows it in one piece is an attack and in two is not.
const script = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc
          .tuple(fc.constantFrom(...verbs), fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'))
          .map((two) => two.join('')),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
      { weight: 1, arbitrary: fc.constant('x'.repeat(700)) },
    ),
    { maxLength: 25 },
  )
  // The valid beginning leads more of the runs into the later states.
  .map((parts) => `EHLO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\n${parts.join('')}`);
const answers = fc
  .tuple(fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }), fc.constantFrom(noLeniency, anything))
  .map(([pattern, leniency]): Answers => ({
    accepts: (count) => count < 3 || pattern[count % pattern.length]!,
    leniency,
  }));

describe('ServerEngine', () => {
  it('gives the same events and replies for any split of the octets', () => {
    fc.assert(
      fc.property(script, answers, fc.array(fc.nat(600)), (text, how, cuts) => {
        const whole = Buffer.from(text, 'latin1');
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        expect(converse(pieces, how)).toEqual(converse([whole], how));
      }),
      { numRuns: 3000 },
    );
  });

  it('survives any octets, and answers in well-formed lines', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        script,
        answers,
        fc.boolean(),
        (junk, text, how, first) => {
          const parts = [
            Buffer.from(text, 'latin1'),
            Buffer.from(junk),
            Buffer.from('\r\nSTARTTLS\r\nNOOP\r\n'),
          ];
          const { output } = converse(first ? parts.toReversed() : parts, how);
          for (const line of output.split('\r\n').slice(0, -1))
            expect(line).toMatch(/^[2-5]\d\d[ -][\x20-\x7e]{0,506}$/);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('insists on an answer', () => {
    const engine = new ServerEngine({
      hostname: 'relay.test',
      offer: { tls: false, startTls: true, auth: [], authNeedsTls: true },
      limits,
      leniency: noLeniency,
    });
    expect(() => engine.reply({ code: 250, text: 'to nothing' })).toThrow('no event');
    engine.feed(Buffer.from('NOOP\r\nNOOP\r\n'));
    engine.next();
    expect(() => engine.next()).toThrow('was not answered');
  });

  it('reads content of any size without keeping it', () => {
    const engine = new ServerEngine({
      hostname: 'relay.test',
      offer: { tls: false, startTls: false, auth: [], authNeedsTls: false },
      limits,
      leniency: noLeniency,
    });
    engine.feed(Buffer.from('HELO a\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\n'));
    for (let event = engine.next(); event !== undefined; event = engine.next()) answer(engine, event, true);
    let bytes = 0;
    for (let piece = 0; piece < 2000; piece += 1) {
      engine.feed(Buffer.alloc(65_536, 'line\r\n.'));
      for (let event = engine.next(); event !== undefined; event = engine.next()) {
        if (event.kind === 'content') bytes += event.bytes.length;
      }
      expect(engine.buffered).toBe(0);
    }
    expect(bytes).toBeGreaterThan(100 * 2 ** 20);
  });
});
