/** Keys for the whole app, once the first page is there. They leave alone whoever is typing. */
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useEditing } from '~/data/use'
import { singleKeys } from '~/lib/keys'
import { undo } from '~/outbox/act'
import { redo } from '~/outbox/redo'
import { opened } from './opened'

const PLACES = { t: '/', g: '/goals', w: '/weeks', h: '/history', s: '/settings' } as const
/** So long after `g` the second key counts. */
const SECOND_KEY_MS = 1_500

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** Listens for the app's keys. */
export default function Shortcuts(): null {
  const navigate = useNavigate()
  const editing = useEditing()
  useEffect(() => {
    let since = 0
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return
      // What it says would lie beneath.
      if (opened.get() || document.querySelector('dialog[open]')) return
      const key = event.key.toLowerCase()
      if ((event.ctrlKey || event.metaKey) && key === 'z') {
        event.preventDefault()
        if (editing) (event.shiftKey ? redo : undo)()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || !singleKeys()) return
      if (Date.now() - since < SECOND_KEY_MS && key in PLACES) {
        since = 0
        event.preventDefault()
        void navigate({ to: PLACES[key as keyof typeof PLACES] })
      } else if (key === 'g') {
        since = Date.now()
      } else if (key === 'n' && editing) {
        event.preventDefault()
        opened.set({ name: 'newGoal' })
      } else if (event.key === '?') {
        event.preventDefault()
        opened.set({ name: 'keys' })
      }
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [navigate, editing])
  return null
}
