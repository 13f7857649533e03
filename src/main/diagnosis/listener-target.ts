/** A listener of this relay as a client of a given address, login and certificate meets it. */
import { createSecureContext } from 'node:tls';
import type { ConversationQuestion } from '../../../contract/schemas.ts';
import { Problem } from '../../admin/problem.ts';
import { formatAddress, parseAddress } from '../../config/network-range.ts';
import type { LoadedNodeConfig } from '../../config/load.ts';
import type { ConnectorEnvironment } from '../../connector/environment.ts';
import type { SmtpSettings } from '../../connector/smtp/settings.ts';
import { anyHostWay } from '../../diagnostics/conversation/any-host.ts';
import type { StreamTarget } from '../../diagnostics/conversation/hold.ts';
import type { LoginCheck } from '../../listener/options.ts';
import type { VisitOptions } from '../../listener/visit.ts';
import { visit } from '../../listener/visit.ts';
import type { RelayEvent } from '../../observe/events.ts';
import type { ClientCertificate } from '../../policy/client-facts.ts';
import type { ListenerQuestion } from './test-bench.ts';

export interface ListenerTargetParts {
  readonly node: Pick<LoadedNodeConfig, 'listeners' | 'hostname'>;
  readonly environment: Omit<ConnectorEnvironment, 'secrets'>;
  readonly visit: Omit<VisitOptions, 'config' | 'hostname' | 'events'>;
}

export function listenerTarget(
  { node, environment, visit: parts }: ListenerTargetParts,
  asked: ListenerQuestion,
  question: ConversationQuestion,
): StreamTarget & { readonly title: string } {
  const config = listenerOf(node.listeners, asked.listener);
  const address = addressOf(asked.address);
  let refused: Extract<RelayEvent, { kind: 'refused' }> | undefined;
  const { begin } = parts.acceptance;
  const isPretended = asked.login !== undefined && asked.login.password === undefined;
  const certain = question.send && !isPretended && !asked.certificate;
  if (question.send && !certain) {
    throw new Problem(
      400,
      'That cannot be sent',
      'a login without its password, or a certificate that nobody showed, proves nothing: no message is sent with it',
    );
  }
  const open = () =>
    visit(
      {
        ...parts,
        config,
        hostname: node.hostname,
        acceptance: {
          ready: (bytes) => parts.acceptance.ready(bytes),
          ...(certain && begin && { begin: (transaction) => begin.call(parts.acceptance, transaction) }),
        },
        ...(isPretended && { logins: pretended(parts.logins) }),
        events: {
          emit: (event: RelayEvent) => {
            if (event.kind === 'refused') refused = event;
          },
        },
      },
      { address, certificate: asked.certificate && certificateOf(asked.certificate) },
    );
  return {
    kind: 'stream',
    open,
    settings: settingsOf(asked, question, { environment, config, hostname: node.hostname, parts }),
    place: {
      host: `${config.name} (this relay)`,
      name: node.hostname,
      port: config.port,
      overheard: () => refused && { text: refused.explanation, rule: refused.rule },
    },
    title: `Conversation with the listener ${config.name} as a client from ${address}`,
  };
}

function listenerOf(listeners: LoadedNodeConfig['listeners'], name: string | undefined) {
  const found = name === undefined ? listeners[0] : listeners.find((one) => one.name === name);
  if (found) return found;
  const names = listeners.map((one) => one.name).join(', ');
  throw new Problem(404, 'Not found', `there is no listener ${name ?? ''}; there are ${names}`);
}

function addressOf(text: string): string {
  const address = parseAddress(text);
  return address.ok ? formatAddress(address.value) : text;
}

function settingsOf(
  asked: ListenerQuestion,
  { helo }: ConversationQuestion,
  given: {
    readonly environment: ListenerTargetParts['environment'];
    readonly config: LoadedNodeConfig['listeners'][number];
    readonly hostname: string;
    readonly parts: ListenerTargetParts['visit'];
  },
): SmtpSettings {
  const { environment, config, hostname, parts } = given;
  const tls =
    config.tls === 'implicit' ? 'implicit' : asked.tls && config.tls === 'starttls' ? 'starttls' : 'off';
  const login = asked.login && {
    username: asked.login.username,
    password: asked.login.password ?? 'not asked for',
  };
  const way = anyHostWay(
    {
      host: '127.0.0.1',
      port: 25,
      tls,
      ipVersion: 'any',
      login,
      serverName: hostname,
      helo: helo ?? 'client.example',
    },
    environment,
  );
  if (way.kind !== 'smtp') throw new TypeError('a listener is reached by SMTP');
  // Whoever signed it: a device decides for itself whom it trusts. What is looked at are name, dates and versions.
  const context = createSecureContext({
    ca: parts.identity.pairs.map(({ certificate }) => certificate),
    allowPartialTrustChain: true,
    minVersion: 'TLSv1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  // An identity that does not verify is told, and does not end the conversation.
  const mode = tls === 'off' ? ('off' as const) : ('opportunistic' as const);
  return { ...way.settings, tls: { ...way.settings.tls, context, mode } };
}

/** Takes the login of every source that has one as successful; its password is not asked for. */
function pretended(real: LoginCheck): LoginCheck {
  return {
    verify(policy, request) {
      const source = policy.logins.get(request.username);
      return source
        ? Promise.resolve({ kind: 'accepted', source, username: request.username })
        : real.verify(policy, request);
    },
  };
}

function certificateOf(given: NonNullable<ListenerQuestion['certificate']>): ClientCertificate {
  return {
    fingerprint: (given.fingerprint ?? '')
      .replace(/^sha256:/i, '')
      .replaceAll(':', '')
      .toLowerCase(),
    dnsNames: given.dnsNames,
    trusted: given.trusted,
    ...(given.commonName !== undefined && { commonName: given.commonName }),
  };
}
