import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PageFrame } from '../parts/page-frame.tsx';

export function NotFound(): ReactNode {
  return (
    <PageFrame title="No such page">
      <p>
        This address leads nowhere. <Link to="/">Home</Link> leads everywhere.
      </p>
    </PageFrame>
  );
}
