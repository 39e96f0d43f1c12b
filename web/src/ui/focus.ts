import { type FocusEvent, type RefObject, useEffect, useRef } from 'react'

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

/** For a button that gives way to a form: it has the focus again when the form is gone. */
export function useFocusAfter(isGone: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null)
  const wasGone = useRef(false)
  useEffect(() => {
    if (wasGone.current && !isGone) button.current?.focus()
    wasGone.current = isGone
  }, [isGone])
  return button
}

/** For what goes when it is pressed: the focus moves on to what can be pressed next in the same part, or to the page. */
export function moveOn(from: Element, part: string): void {
  const all = [...(from.closest(part)?.querySelectorAll<HTMLElement>('a, button, input') ?? [])]
  const others = all.filter((one) => !from.contains(one))
  const isAfter = (one: Node) => from.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING
  const next = others.find(isAfter) ?? others.at(-1) ?? from.closest('main')
  next?.focus({ preventScroll: true })
}
