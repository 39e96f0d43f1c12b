/** What Enter does in a note: as in a line it sends the form, and with Shift it begins another line. */
import type { KeyboardEvent } from 'react'

/** For a text area. A keyboard on the screen has no Shift for that, and the form has a button. */
export function enterSends(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
  if (matchMedia('(pointer: coarse)').matches) return
  event.preventDefault()
  event.currentTarget.form?.requestSubmit()
}
