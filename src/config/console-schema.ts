/** `console` of relay365.yaml: where console and API listen, TLS, and the identity provider. */
import { z } from 'zod';
import { secret } from './secret-schema.ts';
import { forwardedFields } from '../protocol/forwarded.ts';
import { count, duration, port } from './units.ts';

const roleValues = z
  .array(z.string().min(1))
  .optional()
  .describe('Values of the claim that give this role; the highest role that is given counts.');

const oidc = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https?$/, error: 'expected the URL of the issuer' })
      .describe('Issuer; of Entra ID `https://login.microsoftonline.com/TENANT/v2.0`.'),
    clientId: z.string().min(1).describe('Application (client) id.'),
    clientSecret: secret.describe('Client secret: `{ env: NAME }`, `{ file: PATH }`, or the value itself.'),
    label: z.string().min(1).max(60).default('Microsoft').describe('Name of the provider on the button.'),
    claim: z
      .string()
      .min(1)
      .default('roles')
      .describe('Claim of the ID token that gives the role: `roles` (app roles) or `groups` (object ids).'),
    roles: z
      .strictObject({
        viewer: roleValues,
        'help-desk': roleValues,
        operator: roleValues,
        administrator: roleValues,
      })
      .describe('Which values of the claim give which role; who has none is not let in.'),
  })
  .describe('Single sign-on by OpenID Connect.');

const trustedProxies = z
  .strictObject({
    networks: z
      .array(z.string())
      .min(1)
      .describe('Addresses and networks of the reverse proxies; nobody else is believed.'),
    field: z
      .enum(forwardedFields)
      .default('x-forwarded-for')
      .describe(
        'The field in which these proxies write whom they ask for; each of them must add to it or set it. The other one is not looked at.',
      ),
  })
  .describe(
    'Reverse proxies that say whose request it is, so that lock-outs and audit count that address; absent: none, and the other end of the connection counts.',
  );

const limits = z
  .strictObject({
    connections: count.default(500).describe('Open connections at a time; one more is closed.'),
    connectionsPerAddress: count
      .default(60)
      .describe(
        'Of them from one IPv4 address or one IPv6 network of 64 bits; one more is closed. Does not hold for `trustedProxies`.',
      ),
    header: duration
      .prefault('10s')
      .describe('Time for the handshake, and for the header of a request to be there; then 408 and closed.'),
  })
  .prefault({});

export const consoleSchema = z
  .union([
    z.literal(false),
    z.strictObject({
      address: z
        .union([z.ipv4(), z.ipv6()])
        .default('127.0.0.1')
        .describe('Address to listen on; one that other machines reach needs `tls`.'),
      port: port.default(8365).describe('TCP port; 0 lets the system choose one.'),
      tls: z
        .union([
          z.boolean(),
          z.strictObject({
            certificate: z.string().min(1).describe('PEM file with the chain.'),
            key: z.string().min(1).describe('PEM file with the key.'),
          }),
        ])
        .default(false)
        .describe('`true`: with the identity of the listeners; or a certificate of its own.'),
      insecure: z
        .boolean()
        .default(false)
        .describe(
          'Lets the console be reached from other machines without TLS: passwords and mail cross the network in clear.',
        ),
      url: z
        .url({ protocol: /^https?$/, error: 'expected a URL such as https://relay.contoso.com' })
        .optional()
        .describe('Under which a proxy with TLS shows the console; absent: the address itself.'),
      trustedProxies: trustedProxies.optional(),
      limits: limits.describe('What clients may use of the console.'),
      oidc: oidc.optional(),
    }),
  ])
  .prefault({})
  .describe('Console, admin API, metrics and health; `false`: none.');

export type ConsoleConfig = Exclude<z.output<typeof consoleSchema>, false>;
