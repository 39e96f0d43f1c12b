import { type MouseEvent, type ReactNode, useEffect, useId, useRef } from 'react'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { IconButton } from './button'

/**
 * A dialog: a sheet above the thumb on phones, a card in the middle on the desk.
 *
 * The browser's own `<dialog>`: it keeps the focus, makes the rest inert, closes on Escape, gives the focus back, and
 * needs no style that our policy forbids.
 */
export function Dialog({
  title,
  onClose,
  children,
  wide,
  stays,
}: {
  title: string
  onClose: () => void
  children: ReactNode
  wide?: boolean
  /** It cannot be waved away, and until it goes, nobody reads what lies behind it. */
  stays?: boolean
}) {
  const t = useText()
  const id = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    const before = document.activeElement
    if (dialog && !dialog.open) {
      dialog.showModal()
      // The browser would begin with the button that closes. Without a field, the title says where one is.
      const first = ['[data-first]', 'input, textarea', 'h2'].map((one) =>
        dialog.querySelector<HTMLElement>(one),
      )
      first.find((one) => one !== null)?.focus()
    }
    return () => {
      dialog?.close()
      // What opened it may be gone by what was done in it.
      const back = before?.isConnected ? before : document.getElementById('main')
      if (back instanceof HTMLElement) back.focus({ preventScroll: back !== before })
    }
  }, [])
  const latest = useRef(onClose)
  latest.current = onClose
  useEffect(() => {
    // A menu that is just closing takes Escape for its own, so the dialog listens before it does.
    const pressed = (event: KeyboardEvent) => {
      const inner = event.target instanceof Element && event.target.closest('[data-own-escape]')
      if (event.key !== 'Escape' || inner || event.isComposing || !isOnTop(ref.current)) return
      event.preventDefault()
      event.stopPropagation()
      if (!stays) latest.current()
    }
    addEventListener('keydown', pressed, { capture: true })
    return () => removeEventListener('keydown', pressed, { capture: true })
  }, [stays])
  /** The field that was changed last. While it is there, it is not lost to a press beside the dialog. */
  const changed = useRef<Element>(null)
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        if (!stays) onClose()
      }}
      // Phones close it with a gesture of their own, and do not always ask.
      onClose={() => (stays ? ref.current?.showModal() : onClose())}
      onInput={(event) => {
        changed.current = event.target as Element
      }}
      onMouseDown={(event) => {
        if (!stays && isBeside(event) && !changed.current?.isConnected) onClose()
      }}
      className={cx(
        'sheet m-0 mt-auto max-h-[92dvh] w-full max-w-none overflow-y-auto rounded-t-3xl bg-surface text-ink shadow-high',
        'sm:m-auto sm:rounded-3xl',
        wide ? 'sm:max-w-2xl' : 'sm:max-w-md',
        stays && 'backdrop:backdrop-blur-xl',
      )}
    >
      <div className="px-5 pt-5 pb-[max(1.5rem,env(safe-area-inset-bottom))] sm:px-7 sm:pt-6">
        <div className="mb-4 flex items-center justify-between gap-4">
          <h2 id={id} tabIndex={-1} className="font-semibold text-xl">
            {title}
          </h2>
          {!stays && (
            <IconButton icon="close" label={t('action.close')} onClick={onClose} className="-mr-2.5" />
          )}
        </div>
        {children}
      </div>
    </dialog>
  )
}

/** Whether no other dialog is open above this one. They open in the order in which they stand in the document. */
const isOnTop = (dialog: HTMLDialogElement | null) =>
  [...document.querySelectorAll('dialog[open]')].at(-1) === dialog

/** Whether a press is on what lies around the dialog. A scrollbar of the dialog belongs to it. */
function isBeside({ target, currentTarget, clientX: x, clientY: y }: MouseEvent): boolean {
  const { left, right, top, bottom } = currentTarget.getBoundingClientRect()
  return target === currentTarget && (x < left || x > right || y < top || y > bottom)
}
