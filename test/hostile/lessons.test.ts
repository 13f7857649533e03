/**
 * Failures of other relays and consoles, each with the tests that keep it from happening here. The table is checked: a test
 * that is renamed or removed is missed. What no other test asks from the outside is asked below.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../harness/child.ts';
import { startTestRelay } from '../harness/relay.ts';
import { SmtpTalk } from '../harness/smtp-talk.ts';

interface Lesson {
  readonly id: string;
  readonly failure: string;
  /** File, and words of the title of the test. */
  readonly tests: readonly (readonly [file: string, title: string])[];
}

const here = 'test/hostile/lessons.test.ts';

const lessons: readonly Lesson[] = [
  {
    id: 'V14',
    failure: 'words of a client become lines of log, reply or header',
    tests: [
      [here, 'control characters of a client make no line of the log and no line of a reply'],
      ['src/listener/hostile.test.ts', 'leave one line in replies and plain strings in events'],
      ['src/protocol/mail/writers.test.ts', 'whatever is written is one field'],
      ['src/protocol/smtp/client/reply-reader.test.ts', 'V14: marks that reorder text'],
    ],
  },
  {
    id: 'V15',
    failure:
      'foreign pages, hosts and paths reach the console; addresses of others are asked; recovery stands open',
    tests: [
      [here, 'a WebSocket is never opened'],
      ['src/admin/access/guarded.test.ts', '%s without sign-in, or with what looks like one, is 401'],
      ['src/admin/server.test.ts', '%s under a foreign Host or Origin is refused'],
      ['src/admin/server.test.ts', 'an id that is a path'],
      ['src/admin/pages/console-files.test.ts', '/..%2fsecret.txt'],
      ['src/platform/egress.test.ts', 'nothing permits metadata services'],
      ['src/platform/egress.test.ts', 'a name with one forbidden address among good ones is refused whole'],
      [
        'test/running/access.test.ts',
        'a fresh relay is usable by nobody but who has the link of its start, once',
      ],
    ],
  },
  {
    id: 'V16',
    failure: 'HTML mail runs in the console of an administrator',
    tests: [
      ['test/console/content.test.ts', 'the attacks are real: a page without protection carries them out'],
      ['test/console/content.test.ts', 'in the console nothing of them runs, and nothing leaves'],
      ['src/admin/content/read-mail.test.ts', 'is read as what it is, and never as anything of ours'],
    ],
  },
  {
    id: 'D15',
    failure: 'a default password',
    tests: [
      [
        'test/running/access.test.ts',
        'a fresh relay is usable by nobody but who has the link of its start, once',
      ],
      ['src/admin/access/session.test.ts', 'is all there is without an account, whatever is tried'],
    ],
  },
  {
    id: 'D16',
    failure: 'the first password that is offered becomes the right one',
    tests: [
      ['src/policy/login.test.ts', 'D16: a name seen for the first time'],
      ['src/policy/login.test.ts', 'D16: the password of a first contact is not kept'],
    ],
  },
  {
    id: 'D17',
    failure: 'an absent rule, or a limit of nothing, lets everybody in',
    tests: [
      ['src/policy/compile.test.ts', 'D17: the empty document makes a policy that relays nothing'],
      ['src/policy/recognise.test.ts', 'D17: an empty policy knows nobody'],
      [
        'test/corpus/bad-config/policy-limits.yaml',
        'messagesPerDay: expected a whole number of at least 1, found -5',
      ],
    ],
  },
  {
    id: 'D18',
    failure: 'TLS that may be stripped is the default',
    tests: [
      ['src/connector/smtp/tls.test.ts', 'STARTTLS is not offered (D18)'],
      ['src/policy/compile.test.ts', 'D18: TLS that may be stripped'],
      [
        'test/alerts/mail-alerts.test.ts',
        'a connector that lacks TLS it must have needs attention at its first failure',
      ],
    ],
  },
  {
    id: 'D19',
    failure: 'the disk fills where nobody counted',
    tests: [
      [
        'test/crash/full-disk.test.ts',
        'refuses as full, keeps what it acknowledged, and goes on when there is room',
      ],
      ['test/delivery/full-disk.test.ts', 'waiting mail goes once when there is room'],
      ['test/alerts/health-alerts.test.ts', 'a disk below minimumFree'],
    ],
  },
  {
    id: 'D20',
    failure: 'two workers take the same message; content goes before its row',
    tests: [
      ['test/simulation/simulation.test.ts', 'each message is handed over once, or in doubt'],
      ['test/crash/store-crash.test.ts', 'killed at a random moment'],
    ],
  },
  {
    id: 'D21',
    failure: 'the alarm waits in the queue that it is about',
    tests: [
      [
        'test/alerts/mail-alerts.test.ts',
        'with every connector blocked the webhook fires within two minutes',
      ],
      [
        'test/alerts/channels.test.ts',
        'an alert about a connector goes as mail by another one, and not through the queue',
      ],
    ],
  },
  {
    id: 'D22',
    failure: 'a container that is replaced loses its queue',
    tests: [
      ['test/running/lifecycle.test.ts', 'SIGTERM under load loses nothing'],
      ['test/running/place-of-data.test.ts', 'a data directory in memory is named a danger'],
    ],
  },
];

test.each(lessons)('$id, $failure: has its tests', ({ tests }) => {
  const missing = tests.filter(
    ([file, title]) => !readFileSync(join(repository, file), 'utf8').includes(title),
  );
  expect(missing).toEqual([]);
});

describe('from the outside', () => {
  test('control characters of a client make no line of the log and no line of a reply', async () => {
    await using relay = await startTestRelay({ policy: '' });
    const words = ['a\u001b[2Jb', 'x\u202eevil', 'a\rINJECTED', '{"event":"ready"}'];
    for (const word of words) {
      await using talk = await SmtpTalk.open(relay.port);
      const replies = [await talk.say(`EHLO ${word}`), await talk.say(`MAIL FROM:<${word}@contoso.com>`)];
      // RFC 5321 4.2: a reply is printable US-ASCII, and its text has the lines that its code announces.
      for (const { text } of replies) expect(text).toMatch(/^\d{3} [\x20-\x7e]*$/);
      await talk.say('QUIT');
      await talk.ended();
    }
    await expect.poll(() => relay.log.length).toBeGreaterThan(words.length);
    for (const line of relay.log) {
      expect(line.indexOf('\n')).toBe(line.length - 1);
      for (const mark of ['\u001b', '\u202e', '\r']) expect(line).not.toContain(mark);
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  test('a WebSocket is never opened, from a foreign page or from our own', async () => {
    await using relay = await startTestRelay({ policy: '' });
    const { port, host } = new URL(relay.relay.consoleUrl ?? '');
    const upgrade = async (origin: string, extra: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.end(
        `GET /api/v1/live HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`,
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        // A stream has no end of its own.
        if (text.includes('\r\n\r\n')) socket.destroy();
      });
      await once(socket, 'close');
      return text.split('\r\n', 1)[0] ?? '';
    };
    const token = `Authorization: Bearer ${await relay.token()}\r\n`;
    expect(await upgrade('http://evil.test', token)).toBe('HTTP/1.1 403 Forbidden');
    expect(await upgrade(`http://${host}`, '')).toBe('HTTP/1.1 401 Unauthorized');
    // RFC 9110 7.8: an upgrade that is not wanted is ignored.
    expect(await upgrade(`http://${host}`, token)).toBe('HTTP/1.1 200 OK');
  });
});
