/**
 * MSAL as an application on Azure uses it, in a process of its own whose environment is what a virtual machine or App Service
 * gives, against the stand-in alone. MSAL settles on one source of identity for the life of a process.
 */
import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { defaultTenant, defaults } from '../../sandbox/tenant/defaults.ts';
import { repository } from '../harness/child.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

const application = `
import { ManagedIdentityApplication } from '@azure/msal-node';
const [resource, ids] = JSON.parse(process.argv.at(-1));
const client = new ManagedIdentityApplication({
  ...(ids && { managedIdentityIdParams: ids }),
  system: { disableInternalRetries: true },
});
const source = client.getManagedIdentitySource();
const answer = await client.acquireToken({ resource }).then(
  ({ accessToken, expiresOn, fromCache }) => ({ accessToken, expiresOn, fromCache }),
  ({ errorCode, errorMessage, message }) => ({ error: [errorCode, errorMessage, message].join(' ') }),
);
const again = answer.error ? undefined : await client.acquireToken({ resource });
process.stdout.write(JSON.stringify({ source, ...answer, secondFromCache: again?.fromCache }));
`;

interface Answer {
  readonly source: string;
  readonly accessToken?: string;
  readonly expiresOn?: string;
  readonly fromCache?: boolean;
  readonly secondFromCache?: boolean;
  readonly error?: string;
}

const places = {
  'a virtual machine': {
    source: 'DefaultToImds',
    environment: () => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: new URL(sandbox.identity.imdsUrl).origin }),
  },
  'App Service': {
    source: 'AppService',
    environment: () => ({
      IDENTITY_ENDPOINT: sandbox.identity.appServiceUrl,
      IDENTITY_HEADER: sandbox.identity.appServiceHeader,
    }),
  },
} as const;

function ask(
  environment: Readonly<Record<string, string>>,
  resource: string,
  ids?: Readonly<Record<string, string>>,
): Promise<Answer> {
  const parameters = ['--input-type=module', '--eval', application, '--', JSON.stringify([resource, ids])];
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      parameters,
      { cwd: repository, env: { PATH, HOME, ...environment }, timeout: 150_000 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stderr}`));
        else resolve(JSON.parse(stdout) as Answer);
      },
    );
  });
}

function claimsOf(token = ''): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe.each(Object.entries(places))('managed identity on %s', (_place, { source, environment }) => {
  test('of the machine: a token for the resource, kept until it ends', async () => {
    const answer = await ask(environment(), 'https://outlook.office365.com');
    expect(answer).toMatchObject({ source, fromCache: false, secondFromCache: true });
    expect(claimsOf(answer.accessToken)).toMatchObject({
      aud: 'https://outlook.office365.com',
      tid: defaults.tenantId,
      appid: defaults.clientId,
    });
    const leftMs = Date.parse(answer.expiresOn ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(3_400_000);
    expect(leftMs).toBeLessThanOrEqual(3_600_000);
  });

  test('assigned by a user: by client id and by object id', async () => {
    const objectId = defaultTenant([]).applications?.[0]?.objectId ?? '';
    for (const ids of [{ userAssignedClientId: defaults.clientId }, { userAssignedObjectId: objectId }]) {
      const { accessToken } = await ask(environment(), 'https://graph.microsoft.com', ids);
      expect(claimsOf(accessToken)).toMatchObject({
        aud: 'https://graph.microsoft.com',
        appid: defaults.clientId,
      });
    }
  });

  test('that nobody assigned is refused', async () => {
    const { error } = await ask(environment(), 'https://graph.microsoft.com', {
      userAssignedClientId: '00000000-0000-4000-8000-000000000000',
    });
    expect(error).toContain('Identity not found');
  });
});

test('App Service with another header than its own is refused', async () => {
  const environment = {
    ...places['App Service'].environment(),
    IDENTITY_HEADER: 'test-value-of-another-start',
  };
  const { error } = await ask(environment, 'https://graph.microsoft.com');
  expect(error).toContain('Unauthorized access');
});
