import { useSyncExternalStore } from 'react'

const wide = matchMedia('(min-width: 48rem)')

const subscribe = (listener: () => void) => {
  wide.addEventListener('change', listener)
  return () => wide.removeEventListener('change', listener)
}

/** Whether there is room as on a desk. */
export const useWide = () => useSyncExternalStore(subscribe, () => wide.matches)
