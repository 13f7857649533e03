/**
 * The longest draft of a policy that the API takes is judged while the relay goes on: what counts is how often SMTP and HTTP
 * answer meanwhile. Judged on the event loop they would answer a handful of times, however long it takes.
 */
import { expect, test } from 'vitest';
import { asking } from '../harness/admin-ask.ts';
import { answersWhile } from '../harness/answers-while.ts';
import { startTestRelay } from '../harness/relay.ts';

const managed = { policy: '', node: { policy: undefined } } as const;
const charactersMax = 4_000_000;

/** As many sources as fit; the last line of the text ends within `characters`. */
function policyOf(characters: number): string {
  const parts = ['sources:\n'];
  let length = 9;
  for (let n = 0; ; n += 1) {
    const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
    const source = `  - name: device-${n}\n    networks: [${address}]\n    senders: [device-${n}@contoso.com]\n    recipients: ['*@contoso.com', '*@fabrikam.example']\n    owner: it@contoso.com\n    purpose: one of very many devices of this test, told apart by their number\n`;
    if (length + source.length > characters) return parts.join('');
    parts.push(source);
    length += source.length;
  }
}

const enough = 300;

test(
  'while the longest draft is judged, SMTP and health answer all the time',
  { timeout: 300_000 },
  async () => {
    await using relay = await startTestRelay(managed);
    const ask = asking(relay);
    const text = policyOf(charactersMax);
    expect(text.length).toBeGreaterThan(charactersMax - 500);
    const judged = ask('validatePolicy', { body: { text } });
    expect(await answersWhile(relay, judged, enough)).toBe(enough);
    expect(await judged).toMatchObject({ valid: true });
  },
);

test(
  'and while a long one is put in force, looked at, edited and compared',
  { timeout: 300_000 },
  async () => {
    await using relay = await startTestRelay(managed);
    const ask = asking(relay);
    const text = policyOf(400_000);
    const put = ask('putPolicy', { body: { text } });
    expect(await answersWhile(relay, put)).toBeGreaterThan(50);
    expect(relay.relay.policy.current.sources.size).toBeGreaterThan(1_000);
    const path = { params: { name: 'device-7' } };
    const { document } = await ask('source', path);
    expect(document).toMatchObject({ name: 'device-7', networks: ['10.0.0.7'] });
    const edited = ask('putSource', { ...path, body: { document: { ...document, purpose: 'changed' } } });
    expect(await answersWhile(relay, edited)).toBeGreaterThan(50);
    const { yaml } = await ask('policy');
    expect(yaml).toContain('purpose: changed');
    const compared = ask('policyDiff', { query: { from: '1', to: '2' } });
    expect(await answersWhile(relay, compared)).toBeGreaterThan(20);
    expect((await compared).diff).toContain('+    purpose: changed');
    // What it says of a fault is the same wherever it is judged.
    const faulty = await ask('validatePolicy', { body: { text: yaml.replace('10.0.0.9]', '10.0.0.999]') } });
    expect(faulty).toMatchObject({ valid: false });
    expect(faulty.findings).toContainEqual(
      expect.objectContaining({
        severity: 'error',
        path: 'sources[9].networks[0]',
        line: expect.any(Number),
      }),
    );
  },
);
