import { type FocusEvent, useRef } from 'react'

/**
 * For what appears beside what somebody is doing and goes away by its own buttons: the focus returns to where it came
 * from. Spread the first over the element, and call the second when it goes.
 */
export function useFocusBack(): [{ onFocus: (event: FocusEvent) => void }, () => void] {
  const before = useRef<Element>(null)
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget
  }
  const giveBack = () => {
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus()
  }
  return [{ onFocus }, giveBack]
}
