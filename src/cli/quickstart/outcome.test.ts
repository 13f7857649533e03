import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox, type ArrivalRecipient, type Sandbox } from '../../../sandbox/sandbox.ts';
import { trySample } from './outcome.ts';
import type { Sample } from './samples.ts';
import type { RelayAddress } from './send.ts';

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.stop());

const sample: Sample = {
  name: 'a sample',
  from: 'a@contoso.com',
  to: 'b@fabrikam.example',
  blind: [],
  route: 'microsoft-365',
  content: Buffer.from('Received: from device\r\nSubject: x\r\n\r\nbody\r\n'),
  tls: true,
  login: false,
  eightBit: false,
  repaired: [],
  removed: [],
};

/** The stand-in itself takes the part of a relay that forgets its trace field. */
async function forgetfulRelay(): Promise<{ sandbox: Sandbox; relay: RelayAddress }> {
  sandbox = await startSandbox();
  const { host, port, name } = sandbox.mx;
  const login = { username: 'erp', password: 'test-password' };
  return { sandbox, relay: { host, port, certificate: sandbox.caPem, serverName: name, login } };
}

/** The same stand-in, seen as if a relay had added its trace field and written to `more` as well. */
function withTrace(stand: Sandbox, more: readonly ArrivalRecipient[] = []): Sandbox {
  return {
    ...stand,
    waitFor: async (fits, signal) => {
      const arrival = await stand.waitFor(fits, signal);
      const content = Buffer.concat([Buffer.from('Received: by relay; today\r\n'), arrival.content]);
      return { ...arrival, content, recipients: [...arrival.recipients, ...more] };
    },
  };
}

describe('what became of a sample', () => {
  it('is different when the relay added no trace field', async () => {
    const outcome = await trySample(sample, {
      ...(await forgetfulRelay()),
      deadline: AbortSignal.timeout(60_000),
    });
    expect(outcome).toMatchObject({ kind: 'different', text: 'no received field was added' });
  });

  it('is different when it came by another route than the policy says', async () => {
    const traced = { ...sample, content: Buffer.from('Subject: x\r\n\r\nbody\r\n'), route: 'graph' } as const;
    const { sandbox: stand, relay } = await forgetfulRelay();
    const sending = trySample(traced, {
      relay,
      sandbox: withTrace(stand),
      deadline: AbortSignal.timeout(60_000),
    });
    expect(await sending).toMatchObject({
      kind: 'different',
      text: expect.stringContaining('it came by mx'),
    });
  });

  it('is different when it reached others than it was sent to', async () => {
    const traced = { ...sample, content: Buffer.from('Subject: x\r\n\r\nbody\r\n') };
    const { sandbox: stand, relay } = await forgetfulRelay();
    const seen = withTrace(stand, [{ address: 'eve@fabrikam.example', parameters: [] }]);
    const sending = trySample(traced, { relay, sandbox: seen, deadline: AbortSignal.timeout(60_000) });
    expect(await sending).toMatchObject({
      kind: 'different',
      text: expect.stringContaining('eve@fabrikam.example'),
    });
  });

  it('is refused when the relay does not take it', async () => {
    const refused = { ...sample, to: 'permfail@fabrikam.example' };
    const outcome = await trySample(refused, {
      ...(await forgetfulRelay()),
      deadline: AbortSignal.timeout(60_000),
    });
    expect(outcome).toMatchObject({ kind: 'refused', text: expect.stringContaining('550 5.1.10') });
  });

  it('is missing when it does not arrive in time', async () => {
    const elsewhere = await startSandbox();
    const { relay } = await forgetfulRelay();
    const late = new AbortController();
    const trying = trySample(sample, { relay, sandbox: elsewhere, deadline: late.signal });
    await sandbox?.waitFor(() => true, AbortSignal.timeout(60_000));
    late.abort(new Error('too late'));
    expect(await trying).toMatchObject({ kind: 'missing', text: 'too late' });
    await elsewhere.stop();
  });
});
