/** Set-up of the Microsoft 365 side and its drift through the API. */
import { driftOf } from '../../diagnostics/microsoft365/drift.ts';
import { connectorFault } from '../../diagnostics/microsoft365/egress-range.ts';
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
    asked === undefined || asked.trim() === '' ? context.node.egress : addressesIn(asked);
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
  const addresses = new Set(text.split(/[\s,]+/).filter((one) => one !== ''));
  for (const address of addresses) {
    const fault = connectorFault(address);
    if (fault !== undefined) throw new Problem(400, 'Not an address', `${address}: ${fault}`);
  }
  return [...addresses];
}

function read(files: readonly { readonly name: string; readonly text: string }[]): ReadBack {
  try {
    return readBack(files.map(({ name, text }) => ({ name, bytes: Buffer.from(text) })));
  } catch (error) {
    if (error instanceof ReadBackError) throw new Problem(400, 'Not a file of the tenant', error.message);
    throw error;
  }
}
