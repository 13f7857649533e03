import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PageFrame } from '../parts/page-frame.tsx';

/** Stands outside the shell: whether an address exists is said without signing in, what is there is not. */
export function NotFound(): ReactNode {
  return (
    <main>
      <PageFrame title="No such page">
        <p>
          This address leads nowhere. <Link to="/">Home</Link> leads everywhere.
        </p>
      </PageFrame>
    </main>
  );
}
