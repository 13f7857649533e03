import { expect, test } from 'vitest';
import { policySchema } from '../../config/policy-schema.ts';
import { instant } from '../../platform/clock.ts';
import { compilePolicy } from '../../policy/compile.ts';
import { alignmentCheck } from './checks/dmarc.ts';
import type { DoctorContext } from './check.ts';
import { openFroms, senderPairs } from './sender-pairs.ts';

const policyWith = (source: Record<string, unknown>) =>
  compilePolicy(
    policySchema.parse({ sources: [{ name: 'erp', networks: ['10.0.0.1'], ...source }], connectors: [] }),
    1,
  ).policy;

// RFC 7489 3.1: the domain of the From is what has to align, so where it is not known nothing can be said.
test.each([
  [{ senders: ['erp@contoso.com'] }, []],
  [{ senders: ['*@contoso.com'] }, []],
  [{ senders: ['erp@contoso.com'], headerFrom: 'any' }, ['headerFrom: any']],
  [{ senders: ['erp@contoso.com', '*'] }, ['"*" in its senders']],
  [{ senders: ['*@*.contoso.com'] }, ['"*@*.contoso.com" in its senders']],
  [{ senders: ['*'], rewrite: { from: 'erp@contoso.com' } }, []],
])('%j leaves the From open by %j', (source, because) => {
  expect(openFroms(policyWith(source)).map((one) => one.because)).toEqual(because);
});

test('what is named is judged beside what is open', () => {
  const policy = policyWith({ senders: ['erp@contoso.com', '*'] });
  expect(senderPairs(policy)).toEqual([{ source: 'erp', envelope: 'contoso.com', from: 'contoso.com' }]);
});

test('an open From is told as not known, with the way to make it known', async () => {
  const policy = policyWith({ senders: ['*'] });
  const found = await alignmentCheck.run(
    { policy, clock: { now: () => instant(0) } } as unknown as DoctorContext,
    new AbortController().signal,
  );
  expect(found).toMatchObject([
    {
      about: 'erp any From',
      state: 'unknown',
      evidence: expect.stringContaining('left open ("*" in its senders)') as string,
      advice: expect.stringContaining('rewrite.from') as string,
    },
  ]);
});
