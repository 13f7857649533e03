/**
 * The SMTP routes over one connection, for relay365 and for Postfix. Postfix has no XOAUTH2 of its own and logs in by
 * password; the login is made once a connection, so it does not change the rate.
 */
import type { NextHopFacts } from '../next-hop/process.ts';
import type { RouteSetup } from '../targets/target.ts';

export interface MeasuredRoute extends RouteSetup {
  readonly name: string;
  /** What the delay proxy leads to. */
  readonly nextHop: 'stand-in: mx' | 'stand-in: submission' | 'sink';
}

const noLimit = 1_000_000_000;

/** `ports`: of the delay proxies. */
export function routesOver(
  facts: NextHopFacts,
  ports: Readonly<Record<MeasuredRoute['nextHop'], number>>,
): readonly MeasuredRoute[] {
  const mx = { host: '127.0.0.1', port: ports['stand-in: mx'] };
  const tls = { ca: './ca.pem', serverName: facts.mxName };
  const files = { 'ca.pem': facts.caPem };
  const { tenantId, clientId, authority, mailbox } = facts;
  const credential = { type: 'oauth', tenantId, clientId, authority, secret: { file: './secret' } };
  return [
    {
      name: 'exchange-online by certificate',
      nextHop: 'stand-in: mx',
      policy: policy({
        route: { type: 'exchange-online', ...mx, certificate: './chain.pem', key: './key.pem' },
        ...tls,
      }),
      mainCf: `${reused}smtp_tls_cert_file = CONFIG/chain.pem\nsmtp_tls_key_file = CONFIG/key.pem\n`,
      files: { ...files, 'chain.pem': facts.chainPem, 'key.pem': facts.keyPem },
    },
    {
      name: 'exchange-online by address',
      nextHop: 'stand-in: mx',
      policy: policy({ route: { type: 'exchange-online', ...mx }, ...tls }),
      mainCf: reused,
      files,
    },
    {
      name: 'smtp-submission (Postfix: by password)',
      nextHop: 'stand-in: submission',
      policy: policy({
        route: {
          type: 'smtp-submission',
          host: '127.0.0.1',
          port: ports['stand-in: submission'],
          mailbox,
          credential,
        },
        ca: './ca.pem',
        serverName: facts.submissionName,
      }),
      mainCf: `${reused}smtp_sasl_auth_enable = yes
smtp_sasl_mechanism_filter = login
smtp_sasl_security_options = noanonymous
smtp_sasl_password_maps = inline:{{[127.0.0.1]:${ports['stand-in: submission']}=${mailbox}:${facts.password}}}
`,
      files: { ...files, secret: facts.secret },
    },
    {
      name: 'smart-host in clear',
      nextHop: 'sink',
      policy: policy({ route: { type: 'smart-host', hosts: [`127.0.0.1:${ports.sink}`] }, tls: 'off' }),
      mainCf: oneConnection,
      files: {},
    },
  ];
}

function policy(connector: Readonly<Record<string, unknown>>): unknown {
  return {
    tenant: { domain: 'contoso.com', acceptedDomains: ['contoso.com'] },
    sources: [{ name: 'load', networks: ['127.0.0.1'], senders: ['*@contoso.com'] }],
    connectors: [
      {
        name: 'far',
        ...connector,
        // Without the limits of a mailbox. Messages a connection and its age stay as they come.
        limits: { connections: 1, messagesPerMinute: noLimit, recipientsPerDay: noLimit },
      },
    ],
  };
}

/** One delivery at a time to the next hop, its connection kept for the next one as long as relay365 keeps an idle one. */
const oneConnection = `default_destination_concurrency_limit = 1
smtp_destination_concurrency_limit = 1
initial_destination_concurrency = 1
smtp_connection_cache_on_demand = yes
smtp_connection_cache_destinations = static:all
smtp_connection_reuse_count_limit = 0
smtp_connection_cache_time_limit = 60s
connection_cache_ttl_limit = 60s
`;

/** TLS without looking at the certificate, in favour of Postfix; kept in tlsproxy(8). */
const reused = `${oneConnection}smtp_tls_security_level = encrypt
smtp_tls_connection_reuse = yes
smtp_tls_loglevel = 1
`;
