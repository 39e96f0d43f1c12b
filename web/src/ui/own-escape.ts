import type { KeyboardEvent } from 'react'

/** For a form that stands in something else: Escape closes the form, and not what it stands in. */
export const ownEscape = (close: () => void) => ({
  'data-own-escape': '',
  onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    close()
  },
})
