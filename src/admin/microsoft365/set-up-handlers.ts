/** Set-up of the Microsoft 365 side and its drift through the API. */
import { isIPv4 } from 'node:net';
import { driftOf } from '../../diagnostics/microsoft365/drift.ts';
import { literal } from '../../diagnostics/microsoft365/powershell.ts';
import type { ReadBack } from '../../diagnostics/microsoft365/read-back.ts';
import { ReadBackError, collectScript, readBack } from '../../diagnostics/microsoft365/read-back.ts';
import { formatSetup, setupOf } from '../../diagnostics/microsoft365/setup-script.ts';
import type { AdminContext } from '../context.ts';
import type { Handlers } from '../handlers.ts';
import { Problem } from '../problem.ts';

type Routes = 'microsoft365SetUp' | 'microsoft365Audit';

export function setUpHandlers(context: AdminContext): Pick<Handlers, Routes> {
  const egressOf = (asked: string | undefined): readonly string[] =>
    asked === undefined || asked.trim() === ''
      ? context.node.egress.filter((address) => isIPv4(address))
      : addressesIn(asked);
  return {
    microsoft365SetUp({ query }) {
      const egress = egressOf(query.egress);
      const tenants = context.setupTenants();
      const mailboxes = tenants.flatMap(({ routes }) =>
        routes.flatMap((route) => (route.kind === 'submission' ? [route.mailbox] : [])),
      );
      return {
        egress: [...egress],
        collect: `${collectScript([...new Set(mailboxes)], literal).join('\n')}\n`,
        tenants: tenants.map((tenant) => {
          const setup = setupOf(tenant, egress);
          return {
            domain: setup.domain,
            script: `${formatSetup(setup, 'do')}\n`,
            undo: `${formatSetup(setup, 'undo')}\n`,
            sections: setup.sections.map(({ lines, check, undo, ...rest }) => ({
              ...rest,
              lines: [...lines],
              check: [...check],
              undo: [...undo],
            })),
          };
        }),
      };
    },
    microsoft365Audit({ body }) {
      const egress = egressOf(body.egress);
      const found = read(body.files);
      return {
        tenants: context.setupTenants().map((tenant) => ({
          domain: tenant.domain,
          findings: driftOf(tenant, found, egress).map((finding) => ({ ...finding })),
        })),
      };
    },
  };
}

function addressesIn(text: string): readonly string[] {
  const addresses = text.split(/[\s,]+/).filter((one) => one !== '');
  const wrong = addresses.find((one) => !isIPv4(one));
  if (wrong === undefined) return [...new Set(addresses)];
  throw new Problem(
    400,
    'Not an address',
    `${wrong}: an IPv4 address is needed; inbound connectors know no other`,
  );
}

function read(files: readonly { readonly name: string; readonly text: string }[]): ReadBack {
  try {
    return readBack(files.map(({ name, text }) => ({ name, bytes: Buffer.from(text) })));
  } catch (error) {
    if (error instanceof ReadBackError) throw new Problem(400, 'Not a file of the tenant', error.message);
    throw error;
  }
}
