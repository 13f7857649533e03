/** "What would happen": the question read, the answer in the words of the contract. */
import type { SimulationQuestion as Asked, SimulationResult } from '../../../contract/schemas.ts';
import { readFrom } from '../../accept/header-from.ts';
import { simulate } from '../../diagnostics/simulate.ts';
import type { Simulation, SimulationQuestion } from '../../diagnostics/simulation.ts';
import { hear } from '../../diagnostics/simulate-words.ts';
import { formatAddress, parseAddress } from '../../config/network-range.ts';
import { instant } from '../../platform/clock.ts';
import type { ClientFacts } from '../../policy/client-facts.ts';
import { engineOptionsFor } from '../../policy/engine-options.ts';
import type { Policy } from '../../policy/policy.ts';
import type { HeaderSection } from '../../protocol/mail/header-section.ts';
import { parseHeaderSection } from '../../protocol/mail/header-section.ts';
import type { SpfVerdict } from '../../protocol/spf/spf.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';
import { judgesOf, listenerOf } from './judges.ts';

export function simulatorHandlers(context: AdminContext): Pick<Handlers, 'simulate'> {
  return {
    async simulate({ body }) {
      const policy = await policyOf(context, body.policy);
      const judges = judgesOf(context, policy, body.listener);
      const question = questionOf(body, policy, context);
      const first = simulate(question, judges);
      const isAsked = first.stages.some(({ stage, verdict }) => stage === 'spf' && verdict === 'note');
      if (!isAsked) return viewOf(first);
      return viewOf(simulate({ ...question, spf: await spfOf(body, question, context) }, judges));
    },
  };
}

async function policyOf(context: AdminContext, draft: string | undefined): Promise<Policy> {
  if (draft === undefined) return context.policy.current;
  const { policy, findings } = await context.policies.editing.draft(draft);
  if (policy) return policy;
  throw new Problem(422, 'The policy has faults', 'nothing can be tried with it', findings);
}

function questionOf(asked: Asked, policy: Policy, context: AdminContext): SimulationQuestion {
  const config = listenerOf(context, asked.listener);
  const facts = factsOf(asked, policy, config.name, context);
  const { helo, sender, recipients, from, fromFields, bytes, body } = asked;
  const content = contentOf(asked);
  const heard = hear(
    { sender, recipients, ...(helo !== undefined && { helo }) },
    engineOptionsFor({ config, hostname: context.hostname, policy, client: facts, at: facts.at }),
  );
  return {
    facts,
    reversePath: heard.reversePath,
    recipients: heard.recipients,
    faults: { ...(heard.helo && { hello: heard.helo }), ...(heard.sender && { sender: heard.sender }) },
    ...((from !== undefined || fromFields !== 1) && {
      from: readFrom(headerWith(from ?? heard.reversePath?.text ?? '', fromFields)),
    }),
    ...(bytes !== undefined && { bytes }),
    ...(helo !== undefined && { helo }),
    ...(body !== undefined && { body }),
    ...(content && { content: [content] }),
  };
}

/** In octets, as they would come after DATA. */
function contentOf({ content, from, fromFields }: Asked): Buffer | undefined {
  if (!content) return undefined;
  if (from !== undefined || fromFields !== 1) {
    throw new Problem(
      400,
      'The request does not fit the schema',
      'from and fromFields are read in content: leave them out beside it',
    );
  }
  if ('base64' in content) return Buffer.from(content.base64, 'base64');
  const lines = content.text.replaceAll(/\r\n|\r|\n/g, '\r\n');
  return Buffer.from(lines.endsWith('\r\n') ? lines : `${lines}\r\n`);
}

function headerWith(from: string, fields: number): HeaderSection {
  const parsed = parseHeaderSection(Buffer.from(`From: ${from}\r\n`.repeat(fields)));
  if (parsed.kind === 'parsed') return parsed.header;
  throw new Problem(400, 'The request does not fit the schema', 'the header From is no header field');
}

/** As it was given, or as it is in DNS now. */
async function spfOf(
  { spf, helo = '' }: Asked,
  { facts, reversePath }: SimulationQuestion,
  context: AdminContext,
): Promise<SpfVerdict> {
  const domain = reversePath?.domainKey ?? helo;
  if (spf !== undefined) return { result: spf, domain, lookups: 0, voidLookups: 0, steps: [] };
  return context.spf({
    address: facts.address,
    helo,
    sender: reversePath === null ? '' : `${reversePath.localPart}@${reversePath.domainKey}`,
    receiver: context.hostname,
  });
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
