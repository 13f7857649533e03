import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { trySample } from './outcome.ts';
import type { Sample } from './samples.ts';
import type { RelayAddress } from './send.ts';

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.stop());

const sample: Sample = {
  name: 'a sample',
  from: 'a@contoso.com',
  to: 'b@fabrikam.example',
  content: Buffer.from('Received: from device\r\nSubject: x\r\n\r\nbody\r\n'),
  tls: true,
  login: false,
  eightBit: false,
  repaired: [],
};

/** The stand-in itself takes the part of a relay that forgets its trace field. */
async function forgetfulRelay(): Promise<{ sandbox: Sandbox; relay: RelayAddress }> {
  sandbox = await startSandbox();
  const { host, port, name } = sandbox.mx;
  const login = { username: 'erp', password: 'test-password' };
  return { sandbox, relay: { host, port, certificate: sandbox.caPem, serverName: name, login } };
}

describe('what became of a sample', () => {
  it('is different when the relay added no trace field', async () => {
    const outcome = await trySample(sample, {
      ...(await forgetfulRelay()),
      deadline: AbortSignal.timeout(10_000),
    });
    expect(outcome).toMatchObject({ kind: 'different', text: 'no received field was added' });
  });

  it('is refused when the relay does not take it', async () => {
    const refused = { ...sample, to: 'permfail@fabrikam.example' };
    const outcome = await trySample(refused, {
      ...(await forgetfulRelay()),
      deadline: AbortSignal.timeout(10_000),
    });
    expect(outcome).toMatchObject({ kind: 'refused', text: expect.stringContaining('550 5.1.10') });
  });

  it('is missing when it does not arrive in time', async () => {
    const elsewhere = await startSandbox();
    const { relay } = await forgetfulRelay();
    const late = new AbortController();
    const trying = trySample(sample, { relay, sandbox: elsewhere, deadline: late.signal });
    await sandbox?.waitFor(() => true, AbortSignal.timeout(10_000));
    late.abort(new Error('too late'));
    expect(await trying).toMatchObject({ kind: 'missing', text: 'too late' });
    await elsewhere.stop();
  });
});
