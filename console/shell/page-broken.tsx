import type { ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';
import { ErrorState } from '../parts/error-state.tsx';
import { PageFrame } from '../parts/page-frame.tsx';

/** A fault of the console itself, or a part of it that could not be loaded (after an upgrade, say). */
export function PageBroken({ error }: ErrorComponentProps): ReactNode {
  return (
    <PageFrame title="This page does not work">
      <ErrorState problem={asProblem(error)} retry={() => location.reload()} />
    </PageFrame>
  );
}
