/** "What would happen": the question read, the answer in the words of the contract. */
import type { SimulationQuestion as Asked, SimulationResult } from '../../../contract/schemas.ts';
import { simulate } from '../../diagnostics/simulate.ts';
import type { Simulation } from '../../diagnostics/simulation.ts';
import { formatAddress, parseAddress } from '../../config/network-range.ts';
import { instant } from '../../platform/clock.ts';
import type { ClientFacts } from '../../policy/client-facts.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Mailbox } from '../../protocol/address.ts';
import { parseMailbox } from '../../protocol/address.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { judgesOf } from './judges.ts';

export function simulatorHandlers(context: AdminContext): Pick<Handlers, 'simulate'> {
  return {
    async simulate({ body }) {
      const policy = await policyOf(context, body.policy);
      const judges = judgesOf(context, policy, body.listener);
      const recipients = body.recipients.map((text, index) => mailbox(text, `recipients.${index}`));
      const question = {
        facts: factsOf(body, policy, judges.listener.name, context),
        reversePath: body.sender === '' || body.sender === '<>' ? null : mailbox(body.sender, 'sender'),
        recipients,
        ...(body.from !== undefined && { from: [mailbox(body.from, 'from')] }),
        ...(body.bytes !== undefined && { bytes: body.bytes }),
      };
      return viewOf(simulate(question, judges));
    },
  };
}

async function policyOf(context: AdminContext, draft: string | undefined): Promise<Policy> {
  if (draft === undefined) return context.policy.current;
  const { policy, findings } = await context.policies.editing.draft(draft);
  if (policy) return policy;
  throw new Problem(422, 'The policy has faults', 'nothing can be tried with it', findings);
}

function factsOf(asked: Asked, policy: Policy, listener: string, context: AdminContext): ClientFacts {
  const address = parseAddress(asked.address);
  const source = asked.login === undefined ? undefined : policy.logins.get(asked.login);
  if (asked.login !== undefined && !source) {
    throw new Problem(
      404,
      'Not found',
      `no source has the user name ${asked.login}, so such a login would fail`,
    );
  }
  const { certificate } = asked;
  return {
    at: asked.at === undefined ? context.clock.now() : instant(Date.parse(asked.at)),
    address: address.ok ? formatAddress(address.value) : asked.address,
    listener,
    // A certificate is shown in a handshake.
    tls: asked.tls || certificate !== undefined,
    ...(asked.login !== undefined && source && { login: { username: asked.login, source: source.name } }),
    ...(certificate && {
      certificate: {
        fingerprint: (certificate.fingerprint ?? '')
          .replace(/^sha256:/i, '')
          .replaceAll(':', '')
          .toLowerCase(),
        dnsNames: certificate.dnsNames,
        trusted: certificate.trusted,
        ...(certificate.commonName !== undefined && { commonName: certificate.commonName }),
      },
    }),
  };
}

function mailbox(text: string, path: string): Mailbox {
  const parsed = parseMailbox(text);
  if (parsed.ok) return parsed.value;
  throw new Problem(400, 'The request does not fit the schema', undefined, [
    { severity: 'error', path, message: parsed.reason, expected: 'user@domain' },
  ]);
}

function viewOf({ stages, ...rest }: Simulation): SimulationResult {
  return {
    ...rest,
    stages: stages.map(({ connectors, passedOver, ...stage }) => ({
      ...stage,
      ...(connectors && { connectors: [...connectors] }),
      ...(passedOver && { passedOver: [...passedOver] }),
    })),
  };
}
