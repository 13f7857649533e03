import { useEffect, useState } from 'react';

/** `value` as it was once it had stayed the same for `pauseMs` milliseconds. */
export function useDebounced<T>(value: T, pauseMs = 400): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}
