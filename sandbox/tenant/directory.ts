/** Finds tenants, mailboxes and applications by what a client names; addresses compare without case. */
import type { ApplicationConfig, HveAccount, MailboxConfig, TenantConfig } from './config.ts';

export interface MailboxEntry {
  readonly tenant: TenantConfig;
  readonly mailbox: MailboxConfig;
}

export class Directory {
  readonly tenants: readonly TenantConfig[];
  readonly #byDomain = new Map<string, TenantConfig>();
  readonly #mailboxes = new Map<string, MailboxEntry>();
  readonly #hve = new Map<string, { readonly tenant: TenantConfig; readonly account: HveAccount }>();
  readonly #acs = new Map<string, TenantConfig>();

  constructor(tenants: readonly TenantConfig[]) {
    this.tenants = tenants;
    for (const tenant of tenants) {
      for (const { name } of tenant.domains) this.#byDomain.set(name.toLowerCase(), tenant);
      for (const mailbox of tenant.mailboxes ?? []) {
        for (const address of [mailbox.address, ...(mailbox.aliases ?? [])]) {
          this.#mailboxes.set(address.toLowerCase(), { tenant, mailbox });
        }
      }
      for (const account of tenant.hveAccounts ?? []) {
        this.#hve.set(account.address.toLowerCase(), { tenant, account });
      }
      for (const domain of tenant.acsDomains ?? []) this.#acs.set(domain.toLowerCase(), tenant);
    }
  }

  /** By id or by any of its domains: the token endpoint takes both. */
  tenant(idOrDomain: string): TenantConfig | undefined {
    const wanted = idOrDomain.toLowerCase();
    return this.tenants.find(({ id }) => id.toLowerCase() === wanted) ?? this.#byDomain.get(wanted);
  }

  /** The tenant that has accepted this domain. */
  tenantOfDomain(domain: string): TenantConfig | undefined {
    return this.#byDomain.get(domain.toLowerCase());
  }

  tenantOfAddress(address: string): TenantConfig | undefined {
    return this.tenantOfDomain(domainOf(address));
  }

  mailbox(address: string): MailboxEntry | undefined {
    return this.#mailboxes.get(address.toLowerCase());
  }

  hveAccount(address: string): { readonly tenant: TenantConfig; readonly account: HveAccount } | undefined {
    return this.#hve.get(address.toLowerCase());
  }

  /** The tenant whose Azure Communication Services may send from this domain. */
  tenantOfAcsDomain(domain: string): TenantConfig | undefined {
    return this.#acs.get(domain.toLowerCase());
  }

  application(tenant: TenantConfig, clientId: string): ApplicationConfig | undefined {
    const wanted = clientId.toLowerCase();
    return tenant.applications?.find((application) => application.clientId.toLowerCase() === wanted);
  }

  /** Whether a message for this address of a hosted domain would find somebody. */
  recipientExists(address: string): boolean {
    const tenant = this.tenantOfAddress(address);
    if (tenant === undefined) return false;
    if ((tenant.recipients ?? 'any') === 'any') return true;
    return this.mailbox(address) !== undefined || this.hveAccount(address) !== undefined;
  }
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** An address without a domain of ours is external. */
export function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
