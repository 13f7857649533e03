import { expect, test } from 'vitest';
import { instant } from '../../platform/clock.ts';
import { selfSigned } from '../../platform/certificates.ts';
import { leafFacts } from './leaf.ts';

test('a certificate that signs itself has no issuer to miss, whatever it may be used for', async () => {
  const now = new Date('2026-11-23T08:00:00Z');
  const { certificate } = await selfSigned('relay.contoso.com', { now, days: 30 });
  const facts = leafFacts(certificate, 'tls.certificate', instant(now.getTime()));
  expect(facts).toMatchObject({ isSelfSigned: true, chainLength: 1, inOrder: true });
  expect(facts.missingIssuer).toBeUndefined();
});
